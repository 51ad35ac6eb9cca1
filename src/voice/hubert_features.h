// Content features of a reference recording by HuBERT, for voices with official weights.
#pragma once

#include <span>

#include "compute/tensor.h"

namespace myna::voice {

class Engine;

/// `mono` at `sample_rate`, as recorded -> [1, 768, frames], 50 per second. 0.3 s of silence follow
/// the recording, as the reference means to add (it adds 0.6 s, counting in samples of another
/// rate; so does an engine with Compat::kReference). The network is loaded for the call and freed
/// after it.
compute::Tensor hubert_features(const Engine& engine, std::span<const float> mono, int sample_rate);

}  // namespace myna::voice
