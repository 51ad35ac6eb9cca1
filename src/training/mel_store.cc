#include "training/mel_store.h"

#include <algorithm>
#include <cmath>

namespace myna::training {
namespace {
constexpr float kStepsPerNeper = 1024.0f;
}

std::vector<float> item_samples(const Dataset& dataset, const Item& item) {
  const std::span<const int16_t> raw = dataset.audio(item);
  std::vector<float> out(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) out[i] = float(raw[i]) / 32768.0f;
  return out;
}

LogMel log_mel_frames(std::span<const float> mono, const audio::MelConfig& config) {
  const audio::Matrix mel = audio::mel_spectrogram(mono, config);
  LogMel out{mel.rows, std::vector<float>(mel.values.size())};
  for (int64_t b = 0; b < mel.rows; ++b)
    for (int64_t t = 0; t < mel.cols; ++t) out.values[size_t(t * mel.rows + b)] = mel.at(b, t);
  return out;
}

MelStore::MelStore(const Dataset& dataset, audio::MelConfig config)
    : MelStore(dataset, config.mels,
               [config](std::span<const float> mono) { return log_mel_frames(mono, config); }) {}

MelStore::MelStore(const Dataset& dataset, int64_t bins, Extract extract)
    : dataset_(dataset),
      bins_(bins),
      extract_(std::move(extract)),
      cache_(dataset.items().size()) {}

void MelStore::forget(const std::vector<int64_t>& items) const {
  std::lock_guard lock(mutex_);
  for (const int64_t item : items) cache_[size_t(item)] = {};
}

LogMel MelStore::get(int64_t item) const {
  LogMel out{bins_, {}};
  {
    std::lock_guard lock(mutex_);
    const std::vector<int16_t>& kept = cache_[size_t(item)];
    if (!kept.empty()) {
      out.values.resize(kept.size());
      for (size_t i = 0; i < kept.size(); ++i) out.values[i] = float(kept[i]) / kStepsPerNeper;
      return out;
    }
  }
  out = extract_(item_samples(dataset_, dataset_.items()[size_t(item)]));
  std::vector<int16_t> packed(out.values.size());
  for (size_t i = 0; i < packed.size(); ++i)
    packed[i] =
        int16_t(std::clamp(std::round(out.values[i] * kStepsPerNeper), -32768.0f, 32767.0f));
  std::lock_guard lock(mutex_);
  cache_[size_t(item)] = std::move(packed);
  return out;
}

}  // namespace myna::training
