// Trains the duration predictor on the forced alignments of a tokenised data set: Poisson
// regression of the number of tokens of each phone, which makes the prediction their mean.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// Recipe sections: "model" (DurationConfig), "optimizer", "data" ({"max_phones" per batch,
/// "max_seconds", "shares"}). Returns false when cancelled. Throws Error(kUsage) when the data set
/// has no alignments.
bool train_durations(const std::filesystem::path& data, const Json& recipe,
                     const RunOptions& options);

}  // namespace myna::training
