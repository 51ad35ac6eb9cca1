// Listening: what the content encoder makes of a recording, and which code says which phone of a
// known text.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compute/tensor.h"
#include "tensor/host_tensor.h"

namespace myna::voice {

class Engine;

struct Heard {
  std::vector<int32_t> phones;  ///< greedy CTC reading, official symbol ids
  compute::Tensor features;     ///< [1, dim, frames] of the tapped layer
  tensor::HostTensor logits;    ///< [1, frames, classes]
};

/// `mono` at `sample_rate`; resampled to the encoder's 16 kHz. At least 0.1 s. `wanted`: the symbol
/// ids of what should be said; when they are all English, or none is, the phones of other languages
/// are not heard. (Alone, the encoder takes the language from the voice: who has only ever been
/// heard speaking English is heard to speak English.)
Heard listen(const Engine& engine, std::span<const float> mono, int sample_rate,
             std::span<const int32_t> wanted = {});

/// For each frame the place in `text` (symbol ids) of the phone that is heard in it, never
/// decreasing. Empty when the text does not fit into the recording. `blank`: the encoder's.
std::vector<uint16_t> align_to(const Heard& heard, std::span<const int32_t> text, int32_t blank);

}  // namespace myna::voice
