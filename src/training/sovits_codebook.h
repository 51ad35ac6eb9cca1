// The frozen front of SoVITS: the projection and the codebook that the tokeniser made.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "models/sovits_config.h"
#include "tensor/host_tensor.h"

namespace myna::training {

/// quantizer.vq.layers.0._codebook.embed, ssl_proj.weight and ssl_proj.bias. Throws
/// Error(kInvalidModel) when the file has another number of entries or width than `config`.
std::map<std::string, tensor::HostTensor> codebook_tensors(const std::filesystem::path& file,
                                                           const models::SovitsConfig& config);

}  // namespace myna::training
