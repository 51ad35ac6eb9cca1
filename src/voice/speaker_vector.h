// The speaker vector of a reference recording by ERes2NetV2, for SoVITS v2Pro and v2ProPlus.
#pragma once

#include <memory>
#include <span>

#include "compute/tensor.h"
#include "models/eres2net.h"

namespace myna::voice {

class Engine;

/// Loads the network of `engine` (Engine::speaker_file). Throws Error(kInvalidModel) when its
/// vectors are not as long as those that the voice was trained with.
std::shared_ptr<const models::Eres2net> load_speaker_network(const Engine& engine);

/// `mono` at `sample_rate` -> [1, vector_size]: resampled to 16 kHz (audio/resample.h; the
/// reference takes torchaudio's windowed sinc), Kaldi's filter bank without mean subtraction.
compute::Tensor speaker_vector(const Engine& engine, const models::Eres2net& network,
                               std::span<const float> mono, int sample_rate);

}  // namespace myna::voice
