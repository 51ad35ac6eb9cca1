#include "models/duration_predictor.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace myna::models {
namespace {

/// Where a fresh network starts: about the mean of read speech, two and a half tokens a phone.
constexpr float kMiddle = 0.9f;
constexpr float kLongestLog = 5.0f;  // 150 tokens

}  // namespace

DurationConfig DurationConfig::from_json(const Json& json, const std::string& subject) {
  DurationConfig c;
  c.symbols = value_or(json, "symbols", c.symbols, subject);
  c.dim = value_or(json, "dim", c.dim, subject);
  c.layers = value_or(json, "layers", c.layers, subject);
  c.kernel = value_or(json, "kernel", c.kernel, subject);
  c.dropout = value_or(json, "dropout", c.dropout, subject);
  c.tokens_per_second = value_or(json, "tokens_per_second", c.tokens_per_second, subject);
  const auto within = [](int64_t v, int64_t low, int64_t high) { return v >= low && v <= high; };
  const bool right = within(c.symbols, 1, 65536) && within(c.dim, 1, 4096) &&
                     within(c.layers, 1, 64) && within(c.kernel, 1, 63) && c.kernel % 2 == 1 &&
                     c.dropout >= 0.0f && c.dropout < 1.0f && c.tokens_per_second > 0;
  if (!right)
    throw Error(ErrorCode::kInvalidModel, "the duration network's sizes are out of range", subject);
  return c;
}

Json DurationConfig::to_json() const {
  return {{"symbols", symbols}, {"dim", dim},         {"layers", layers},
          {"kernel", kernel},   {"dropout", dropout}, {"tokens_per_second", tokens_per_second}};
}

DurationPredictor::DurationPredictor(Backend& backend, ParameterSource& source,
                                     const DurationConfig& c)
    : backend_(backend),
      config_(c),
      embedding_(backend, source, "embedding", c.symbols, c.dim, Init::normal(0.3f)) {
  for (int64_t i = 0; i < c.layers; ++i) {
    const std::string name = "blocks." + std::to_string(i);
    blocks_.push_back({Conv1d(backend, source, name + ".conv",
                              same_conv(c.dim, c.dim, c.kernel, 1, 1, Precision::kF32)),
                       ChannelNorm(backend, source, name + ".norm", c.dim)});
  }
  Conv1d::Options small;
  small.init = Init::normal(0.02f);
  small.bias_init = Init::zeros();
  proj_ = Conv1d(backend, source, "proj", same_conv(c.dim, 1, 1, 1, 1, Precision::kF32), small);
}

Tensor DurationPredictor::log_tokens(const Tensor& phones, const compute::Lengths& lengths) const {
  Tensor x = backend_.transpose(embedding_(backend_, phones), 1, 2);
  Epilogue gelu;
  gelu.activation = compute::Activation::kGelu;
  for (const Block& block : blocks_) {
    const Tensor y = block.conv(backend_, backend_.mask_frames(x, lengths), gelu);
    x = block.norm(backend_, backend_.add(x, backend_.dropout(y, config_.dropout)));
  }
  return backend_.affine(proj_(backend_, x), 1.0f, kMiddle);
}

std::vector<float> DurationPredictor::tokens(std::span<const int64_t> phones) const {
  for (const int64_t phone : phones) {
    if (phone >= 0 && phone < config_.symbols) continue;
    throw Error(ErrorCode::kInvalidModel,
                "knows " + std::to_string(config_.symbols) + " phones, but number " +
                    std::to_string(phone) + " was asked for; use models of one version together",
                "duration network");
  }
  if (phones.empty()) return {};
  const Tensor ids = backend_.from_host(
      HostTensor::from_ints({1, std::ssize(phones)}, {phones.begin(), phones.end()}));
  std::vector<float> out = backend_.to_host(log_tokens(ids)).to_floats();
  for (float& value : out) value = std::exp(std::min(value, kLongestLog));
  return out;
}

}  // namespace myna::models
