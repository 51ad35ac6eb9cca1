// A voice of the official v2 size and its extractors with weights from a seed, as model files: what
// speed and memory are measured with where the published weights are not at hand. Neither depends
// on the values.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "models/hubert.h"

namespace myna::evaluation {

/// The official configuration of SoVITS v2 (configs/s2.json).
Json official_v2_config();

/// Writes t2s.safetensors and sovits.safetensors into `voice` and hubert.safetensors into `bases`,
/// in half precision as the published ones are; both folders are made. The text network never
/// chooses the end token, so that a sentence is as long as its listener wants it.
void write_official_weights(const std::filesystem::path& voice, const std::filesystem::path& bases);

}  // namespace myna::evaluation
