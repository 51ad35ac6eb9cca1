// Layers: small values that hold prepared weights. A layer is built once from a ParameterSource
// under its official tensor name and then called with tensors of the same backend. Layers are
// immutable after construction, cheap to copy, and as thread-safe as their backend.
//
// Default initial values are those of the reference's layers: Kaiming-uniform with bound
// 1 / sqrt(fan_in) for weights and biases, N(0, 1) for embeddings, ones and zeros for norms.
#pragma once

#include <optional>
#include <string>

#include "compute/backend.h"
#include "models/parameters.h"

namespace myna::models {

using compute::Backend;
using compute::ConvSpec;
using compute::Epilogue;
using compute::Precision;
using compute::Tensor;

/// [B, T, in] -> [B, T, out]. Tensors NAME.weight [out, in] (or NAME.weight.int8), NAME.bias [out].
class Linear {
 public:
  struct Options {
    bool bias = true;
    Precision precision = Precision::kDefault;
    std::optional<Init> init;  ///< of the weight
    std::optional<Init> bias_init;
  };

  Linear() = default;
  Linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
         int64_t out, const Options& options);
  Linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
         int64_t out)
      : Linear(backend, source, name, in, out, Options{}) {}
  /// From parameters under names of another pattern (in_proj_weight, in_proj_bias, ...).
  Linear(Backend& backend, const compute::LinearSpec& spec, const Parameter& weight,
         const Parameter& bias)
      : weights_(backend.linear_weights(spec, weight, bias)) {}

  Tensor operator()(Backend& backend, const Tensor& x, const Epilogue& epilogue = {}) const {
    return backend.linear(x, weights_, epilogue);
  }
  explicit operator bool() const { return weights_ != nullptr; }

 private:
  compute::WeightsPtr weights_;
};

/// [B, in, T] -> [B, out, T'], transposed where the spec says so. Tensors NAME.weight (layout of
/// Backend::conv_weights) and NAME.bias. With `weight_norm` the weight is NAME.weight_g and
/// NAME.weight_v, unless the source has a plain NAME.weight (normalisation already folded).
class Conv1d {
 public:
  struct Options {
    bool bias = true;
    bool weight_norm = false;
    std::optional<Init> init;
    std::optional<Init> bias_init;
  };

  Conv1d() = default;
  Conv1d(Backend& backend, ParameterSource& source, const std::string& name, const ConvSpec& spec,
         const Options& options);
  Conv1d(Backend& backend, ParameterSource& source, const std::string& name, const ConvSpec& spec)
      : Conv1d(backend, source, name, spec, Options{}) {}
  Conv1d(Backend& backend, const ConvSpec& spec, const compute::WeightParameter& weight,
         const Parameter& bias)
      : spec_(spec), weights_(backend.conv_weights(spec, weight, bias)) {}

  Tensor operator()(Backend& backend, const Tensor& x, const Epilogue& epilogue = {}) const {
    return backend.conv1d(x, weights_, epilogue);
  }
  const ConvSpec& spec() const { return spec_; }
  explicit operator bool() const { return weights_ != nullptr; }

 private:
  ConvSpec spec_;
  compute::WeightsPtr weights_;
};

/// The transposed convolution of the upsamplers: a Conv1d whose spec is transposed.
using ConvTranspose1d = Conv1d;

/// Spec of a convolution that keeps the number of frames (stride 1, odd kernel).
ConvSpec same_conv(int64_t in, int64_t out, int64_t kernel, int64_t dilation = 1,
                   int64_t groups = 1, Precision precision = Precision::kDefault);

/// ids [...] -> [..., width]. Tensor NAME.weight [rows, width].
class Embedding {
 public:
  Embedding() = default;
  Embedding(Backend& backend, ParameterSource& source, const std::string& name, int64_t rows,
            int64_t width, std::optional<Init> init = {});

  Tensor operator()(Backend& backend, const Tensor& ids) const {
    return backend.embedding(ids, table_);
  }
  const Tensor& table() const { return table_; }

 private:
  Tensor table_;
};

/// Over the last axis. Tensors NAME.weight, NAME.bias [width].
class LayerNorm {
 public:
  LayerNorm() = default;
  LayerNorm(Backend& backend, ParameterSource& source, const std::string& name, int64_t width,
            float epsilon = 1e-5f);

  Tensor operator()(Backend& backend, const Tensor& x) const {
    return backend.layer_norm(x, gain_, bias_, epsilon_);
  }

 private:
  Tensor gain_, bias_;
  float epsilon_ = 1e-5f;
};

/// Over axis 1 of [B, C, T]. Tensors NAME.gamma, NAME.beta [C].
class ChannelNorm {
 public:
  ChannelNorm() = default;
  ChannelNorm(Backend& backend, ParameterSource& source, const std::string& name, int64_t channels,
              float epsilon = 1e-5f);

  Tensor operator()(Backend& backend, const Tensor& x) const {
    return backend.channel_norm(x, gain_, bias_, epsilon_);
  }

 private:
  Tensor gain_, bias_;
  float epsilon_ = 1e-5f;
};

/// Over (C / groups, T) of [B, C, T]. Tensors NAME.weight, NAME.bias [C].
class GroupNorm {
 public:
  GroupNorm() = default;
  GroupNorm(Backend& backend, ParameterSource& source, const std::string& name, int64_t channels,
            int64_t groups, float epsilon = 1e-5f);

  Tensor operator()(Backend& backend, const Tensor& x) const {
    return backend.group_norm(x, groups_, gain_, bias_, epsilon_);
  }

 private:
  Tensor gain_, bias_;
  int64_t groups_ = 1;
  float epsilon_ = 1e-5f;
};

}  // namespace myna::models
