// Trains SoVITS: a conditional variational autoencoder whose prior reads semantic codes, phones and
// a style. First on spectral and KL losses alone, then with the adversarial game (Kong et al. 2020;
// Kim et al. 2021) from a given share of the budget on.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// What a training reads beside the data set; a run's folder stands for its newest snapshot.
struct SovitsTrainFiles {
  std::filesystem::path codebook;  ///< what `myna-train tokenise` wrote
  std::filesystem::path base;     ///< earlier run whose weights a new run starts from, its codebook
                                  ///< excepted; empty: fresh weights
  std::filesystem::path content;  ///< content encoder of the losses "content" and "phones"
  std::filesystem::path verifier;  ///< speaker verifier of the loss "likeness"
};

/// Recipe sections: "model" ({"data", "model", "train"} of SovitsConfig), "discriminators",
/// "optimizer", "discriminator_optimizer", "data" ({"rows", "shares", SovitsDataOptions fields}),
/// "losses" ({"mel", "kl", "pitch", "content", "phones", "reading", "likeness", "adversarial",
/// "features", "adversarial_from", "prior_share", "scales"}). Returns false when cancelled. Throws
/// Error(kUsage) when a loss has a weight but no network to listen with.
bool train_sovits(const std::filesystem::path& data, const SovitsTrainFiles& files,
                  const Json& recipe, const RunOptions& options);

}  // namespace myna::training
