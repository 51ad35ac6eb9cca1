#include "compute/torch/torch_backend.h"

#include <torch/torch.h>

#include <cstring>

#include "base/error.h"
#include "compute/torch/caching_allocator.h"
#include "compute/torch/torch_data.h"

namespace myna::compute {
namespace {

using tensor::DType;

torch::Tensor copy_host(const HostTensor& host, torch::ScalarType real) {
  const std::vector<int64_t>& shape = host.shape();
  const bool integer = host.dtype() == DType::kI64 || host.dtype() == DType::kI32 ||
                       host.dtype() == DType::kI16 || host.dtype() == DType::kI8 ||
                       host.dtype() == DType::kU8 || host.dtype() == DType::kBool;
  if (integer) {
    const std::vector<int64_t> values = host.to_ints();
    auto out = torch::empty(shape, torch::kLong);
    std::memcpy(out.data_ptr<int64_t>(), values.data(), values.size() * sizeof(int64_t));
    return out;
  }
  const std::vector<float> values = host.to_floats();
  auto out = torch::empty(shape, torch::kFloat);
  std::memcpy(out.data_ptr<float>(), values.data(), values.size() * sizeof(float));
  return out.to(real);
}

}  // namespace

TorchBackend::TorchBackend(TorchOptions options)
    : options_(std::move(options)),
      device_(torch::kCPU),
      real_(options_.double_precision ? torch::kDouble : torch::kFloat),
      training_(options_.training),
      trainable_([](const std::string&) { return true; }) {
  install_caching_allocator();
  try {
    device_ = torch::Device(options_.device);
    torch::empty({1}, torch::TensorOptions().device(device_));
  } catch (const c10::Error&) {
    throw Error(ErrorCode::kUnsupported,
                "this device cannot be used here; choose cpu, or install a libtorch with CUDA",
                options_.device);
  }
}

torch::Tensor TorchBackend::unwrap(const Tensor& x) const {
  if (!x) return {};
  const auto* data = dynamic_cast<const TorchData*>(x.data().get());
  if (!data) throw Error(ErrorCode::kInternal, "a tensor of another backend was given to torch");
  return data->value;
}

Tensor TorchBackend::wrap(torch::Tensor x) const {
  return Tensor(std::make_shared<TorchData>(std::move(x)));
}

void TorchBackend::set_trainable(std::function<bool(const std::string& name)> predicate) {
  trainable_ = std::move(predicate);
}

Tensor TorchBackend::from_host(const HostTensor& host) {
  return wrap(copy_host(host, real_).to(device_));
}

HostTensor TorchBackend::to_host(const Tensor& x) {
  auto value = unwrap(x).detach().to(torch::kCPU);
  if (!value.is_floating_point()) {
    value = value.to(torch::kLong).contiguous();
    const int64_t* begin = value.data_ptr<int64_t>();
    return HostTensor::from_ints(x.shape(), std::vector<int64_t>(begin, begin + value.numel()));
  }
  value = value.to(torch::kFloat).contiguous();
  const float* begin = value.data_ptr<float>();
  return HostTensor::from_floats(x.shape(), std::vector<float>(begin, begin + value.numel()));
}

torch::Tensor TorchBackend::named(const Parameter& p, bool train) {
  if (p.name.empty()) return copy_host(p.value, real_).to(device_);
  const std::lock_guard lock(mutex_);
  auto& map = train ? parameters_ : buffers_;
  auto found = map.find(p.name);
  if (found != map.end()) {
    if (found->second.sizes() != torch::IntArrayRef(p.value.shape())) {
      throw Error(ErrorCode::kInternal, "one parameter is used with two shapes", p.name);
    }
    return found->second;
  }
  auto value = copy_host(p.value, real_).to(device_);
  if (train && options_.training && trainable_(p.name)) value.set_requires_grad(true);
  map.emplace(p.name, value);
  return value;
}

torch::Tensor TorchBackend::leaf(const Parameter& p) { return named(p, !p.frozen); }

Tensor TorchBackend::parameter(const Parameter& p) { return p ? wrap(leaf(p)) : Tensor(); }

Tensor TorchBackend::buffer(const Parameter& p) { return p ? wrap(named(p, false)) : Tensor(); }

WeightsPtr TorchBackend::linear_weights(const LinearSpec& spec, const Parameter& weight,
                                        const Parameter& bias) {
  if (weight.value.shape() != Shape{spec.out, spec.in}) {
    throw Error(ErrorCode::kInternal, "linear weight does not have the shape [out, in]",
                weight.name);
  }
  auto w = std::make_shared<TorchWeights>();
  w->weight = leaf(weight);
  if (bias) w->bias = leaf(bias);
  return w;
}

WeightsPtr TorchBackend::conv_weights(const ConvSpec& spec, const WeightParameter& weight,
                                      const Parameter& bias) {
  auto w = std::make_shared<TorchWeights>();
  w->conv = spec;
  w->is_conv = true;
  w->shape = spec.transposed ? Shape{spec.in, spec.out / spec.groups, spec.kernel}
                             : Shape{spec.out, spec.in / spec.groups, spec.kernel};
  const Parameter& stored = weight.v ? weight.v : weight.weight;
  if (tensor::element_count(stored.value.shape()) != tensor::element_count(w->shape)) {
    throw Error(ErrorCode::kInternal, "convolution weight does not fit its specification",
                stored.name);
  }
  if (weight.v) {
    w->v = leaf(weight.v);
    w->g = leaf(weight.g);
  } else {
    w->weight = leaf(weight.weight);
  }
  if (bias) w->bias = leaf(bias);
  return w;
}

}  // namespace myna::compute
