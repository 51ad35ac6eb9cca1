// Listening: what the content encoder makes of a recording.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compute/tensor.h"

namespace myna::voice {

class Engine;

struct Heard {
  std::vector<int32_t> phones;  ///< greedy CTC reading, official symbol ids
  compute::Tensor features;     ///< [1, dim, frames] of the tapped layer
};

/// `mono` at `sample_rate`; resampled to the encoder's 16 kHz. At least 0.1 s.
Heard listen(const Engine& engine, std::span<const float> mono, int sample_rate);

}  // namespace myna::voice
