#include "training/sovits_data.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "audio/spectrum.h"
#include "base/error.h"
#include "base/json.h"
#include "training/content_data.h"
#include "training/mel_store.h"
#include "training/phone_targets.h"

namespace myna::training {
namespace {

constexpr int64_t kEdgeFrames = 2;

/// Matrices [bins, frames] to [B, bins, longest], zero behind the ends.
at::Tensor stack(const std::vector<audio::Matrix>& specs, std::vector<int64_t>& lengths) {
  lengths.clear();
  for (const audio::Matrix& spec : specs) lengths.push_back(spec.cols);
  const int64_t longest = *std::max_element(lengths.begin(), lengths.end());
  at::Tensor out = at::zeros({int64_t(specs.size()), specs.front().rows, longest});
  for (size_t row = 0; row < specs.size(); ++row)
    for (int64_t b = 0; b < specs[row].rows; ++b)
      std::copy_n(specs[row].values.data() + b * specs[row].cols, specs[row].cols,
                  out.data_ptr<float>() + (int64_t(row) * specs[row].rows + b) * longest);
  return out;
}

/// Rows of ids to i64 [B, longest], zero behind the ends.
template <typename T>
at::Tensor stack_ids(const std::vector<std::vector<T>>& rows) {
  size_t longest = 1;
  for (const auto& row : rows) longest = std::max(longest, row.size());
  at::Tensor out = at::zeros({int64_t(rows.size()), int64_t(longest)}, at::kLong);
  for (size_t r = 0; r < rows.size(); ++r)
    std::copy(rows[r].begin(), rows[r].end(), out.data_ptr<int64_t>() + r * longest);
  return out;
}

}  // namespace

SovitsData::SovitsData(const Dataset& dataset, const models::SovitsConfig& config,
                       const SovitsDataOptions& options)
    : dataset_(dataset), config_(config), options_(options) {
  if (dataset.tokeniser_digest().empty())
    throw Error(ErrorCode::kUsage, "has no semantic codes yet; run `myna-train tokenise` on it",
                dataset.folder().string());
  if (dataset.sample_rate() != config.sampling_rate)
    throw Error(ErrorCode::kUsage,
                "is at " + std::to_string(dataset.sample_rate()) + " Hz, the recipe wants " +
                    std::to_string(config.sampling_rate) + " Hz; prepare it again",
                dataset.folder().string());
  const int64_t shortest = int64_t(options.style_min_seconds * double(dataset.sample_rate()));
  Json heard = Json::object();
  if (const auto file = dataset.folder() / "heard.json"; std::filesystem::exists(file))
    heard = read_json(file);
  for (size_t i = 0; i < dataset.items().size(); ++i) {
    const Item& item = dataset.items()[i];
    phones_.push_back(item.phones);
    if (item.phones.empty())
      phones_.back() = value_or<std::vector<int32_t>>(heard, item.id, {}, "heard.json");
    // "unknown" is nobody in particular: such a clip is its own style.
    if (item.sample_count >= shortest && !item.speaker.ends_with("/unknown"))
      by_speaker_[item.speaker].push_back(int64_t(i));
  }
}

int64_t SovitsData::usable_frames(const Item& item) const {
  const audio::StftConfig stft{int(config_.filter_length), int(config_.hop_length)};
  const int64_t per_code = config_.frames_per_code;
  const int64_t frames = audio::stft_frames(item.sample_count, stft) / per_code * per_code;
  return std::min(frames, item.code_count * per_code);
}

std::vector<SampleUnit> SovitsData::units(Split split) const {
  std::vector<SampleUnit> out;
  const int64_t segment = config_.segment_size / config_.hop_length;
  for (size_t i = 0; i < dataset_.items().size(); ++i) {
    const Item& item = dataset_.items()[i];
    if (item.split != split || phones_[i].empty()) continue;
    if (double(item.sample_count) > options_.max_seconds * dataset_.sample_rate()) continue;
    const int64_t frames = usable_frames(item);
    if (frames > segment) out.push_back({int64_t(i), frames, sampling_group(item)});
  }
  return out;
}

std::vector<float> SovitsData::style_samples(int64_t item, Rng& random) const {
  const auto found = by_speaker_.find(dataset_.items()[size_t(item)].speaker);
  int64_t chosen = item;
  if (found != by_speaker_.end() && random.uniform() >= float(options_.same_utterance))
    chosen = found->second[random.below(found->second.size())];
  std::vector<float> samples = item_samples(dataset_, dataset_.items()[size_t(chosen)]);
  const double rate = dataset_.sample_rate();
  const int64_t wanted = int64_t(rate * double(random.uniform(float(options_.style_min_seconds),
                                                              float(options_.style_max_seconds))));
  if (int64_t(samples.size()) <= wanted) return samples;
  const int64_t begin = int64_t(random.below(uint64_t(int64_t(samples.size()) - wanted)));
  return {samples.begin() + begin, samples.begin() + begin + wanted};
}

SovitsTrainBatch SovitsData::make(const std::vector<int64_t>& items, Rng random, bool whole) const {
  const audio::StftConfig stft{int(config_.filter_length), int(config_.hop_length)};
  const int64_t hop = config_.hop_length, segment = config_.segment_size / hop;
  SovitsTrainBatch batch;
  std::vector<audio::Matrix> specs, styles;
  std::vector<std::vector<uint16_t>> codes;
  std::vector<std::vector<int32_t>> phones;
  batch.wave = at::zeros({int64_t(items.size()), 1, segment * hop});
  for (size_t row = 0; row < items.size(); ++row) {
    Rng rng = random.split(row);
    const Item& item = dataset_.items()[size_t(items[row])];
    const std::vector<float> samples = item_samples(dataset_, item);
    const int64_t per_code = config_.frames_per_code;
    int64_t frames = usable_frames(item), start = 0;
    if (const int64_t most = options_.window_frames; !whole && most > 0 && frames > most) {
      start = int64_t(rng.below(uint64_t((frames - most) / per_code + 1))) * per_code;
      frames = most;
    }
    // Two frames more on each side, where there are any: edges are reflected there, not here.
    const int64_t early = std::min<int64_t>(start, kEdgeFrames);
    const int64_t first_sample = (start - early) * hop;
    const int64_t sample_count =
        std::min((early + frames + kEdgeFrames) * hop, int64_t(samples.size()) - first_sample);
    const audio::Matrix spec = audio::linear_spectrogram(
        std::span<const float>(samples).subspan(size_t(first_sample), size_t(sample_count)), stft);
    audio::Matrix cut(spec.rows, frames);
    for (int64_t b = 0; b < spec.rows; ++b)
      std::copy_n(spec.values.data() + b * spec.cols + early, frames,
                  cut.values.data() + b * frames);
    specs.push_back(std::move(cut));
    styles.push_back(audio::linear_spectrogram(style_samples(items[row], rng), stft));

    const auto all = dataset_.codes(item);
    const auto first_code = all.begin() + start / per_code;
    codes.emplace_back(first_code, first_code + frames / per_code);
    const bool drop = rng.uniform() < float(options_.text_dropout);
    phones.push_back(drop ? std::vector<int32_t>{pause_phone()} : phones_[size_t(items[row])]);
    batch.phone_lengths.push_back(int64_t(phones.back().size()));

    const int64_t begin = int64_t(rng.below(uint64_t(frames - segment + 1)));
    batch.begins.push_back(begin);
    const int64_t first = (start + begin) * hop;
    const int64_t count = std::min(segment * hop, int64_t(samples.size()) - first);
    std::copy_n(samples.begin() + first, count,
                batch.wave.data_ptr<float>() + int64_t(row) * segment * hop);
  }
  batch.spec = stack(specs, batch.lengths);
  batch.style_spec = stack(styles, batch.style_lengths);
  batch.codes = stack_ids(codes);
  if (batch.codes.size(1) * config_.frames_per_code != batch.spec.size(2))
    throw Error(ErrorCode::kInternal, "SovitsData: codes and frames do not match");
  batch.phones = stack_ids(phones);
  return batch;
}

}  // namespace myna::training
