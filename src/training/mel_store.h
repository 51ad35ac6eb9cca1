// Log spectrograms of a data set, computed once at first use and kept in memory as 16-bit
// numbers (steps of 1/1024 neper, far below what augmentation adds).
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "audio/spectrum.h"
#include "training/dataset.h"
#include "training/mel_augment.h"

namespace myna::training {

/// Samples of an item as floats in [-1, 1].
std::vector<float> item_samples(const Dataset& dataset, const Item& item);

/// log-mel of samples by audio::mel_spectrogram, turned to [frames, bins].
LogMel log_mel_frames(std::span<const float> mono, const audio::MelConfig& config);

/// Thread-safe. 58 MB per hour of audio at 100 frames of 80 bins per second.
class MelStore {
 public:
  /// What is kept of a recording's samples; values within +-32.
  using Extract = std::function<LogMel(std::span<const float> mono)>;

  /// Keeps log_mel_frames.
  MelStore(const Dataset& dataset, audio::MelConfig config);
  MelStore(const Dataset& dataset, int64_t bins, Extract extract);
  LogMel get(int64_t item) const;
  /// Gives the memory of items back.
  void forget(const std::vector<int64_t>& items) const;
  int64_t bins() const { return bins_; }
  int sample_rate() const { return dataset_.sample_rate(); }

 private:
  const Dataset& dataset_;
  int64_t bins_;
  Extract extract_;
  mutable std::mutex mutex_;
  mutable std::vector<std::vector<int16_t>> cache_;
};

}  // namespace myna::training
