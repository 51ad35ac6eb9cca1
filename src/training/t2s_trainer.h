// Trains the text-to-semantic decoder by cross entropy on the next code.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// Recipe sections: "model" (T2sConfig; with spread_text
/// only aligned utterances are used), "optimizer", "data" ({"max_positions", "rows", "shares",
/// T2sDataOptions fields}), "label_smoothing", and optionally "guided_attention" (GuidedAttention;
/// the data set needs alignments). Returns false when cancelled.
bool train_t2s(const std::filesystem::path& data, const Json& recipe, const RunOptions& options);

}  // namespace myna::training
