// Trains the speaker verifier that judges synthesised voices: classification of the training
// speakers with an additive margin (AM-softmax, Wang et al. 2018); validated by the equal error
// rate on speakers that it has never heard. It sees nothing of the synthesis networks.
#pragma once

#include <filesystem>
#include <span>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// The rate at which false acceptances and false rejections are equal, by cosine threshold. Both
/// lists must not be empty.
double equal_error_rate(std::span<const double> same, std::span<const double> different);

/// Recipe sections: "model" (SpeakerVerifierConfig; "speakers" is filled in), "optimizer", "data"
/// ({"rows", "seconds_low", "seconds_high", "min_seconds_per_speaker"}), "margin", "scale".
/// Real recordings of known speakers only. Returns false when cancelled.
bool train_verifier(const std::filesystem::path& data, Json recipe, const RunOptions& options);

}  // namespace myna::training
