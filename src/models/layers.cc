#include "models/layers.h"

#include <cmath>

#include "base/error.h"
#include "tensor/int8_matrix.h"

namespace myna::models {
namespace {

/// The norm that rows of `n` values drawn from `init` have on average: where g starts, so that a
/// fresh weight-normalised layer begins with the same weights as a plain one.
Init row_norm(Init init, int64_t n) {
  switch (init.kind) {
    case Init::Kind::kNormal:
      return Init::constant(init.value * std::sqrt(float(n)));
    case Init::Kind::kUniform:
      return Init::constant(init.value * std::sqrt(float(n) / 3.0f));
    default:
      return Init::ones();
  }
}

/// A matrix that the source keeps in 8 bits (tensor/int8_matrix.h), as it lies there.
Parameter packed_weight(ParameterSource& source, const std::string& name, int64_t in, int64_t out) {
  Parameter packed = source.get(name, tensor::int8_matrix_shape(out, in), Init::zeros());
  if (tensor::is_int8_matrix(packed.value, out, in)) return packed;
  throw Error(ErrorCode::kInvalidModel, "its values are not 8-bit integers", name);
}

}  // namespace

Linear::Linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
               int64_t out, const Options& options) {
  const Init fan = Init::fan_in(in);
  const std::string narrow = name + ".weight" + tensor::kInt8Suffix;
  const Parameter weight =
      source.contains(narrow) ? packed_weight(source, narrow, in, out)
                              : source.get(name + ".weight", {out, in}, options.init.value_or(fan));
  Parameter bias;
  if (options.bias) bias = source.get(name + ".bias", {out}, options.bias_init.value_or(fan));
  weights_ = backend.linear_weights({in, out, options.precision}, weight, bias);
}

Conv1d::Conv1d(Backend& backend, ParameterSource& source, const std::string& name,
               const ConvSpec& spec, const Options& options)
    : spec_(spec) {
  const int64_t rows = spec.transposed ? spec.in : spec.out;
  const int64_t columns = (spec.transposed ? spec.out : spec.in) / spec.groups;
  const Shape shape = {rows, columns, spec.kernel};
  // The reference takes the second axis as the input also of transposed convolutions.
  const Init fan = Init::fan_in(columns * spec.kernel);
  const Init init = options.init.value_or(fan);

  compute::WeightParameter weight;
  const bool folded = source.contains(name + ".weight") && !source.contains(name + ".weight_v");
  if (options.weight_norm && !folded) {
    weight.g = source.get(name + ".weight_g", {rows, 1, 1}, row_norm(init, columns * spec.kernel));
    weight.v = source.get(name + ".weight_v", shape, init);
  } else {
    weight.weight = source.get(name + ".weight", shape, init);
  }
  Parameter bias;
  if (options.bias) bias = source.get(name + ".bias", {spec.out}, options.bias_init.value_or(fan));
  weights_ = backend.conv_weights(spec, weight, bias);
}

ConvSpec same_conv(int64_t in, int64_t out, int64_t kernel, int64_t dilation, int64_t groups,
                   Precision precision) {
  ConvSpec spec;
  spec.in = in;
  spec.out = out;
  spec.kernel = kernel;
  spec.dilation = dilation;
  spec.groups = groups;
  spec.pad_left = spec.pad_right = (kernel - 1) * dilation / 2;
  spec.precision = precision;
  return spec;
}

Embedding::Embedding(Backend& backend, ParameterSource& source, const std::string& name,
                     int64_t rows, int64_t width, std::optional<Init> init)
    : table_(backend.parameter(
          source.get(name + ".weight", {rows, width}, init.value_or(Init::normal(1.0f))))) {}

LayerNorm::LayerNorm(Backend& backend, ParameterSource& source, const std::string& name,
                     int64_t width, float epsilon)
    : gain_(backend.parameter(source.get(name + ".weight", {width}, Init::ones()))),
      bias_(backend.parameter(source.get(name + ".bias", {width}, Init::zeros()))),
      epsilon_(epsilon) {}

ChannelNorm::ChannelNorm(Backend& backend, ParameterSource& source, const std::string& name,
                         int64_t channels, float epsilon)
    : gain_(backend.parameter(source.get(name + ".gamma", {channels}, Init::ones()))),
      bias_(backend.parameter(source.get(name + ".beta", {channels}, Init::zeros()))),
      epsilon_(epsilon) {}

GroupNorm::GroupNorm(Backend& backend, ParameterSource& source, const std::string& name,
                     int64_t channels, int64_t groups, float epsilon)
    : gain_(backend.parameter(source.get(name + ".weight", {channels}, Init::ones()))),
      bias_(backend.parameter(source.get(name + ".bias", {channels}, Init::zeros()))),
      groups_(groups),
      epsilon_(epsilon) {}

}  // namespace myna::models
