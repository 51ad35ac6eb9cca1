// Trains the content encoder with CTC on phones: the network whose hidden layer becomes the
// semantic tokens, and which later listens to what was synthesised.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// Recipe sections: "model" (the encoder's own configuration), "optimizer", "augment" (see
/// MelAugmentOptions), "data": {"batch_seconds", "max_seconds", "shares": {group: share},
/// "flat_start_steps": steps over which a flat start fades into CTC, 0: none}; a group is
/// the corpus name of real speech, or "synthetic-" + language. Returns false when cancelled.
bool train_content(const std::filesystem::path& data, const Json& recipe,
                   const RunOptions& options);

}  // namespace myna::training
