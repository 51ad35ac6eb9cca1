// From a training run to a shipped model file.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"

namespace myna::training {

/// Writes the averaged weights of the newest snapshot of `run` (left out: what only training needs,
/// namely critics, posterior encoder and classification head) as fp16 to `file` (matrices of
/// letter-to-sound in 8 bits, tensor/int8_matrix.h), with the configuration and a record: seed,
/// corpus digest, steps, seconds, metrics, recipe. `codebook`: needed for kind "sovits", whose
/// frozen parts are not in the snapshot. Returns the record.
Json export_model(const std::filesystem::path& run, const std::filesystem::path& codebook,
                  const std::filesystem::path& file);

}  // namespace myna::training
