#include "training/sovits_codebook.h"

#include "base/error.h"
#include "tensor/safetensors.h"

namespace myna::training {

std::map<std::string, tensor::HostTensor> codebook_tensors(const std::filesystem::path& file,
                                                           const models::SovitsConfig& config) {
  const int64_t dim = config.ssl_dim;
  const tensor::SafetensorsFile codebook(file);
  const std::map<std::string, tensor::Shape> wanted = {
      {"quantizer.vq.layers.0._codebook.embed", {config.codebook_size, dim}},
      {"ssl_proj.weight", {dim, dim, config.ssl_stride}},
      {"ssl_proj.bias", {dim}}};
  std::map<std::string, tensor::HostTensor> tensors;
  for (const auto& [name, shape] : wanted) {
    tensors[name] = codebook.get(name);
    if (tensors[name].shape() != shape)
      throw Error(ErrorCode::kInvalidModel,
                  name + " is " + tensor::shape_string(tensors[name].shape()) +
                      ", the recipe wants " + tensor::shape_string(shape),
                  file.string());
  }
  return tensors;
}

}  // namespace myna::training
