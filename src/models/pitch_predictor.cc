#include "models/pitch_predictor.h"

namespace myna::models {
namespace {

constexpr int64_t kBlocks = 3, kKernel = 5;
/// Where a fresh network starts: log of about 150 Hz, between men and women.
constexpr float kMiddle = 5.0f;

}  // namespace

PitchPredictor::PitchPredictor(Backend& backend, ParameterSource& source, const std::string& name,
                               const SovitsConfig& c, Precision precision)
    : pre_(backend, source, name + ".conv_pre",
           same_conv(c.hidden_channels, c.hidden_channels, kKernel, 1, 1, precision)),
      cond_(backend, source, name + ".cond",
            same_conv(c.gin_channels, c.hidden_channels, 1, 1, 1, precision)) {
  for (int64_t i = 0; i < kBlocks; ++i) {
    const std::string n = name + ".blocks." + std::to_string(i);
    blocks_.push_back({Conv1d(backend, source, n + ".conv",
                              same_conv(c.hidden_channels, c.hidden_channels, kKernel,
                                        int64_t{1} << i, 1, precision)),
                       ChannelNorm(backend, source, n + ".norm", c.hidden_channels)});
  }
  Conv1d::Options small;
  small.init = Init::normal(0.02f);
  small.bias_init = Init::zeros();
  proj_ = Conv1d(backend, source, name + ".proj",
                 same_conv(c.hidden_channels, 1, 1, 1, 1, precision), small);
}

Tensor PitchPredictor::operator()(Backend& backend, const Tensor& features,
                                  const compute::Lengths& lengths, const Tensor& style) const {
  Tensor x =
      backend.add(pre_(backend, backend.mask_frames(features, lengths)), cond_(backend, style));
  Epilogue gelu;
  gelu.activation = compute::Activation::kGelu;
  for (const Block& block : blocks_) {
    const Tensor y = block.conv(backend, backend.mask_frames(x, lengths), gelu);
    x = block.norm(backend, backend.add(x, y));
  }
  return backend.affine(proj_(backend, x), 1.0f, kMiddle);
}

}  // namespace myna::models
