// Trains SoVITS: a conditional variational autoencoder whose prior reads semantic codes, phones and
// a style. First on spectral and KL losses alone, then with the adversarial game (Kong et al. 2020;
// Kim et al. 2021) from a given share of the budget on.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// Recipe sections: "model" ({"data", "model", "train"} of SovitsConfig), "discriminators",
/// "optimizer", "discriminator_optimizer", "data" ({"rows", "shares", SovitsDataOptions fields}),
/// "losses" ({"mel", "kl", "pitch", "adversarial", "features", "adversarial_from", "prior_share",
/// "scales"}). `base`: folder of an earlier run whose weights a new run starts from, its codebook
/// excepted; empty: fresh weights. `codebook`: what `myna-train tokenise` wrote. Returns false when
/// cancelled.
bool train_sovits(const std::filesystem::path& data, const std::filesystem::path& codebook,
                  const Json& recipe, const RunOptions& options,
                  const std::filesystem::path& base = {});

}  // namespace myna::training
