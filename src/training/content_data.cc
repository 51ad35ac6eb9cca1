#include "training/content_data.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "text/symbols.h"

namespace myna::training {
namespace {

const text::SymbolTable& symbols() { return text::SymbolTable::of(text::SymbolSet::kV2); }

}  // namespace

std::string sampling_group(const Item& item) {
  return item.synthetic ? "synthetic-" + item.language : item.source;
}

std::vector<SampleUnit> phone_units(const Dataset& dataset, Split split, double max_seconds,
                                    const audio::MelConfig& mel) {
  std::vector<SampleUnit> units;
  const auto& items = dataset.items();
  for (size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    if (item.split != split || item.sample_count > int64_t(max_seconds * dataset.sample_rate()))
      continue;
    if (symbols().spoken_only(item.phones).empty()) continue;
    const int64_t frames = audio::stft_frames(item.sample_count, mel.stft);
    if (frames >= 8) units.push_back({int64_t(i), frames, sampling_group(item)});
  }
  return units;
}

ContentBatch make_content_batch(const Dataset& dataset, const MelStore& store,
                                const std::vector<int64_t>& items, const MelAugmentOptions* augment,
                                uint64_t seed, int64_t number) {
  ContentBatch batch;
  batch.items = items;
  std::vector<LogMel> mels;
  const Rng rng = Rng(seed, 0x617567u).split(uint64_t(number));
  for (size_t row = 0; row < items.size(); ++row) {
    LogMel mel = store.get(items[row]);
    if (augment != nullptr) mel = augment_mel(mel, *augment, store.sample_rate(), rng.split(row));
    batch.lengths.push_back(mel.frames());
    batch.targets.push_back(symbols().spoken_only(dataset.items()[size_t(items[row])].phones));
    mels.push_back(std::move(mel));
  }
  const int64_t longest = *std::max_element(batch.lengths.begin(), batch.lengths.end());
  const int64_t bins = store.bins();
  batch.mel = at::zeros({int64_t(items.size()), bins, longest});
  float* out = batch.mel.data_ptr<float>();
  for (size_t row = 0; row < mels.size(); ++row)
    for (int64_t b = 0; b < bins; ++b)
      for (int64_t t = 0; t < mels[row].frames(); ++t)
        out[(int64_t(row) * bins + b) * longest + t] = mels[row].values[size_t(t * bins + b)];
  return batch;
}

}  // namespace myna::training
