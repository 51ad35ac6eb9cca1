#include "models/wavenet.h"

namespace myna::models {

WaveNet::WaveNet(Backend& backend, ParameterSource& source, const std::string& name,
                 int64_t channels, int64_t kernel, int64_t layers, int64_t gin_channels,
                 Precision precision)
    : channels_(channels) {
  Conv1d::Options normed;
  normed.weight_norm = true;
  cond_ = Conv1d(backend, source, name + ".cond_layer",
                 same_conv(gin_channels, 2 * channels * layers, 1, 1, 1, precision), normed);
  for (int64_t i = 0; i < layers; ++i) {
    const std::string n = "." + std::to_string(i);
    const bool last = i + 1 == layers;
    in_.emplace_back(backend, source, name + ".in_layers" + n,
                     same_conv(channels, 2 * channels, kernel, 1, 1, precision), normed);
    res_skip_.emplace_back(backend, source, name + ".res_skip_layers" + n,
                           same_conv(channels, last ? channels : 2 * channels, 1, 1, 1, precision),
                           normed);
  }
}

Tensor WaveNet::operator()(Backend& backend, const Tensor& input, const Lengths& lengths,
                           const Tensor& style) const {
  const Tensor conditions = cond_(backend, style);
  Tensor x = input, output;
  for (size_t i = 0; i < in_.size(); ++i) {
    const int64_t begin = int64_t(i) * 2 * channels_;
    const Tensor condition = backend.slice(conditions, 1, begin, begin + 2 * channels_);
    const Tensor gated =
        backend.gated(backend.add(in_[i](backend, x), condition), compute::Gate::kTanhSigmoid);
    if (i + 1 == in_.size()) {
      Epilogue sum;
      sum.residual = output;
      output = res_skip_[i](backend, gated, sum);
      break;
    }
    const Tensor both = res_skip_[i](backend, gated);
    x = backend.mask_frames(backend.add(x, backend.slice(both, 1, 0, channels_)), lengths);
    const Tensor skip = backend.slice(both, 1, channels_, 2 * channels_);
    output = output ? backend.add(output, skip) : skip;
  }
  return backend.mask_frames(output, lengths);
}

}  // namespace myna::models
