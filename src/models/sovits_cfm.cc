#include "models/sovits_cfm.h"

namespace myna::models {
namespace {

constexpr float kBridgeSlope = 0.01f;  // of the leaky ReLU

ConvSpec pointwise(int64_t in, int64_t out) { return same_conv(in, out, 1, 1, 1, Precision::kF32); }

}  // namespace

SovitsCfm::SovitsCfm(Backend& backend, ParameterSource& source, const SovitsConfig& config,
                     const SovitsCfmOptions& options)
    : SovitsFront(backend, source, config, Precision::kF32),
      bridge_(backend, source, "bridge.0",
              pointwise(config.hidden_channels, config.cfm.estimator.conditions)),
      refine_in_(backend, source, "wns1.pre",
                 pointwise(config.cfm.estimator.conditions, config.cfm.estimator.conditions)),
      refine_out_(backend, source, "wns1.proj",
                  pointwise(config.cfm.estimator.conditions, config.cfm.estimator.conditions)),
      refine_(backend, source, "wns1.enc", config.cfm.estimator.conditions, config.wavenet_kernel,
              config.cfm.wavenet_layers, config.gin_channels, Precision::kF32),
      cfm_(backend, source, "cfm", config.cfm, options.estimator) {}

Tensor SovitsCfm::bridge(const Tensor& features) const {
  Epilogue leaky;
  leaky.activation = compute::Activation::kLeakyRelu;
  leaky.slope = kBridgeSlope;
  return bridge_(backend_, features, leaky);
}

Tensor SovitsCfm::widen(const Tensor& bridged) const {
  const int64_t up = config_.cfm.frames_up, down = config_.cfm.frames_down;
  const int64_t frames = bridged.dim(2) * up / down;
  std::vector<int64_t> nearest;
  for (int64_t i = 0; i < frames; ++i) nearest.push_back(i * down / up);
  const Tensor index = backend_.from_host(HostTensor::from_ints({1, frames}, std::move(nearest)));
  const Tensor rows =
      backend_.reshape(backend_.transpose(bridged, 1, 2), {bridged.dim(2), bridged.dim(1)});
  return backend_.transpose(backend_.embedding(index, rows), 1, 2);
}

Tensor SovitsCfm::refine(const Tensor& widened, const Lengths& lengths, const Tensor& style) const {
  const Tensor in = backend_.mask_frames(refine_in_(backend_, widened), lengths);
  return backend_.mask_frames(refine_out_(backend_, refine_(backend_, in, lengths, style)),
                              lengths);
}

Tensor SovitsCfm::conditions(std::span<const int64_t> codes, std::span<const int64_t> phones,
                             const Tensor& style, double speed) const {
  PriorOptions options;
  options.speed = speed;
  return refine(widen(bridge(encode(codes, phones, style, options).resized)), {}, style);
}

}  // namespace myna::models
