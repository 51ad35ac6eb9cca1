#include "training/sovits_codebook.h"

#include "base/error.h"
#include "tensor/safetensors.h"

namespace myna::training {

std::map<std::string, tensor::HostTensor> codebook_tensors(const std::filesystem::path& file,
                                                           const models::SovitsConfig& config) {
  const std::string name = "quantizer.vq.layers.0._codebook.embed";
  const int64_t dim = config.ssl_dim;
  std::map<std::string, tensor::HostTensor> tensors;
  tensors[name] = tensor::SafetensorsFile(file).get(name);
  if (tensors[name].shape() != tensor::Shape{config.codebook_size, dim})
    throw Error(ErrorCode::kInvalidModel,
                "holds a codebook of " + tensor::shape_string(tensors[name].shape()) +
                    ", the recipe wants " + tensor::shape_string({config.codebook_size, dim}),
                file.string());
  std::vector<float> identity(size_t(dim * dim * config.ssl_stride));
  for (int64_t i = 0; i < dim; ++i) identity[size_t((i * dim + i) * config.ssl_stride)] = 1.0f;
  tensors["ssl_proj.weight"] =
      tensor::HostTensor::from_floats({dim, dim, config.ssl_stride}, std::move(identity));
  tensors["ssl_proj.bias"] = tensor::HostTensor::zeros({dim});
  return tensors;
}

}  // namespace myna::training
