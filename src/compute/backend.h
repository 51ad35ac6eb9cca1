// The operations that the networks are written in. One network definition (src/models) runs on
// every Backend: cpu (inference), torch (training, CUDA), onnx (recording).
//
// Conventions
//  - Convolutions and frame-wise features: [batch, channels, frames]. Linear layers and attention:
//    [batch, time, features]. transpose(x, 1, 2) converts and is free where the backend can do so.
//  - Operations return new tensors; inputs are never modified. Results may alias inputs.
//  - Shape mistakes are defects of the caller and throw Error(kInternal) naming the operation.
//  - A Backend is thread-safe for concurrent operations on different tensors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "compute/tensor.h"

namespace myna::compute {

enum class Activation {
  kNone,
  kRelu,
  kLeakyRelu /* slope */,
  kGelu /* erf */,
  kGeluTanh,
  kSilu,
  kMish,
  kTanh,
  kSigmoid,
  kExp,
  kLog,
  kSqrt,
  kAbs,
  kSin,
  kCos,
  kSoftplus
};

/// y = activation(operation + bias) + residual. A backend may fuse it.
struct Epilogue {
  Activation activation = Activation::kNone;
  float slope = 0.0f;  ///< of kLeakyRelu
  Tensor residual;     ///< absent, or the shape of the result
};

/// How a weight may be stored by an inference backend. kDefault: the backend's choice for the
/// operation (bf16 convolutions where the machine has them, else f32). Training ignores it.
enum class Precision { kDefault, kF32, kBf16, kInt8 };

/// A named parameter as it stands in the model file.
struct Parameter {
  std::string name;
  HostTensor value;
  bool frozen = false;  ///< never trained (codebooks, fixed filters); unnamed: not saved either
  explicit operator bool() const { return !value.empty(); }
};

/// A weight given plainly (`weight`) or weight-normalised (`g`, `v`; w = g * v / ||v||, the norm
/// taken over all axes but the first). Inference folds it; training keeps g and v.
struct WeightParameter {
  Parameter weight;
  Parameter g, v;
};

struct LinearSpec {
  int64_t in = 0, out = 0;
  Precision precision = Precision::kDefault;
};

struct ConvSpec {
  int64_t in = 0, out = 0;
  int64_t kernel = 1, stride = 1, dilation = 1, groups = 1;
  int64_t pad_left = 0, pad_right = 0;  ///< zeros added; transposed: samples cropped on each side
  int64_t output_padding = 0;           ///< transposed only
  bool transposed = false;
  Precision precision = Precision::kDefault;
};

/// Prepared weights of one linear or convolution layer, owned by the backend that made them.
/// Immutable, shareable between threads and voices.
class Weights {
 public:
  virtual ~Weights() = default;
};
using WeightsPtr = std::shared_ptr<const Weights>;

/// Which keys a query may see.
struct AttentionMask {
  enum class Kind {
    kNone,
    kCausal,        ///< key <= query
    kPrefixCausal,  ///< keys < prefix are the prompt: prompt queries see the prompt only, later
                    ///< queries see the prompt and are causal among themselves
  };
  Kind kind = Kind::kNone;
  int64_t prefix = 0;
  Lengths prefix_lengths;  ///< valid part of the prefix per row; empty: all
  Lengths key_lengths;     ///< valid keys per row (whole key axis); empty: all
};

/// Learned relative position terms (Shaw et al. 2018, as in VITS): where |j - i| <= window, key j
/// of query i gets keys[j - i + window] and its value values[j - i + window]; further away nothing
/// is added. The key term is scaled like the scores.
struct RelativePosition {
  Tensor keys, values;  ///< [1, 2 * window + 1, head_dim], shared by the heads
  int64_t window = 0;
};

/// Keys and values of a decoder, grown by one position per step. Rows are independent sequences of
/// their own lengths. Owned by the backend; not thread-safe.
class KvCache {
 public:
  virtual ~KvCache() = default;
  virtual int64_t rows() const = 0;
  virtual int64_t length(int64_t row) const = 0;
  virtual void drop_row(int64_t row) = 0;  ///< removes a finished sequence; later rows move up
};

enum class Gate {
  kTanhSigmoid,  ///< tanh(first half) * sigmoid(second half)   (WaveNet)
  kGlu,          ///< first half * sigmoid(second half)
};

enum class PadMode { kZero, kReflect };

/// Backend::filtered_snake: length of its filter, and frames on each side that a frame depends on.
inline constexpr int64_t kSnakeTaps = 12, kSnakeReach = 5;

class Backend {
 public:
  virtual ~Backend() = default;

  // Data in and out --------------------------------------------------------------------------
  virtual Tensor from_host(const HostTensor& host) = 0;  ///< F32-like -> kFloat, integers -> kInt
  virtual HostTensor to_host(const Tensor& x) = 0;       ///< F32 or I64

  // Parameters -------------------------------------------------------------------------------
  /// A parameter used as a tensor (norm gains, embeddings, position terms). Training: a leaf.
  virtual Tensor parameter(const Parameter& p) = 0;
  /// A buffer that is never trained (codebooks, filters).
  virtual Tensor buffer(const Parameter& p) = 0;
  /// weight [out, in], or that in 8 bits (tensor/int8_matrix.h); bias [out] or absent.
  virtual WeightsPtr linear_weights(const LinearSpec& spec, const Parameter& weight,
                                    const Parameter& bias) = 0;
  /// weight [out, in / groups, kernel]; transposed: [in, out / groups, kernel].
  virtual WeightsPtr conv_weights(const ConvSpec& spec, const WeightParameter& weight,
                                  const Parameter& bias) = 0;

  // Layers -----------------------------------------------------------------------------------
  virtual Tensor linear(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue = {}) = 0;
  /// x [B, in, T] -> [B, out, T']; transposed where the spec says so:
  /// T' = (T - 1) * stride - pad_left - pad_right + dilation * (kernel - 1) + output_padding + 1.
  virtual Tensor conv1d(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue = {}) = 0;
  /// ids (kInt, any shape), table [rows, width] -> [..., width].
  virtual Tensor embedding(const Tensor& ids, const Tensor& table) = 0;
  /// Over the last axis. gain and bias may be absent.
  virtual Tensor layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                            float epsilon) = 0;
  /// Layer norm over axis 1 of [B, C, T].
  virtual Tensor channel_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                              float epsilon) = 0;
  /// Group norm of [B, C, T]: statistics over (C / groups, T).
  virtual Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& gain, const Tensor& bias,
                            float epsilon) = 0;
  /// Multi-head attention. q [B, Tq, D], k and v [B, Tk, D] -> [B, Tq, D]; scores scaled by
  /// `scale` (0: 1 / sqrt(head_dim)). `relative` may be null.
  virtual Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, int64_t heads,
                           const AttentionMask& mask = {},
                           const RelativePosition* relative = nullptr, float scale = 0.0f) = 0;

  // Cached decoding --------------------------------------------------------------------------
  virtual std::unique_ptr<KvCache> make_kv_cache(int64_t layers, int64_t rows, int64_t width,
                                                 int64_t heads, int64_t capacity) = 0;
  /// Appends k, v [1, T, D] of the prompt pass to one row of a layer.
  virtual void cache_fill(KvCache& cache, int64_t layer, int64_t row, const Tensor& k,
                          const Tensor& v) = 0;
  /// One step: appends k, v [rows, 1, D] to the layer and attends with q [rows, 1, D].
  virtual Tensor cached_attention(KvCache& cache, int64_t layer, const Tensor& q, const Tensor& k,
                                  const Tensor& v) = 0;

  // Elementwise ------------------------------------------------------------------------------
  /// Binary operations broadcast like NumPy.
  virtual Tensor add(const Tensor& a, const Tensor& b) = 0;
  virtual Tensor sub(const Tensor& a, const Tensor& b) = 0;
  virtual Tensor mul(const Tensor& a, const Tensor& b) = 0;
  /// x * scale + shift
  virtual Tensor affine(const Tensor& x, float scale, float shift) = 0;
  virtual Tensor activate(const Tensor& x, Activation activation, float slope = 0.0f) = 0;
  virtual Tensor clamp(const Tensor& x, float low, float high) = 0;
  /// Splits axis 1 of [B, 2C, T] in halves and gates -> [B, C, T].
  virtual Tensor gated(const Tensor& x, Gate gate) = 0;
  /// The snake activation without aliasing (Lee et al. 2023, BigVGAN): x [B, C, T] upsampled
  /// twofold, v + sin(e^alpha v)^2 / (e^beta + 1e-9), downsampled twofold -> [B, C, T]. `filter`,
  /// kSnakeTaps values with sum 1, is the low-pass of both; beyond its ends a signal repeats its
  /// first and last frame. alpha, beta [C]. Throws Error(kUnsupported) on backends without it.
  virtual Tensor filtered_snake(const Tensor& x, const Tensor& alpha, const Tensor& beta,
                                std::span<const float> filter);
  virtual Tensor softmax(const Tensor& x) = 0;  ///< last axis
  /// Zeroes frames (last axis of [B, C, T]) at and beyond each row's length.
  virtual Tensor mask_frames(const Tensor& x, const Lengths& lengths) = 0;
  /// Mean over the valid frames: [B, C, T] -> [B, C, 1].
  virtual Tensor mean_frames(const Tensor& x, const Lengths& lengths = {}) = 0;
  /// The same values; training: no gradient flows back through the result.
  virtual Tensor detach(const Tensor& x) { return x; }
  /// Identity in inference; inverted dropout in training mode.
  virtual Tensor dropout(const Tensor& x, float probability) = 0;

  // Shape ------------------------------------------------------------------------------------
  virtual Tensor reshape(const Tensor& x, const Shape& shape) = 0;  ///< one -1 allowed
  virtual Tensor transpose(const Tensor& x, int axis_a, int axis_b) = 0;
  virtual Tensor concat(const std::vector<Tensor>& parts, int axis) = 0;
  virtual Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end) = 0;
  virtual Tensor flip(const Tensor& x, int axis) = 0;
  /// Pads the last axis.
  virtual Tensor pad(const Tensor& x, int64_t left, int64_t right, PadMode mode) = 0;
  /// Each frame of the last axis repeated `factor` times.
  virtual Tensor repeat_frames(const Tensor& x, int64_t factor) = 0;
  /// Linear resize of the last axis, half-pixel centres (align_corners = false).
  virtual Tensor resize_linear(const Tensor& x, int64_t frames) = 0;
};

inline Tensor Backend::filtered_snake(const Tensor&, const Tensor&, const Tensor&,
                                      std::span<const float>) {
  throw Error(
      ErrorCode::kUnsupported,
      "the snake activation of BigVGAN is not known to this backend; run it on cpu or torch",
      "filtered_snake");
}

}  // namespace myna::compute
