// The training backend: Backend over libtorch, on the CPU or on CUDA. Every operation is
// differentiable; parameters are leaf tensors that an optimiser can update in place.
//
// Precision: activations between operations are f32. With `autocast_bf16` the operands of linear
// layers, convolutions and attention products are rounded to bf16 (products summed in f32 by the
// library), while parameters, norms, softmax and losses stay f32.
//
// Gradient mode is the caller's: wrap validation in torch::NoGradGuard. Random numbers (dropout)
// come from torch's default generator; seed it with torch::manual_seed.
//
// Thread-safety: operations are; creating parameters is serialised inside.
#pragma once

#include <torch/types.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "compute/backend.h"

namespace myna::compute {

struct TorchOptions {
  std::string device = "cpu";     ///< "cpu", "cuda", "cuda:1"
  bool training = true;           ///< parameters require gradients, weight norm stays g and v
  bool autocast_bf16 = false;     ///< bf16 operands in matrix products
  bool double_precision = false;  ///< everything in f64: for gradient checks
};

class TorchBackend : public Backend {
 public:
  /// Throws Error(kUnsupported) when the device does not exist here.
  explicit TorchBackend(TorchOptions options = {});

  /// The torch tensor behind `x`; absent gives an undefined tensor.
  torch::Tensor unwrap(const Tensor& x) const;
  Tensor wrap(torch::Tensor x) const;

  /// Leaf tensors by official name, weight_g and weight_v included; frozen ones are in buffers().
  /// A name asked for twice is one tensor; asking with another shape throws Error(kInternal).
  /// A Parameter without a name is in neither map.
  std::map<std::string, torch::Tensor>& parameters() { return parameters_; }
  std::map<std::string, torch::Tensor>& buffers() { return buffers_; }

  /// Dropout on or off. Starts as options.training.
  void set_training(bool training) { training_ = training; }
  bool training() const { return training_; }
  void set_autocast_bf16(bool on) { options_.autocast_bf16 = on; }
  /// Decides, for parameters created from now on, which require gradients (default: all).
  void set_trainable(std::function<bool(const std::string& name)> predicate);

  torch::Device device() const { return device_; }
  torch::ScalarType real() const { return real_; }  ///< kFloat, or kDouble in gradient checks

  Tensor from_host(const HostTensor& host) override;
  HostTensor to_host(const Tensor& x) override;

  Tensor parameter(const Parameter& p) override;
  Tensor buffer(const Parameter& p) override;
  WeightsPtr linear_weights(const LinearSpec& spec, const Parameter& weight,
                            const Parameter& bias) override;
  WeightsPtr conv_weights(const ConvSpec& spec, const WeightParameter& weight,
                          const Parameter& bias) override;

  Tensor linear(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue = {}) override;
  Tensor conv1d(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue = {}) override;
  Tensor embedding(const Tensor& ids, const Tensor& table) override;
  Tensor layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                    float epsilon) override;
  Tensor channel_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                      float epsilon) override;
  Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& gain, const Tensor& bias,
                    float epsilon) override;
  Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, int64_t heads,
                   const AttentionMask& mask = {}, const RelativePosition* relative = nullptr,
                   float scale = 0.0f) override;

  std::unique_ptr<KvCache> make_kv_cache(int64_t layers, int64_t rows, int64_t width, int64_t heads,
                                         int64_t capacity) override;
  void cache_fill(KvCache& cache, int64_t layer, int64_t row, const Tensor& k,
                  const Tensor& v) override;
  Tensor cached_attention(KvCache& cache, int64_t layer, const Tensor& q, const Tensor& k,
                          const Tensor& v) override;

  Tensor add(const Tensor& a, const Tensor& b) override;
  Tensor sub(const Tensor& a, const Tensor& b) override;
  Tensor mul(const Tensor& a, const Tensor& b) override;
  Tensor affine(const Tensor& x, float scale, float shift) override;
  Tensor activate(const Tensor& x, Activation activation, float slope = 0.0f) override;
  Tensor clamp(const Tensor& x, float low, float high) override;
  Tensor gated(const Tensor& x, Gate gate) override;
  Tensor filtered_snake(const Tensor& x, const Tensor& alpha, const Tensor& beta,
                        std::span<const float> filter) override;
  Tensor softmax(const Tensor& x) override;
  Tensor mask_frames(const Tensor& x, const Lengths& lengths) override;
  Tensor mean_frames(const Tensor& x, const Lengths& lengths = {}) override;
  Tensor detach(const Tensor& x) override;
  Tensor dropout(const Tensor& x, float probability) override;

  Tensor reshape(const Tensor& x, const Shape& shape) override;
  Tensor transpose(const Tensor& x, int axis_a, int axis_b) override;
  Tensor concat(const std::vector<Tensor>& parts, int axis) override;
  Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end) override;
  Tensor flip(const Tensor& x, int axis) override;
  Tensor pad(const Tensor& x, int64_t left, int64_t right, PadMode mode) override;
  Tensor repeat_frames(const Tensor& x, int64_t factor) override;
  Tensor resize_linear(const Tensor& x, int64_t frames) override;

 private:
  torch::Tensor leaf(const Parameter& p);
  torch::Tensor named(const Parameter& p, bool train);
  torch::Tensor frame_mask(const Lengths& lengths, int64_t frames) const;  ///< [B, frames] real
  Tensor finish(torch::Tensor y, const Epilogue& epilogue) const;

  TorchOptions options_;
  torch::Device device_;
  torch::ScalarType real_;
  bool training_;
  std::function<bool(const std::string&)> trainable_;
  std::mutex mutex_;
  std::map<std::string, torch::Tensor> parameters_;
  std::map<std::string, torch::Tensor> buffers_;
};

}  // namespace myna::compute
