// A voice of the official v2Pro size and its extractors with weights from a seed, as model files:
// what speed and memory are measured with where the published weights are not at hand. Neither
// depends on the values.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"

namespace myna::evaluation {

/// The official configuration of SoVITS "v2" or "v2Pro" (configs/s2.json, configs/s2v2Pro.json).
Json official_config(const std::string& version);

/// Writes t2s.safetensors and sovits.safetensors into `voice` and the extractors (HuBERT, RoBERTa,
/// ERes2NetV2) into `bases`, in half precision as the published ones are; both folders are made.
/// The text network never chooses the end token, so that a sentence is as long as its listener
/// wants.
void write_official_weights(const std::filesystem::path& voice, const std::filesystem::path& bases);

}  // namespace myna::evaluation
