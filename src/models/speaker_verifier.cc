#include "models/speaker_verifier.h"

#include <cmath>

#include "base/error.h"

namespace myna::models {
namespace {

constexpr float kVarianceFloor = 1e-5f;

/// x^power for x > 0.
Tensor power(Backend& backend, const Tensor& x, float power) {
  using compute::Activation;
  return backend.activate(backend.affine(backend.activate(x, Activation::kLog), power, 0.0f),
                          Activation::kExp);
}

/// [B, C, T] -> mean and standard deviation over the valid frames, [B, 2 C, 1].
Tensor statistics(Backend& backend, const Tensor& x, const Lengths& lengths) {
  const Tensor mean = backend.mean_frames(x, lengths);
  const Tensor centred = backend.sub(x, mean);
  const Tensor variance = backend.mean_frames(backend.mul(centred, centred), lengths);
  const Tensor floored = backend.affine(variance, 1.0f, kVarianceFloor);
  return backend.concat({mean, power(backend, floored, 0.5f)}, 1);
}

/// Rows of [B, D] scaled to length one.
Tensor normalised(Backend& backend, const Tensor& x) {
  const int64_t batch = x.dim(0), width = x.dim(1);
  const Tensor rows = backend.reshape(x, {batch, 1, width});
  const Tensor square = backend.mean_frames(backend.mul(rows, rows));  // [B, 1, 1]
  const Tensor sum = backend.affine(square, float(width), 1e-12f);
  return backend.reshape(backend.mul(rows, power(backend, sum, -0.5f)), {batch, width});
}

}  // namespace

SpeakerVerifierConfig SpeakerVerifierConfig::from_json(const Json& json,
                                                       const std::string& subject) {
  SpeakerVerifierConfig c;
  c.sampling_rate = value_or<int64_t>(json, "sampling_rate", c.sampling_rate, subject);
  c.bands = value_or<int64_t>(json, "bands", c.bands, subject);
  c.channels = value_or<int64_t>(json, "channels", c.channels, subject);
  c.kernels = value_or<std::vector<int64_t>>(json, "kernels", c.kernels, subject);
  c.dilations = value_or<std::vector<int64_t>>(json, "dilations", c.dilations, subject);
  c.pooled_channels = value_or<int64_t>(json, "pooled_channels", c.pooled_channels, subject);
  c.embedding = value_or<int64_t>(json, "embedding", c.embedding, subject);
  c.speakers = value_or<int64_t>(json, "speakers", c.speakers, subject);
  c.dropout = float(value_or<double>(json, "dropout", c.dropout, subject));

  const auto sane = [](int64_t v) { return v >= 1 && v <= (1 << 20); };
  bool right = sane(c.sampling_rate) && sane(c.bands) && sane(c.channels) &&
               sane(c.pooled_channels) && sane(c.embedding) && c.speakers >= 0 &&
               c.speakers <= (1 << 20) && c.dropout >= 0.0f && c.dropout < 1.0f &&
               !c.kernels.empty() && c.kernels.size() <= 64 &&
               c.kernels.size() == c.dilations.size();
  for (int64_t k : c.kernels) right = right && k >= 1 && k <= 255 && k % 2 == 1;
  for (int64_t d : c.dilations) right = right && d >= 1 && d <= 255;
  if (!right) {
    throw Error(ErrorCode::kInvalidModel,
                "the speaker-verification network's sizes are out of range, or its kernels and "
                "dilations differ in number",
                subject);
  }
  return c;
}

Json SpeakerVerifierConfig::to_json() const {
  return {{"sampling_rate", sampling_rate},
          {"bands", bands},
          {"channels", channels},
          {"kernels", kernels},
          {"dilations", dilations},
          {"pooled_channels", pooled_channels},
          {"embedding", embedding},
          {"speakers", speakers},
          {"dropout", dropout}};
}

SpeakerVerifier::SpeakerVerifier(Backend& backend, ParameterSource& source,
                                 const SpeakerVerifierConfig& config, bool with_head)
    : backend_(backend), config_(config) {
  int64_t in = config.bands;
  for (size_t i = 0; i < config.kernels.size(); ++i) {
    const std::string name = "layers." + std::to_string(i);
    layers_.push_back(Layer{Conv1d(backend, source, name + ".conv",
                                   same_conv(in, config.channels, config.kernels[i],
                                             config.dilations[i], 1, Precision::kF32)),
                            ChannelNorm(backend, source, name + ".norm", config.channels)});
    in = config.channels;
  }
  last_ = Layer{Conv1d(backend, source, "last.conv",
                       same_conv(in, config.pooled_channels, 1, 1, 1, Precision::kF32)),
                ChannelNorm(backend, source, "last.norm", config.pooled_channels)};
  Linear::Options exact;
  exact.precision = Precision::kF32;
  out_ = Linear(backend, source, "out", 2 * config.pooled_channels, config.embedding, exact);
  if (!with_head) return;
  if (config.speakers < 1) {
    throw Error(ErrorCode::kInternal, "the head needs a number of speakers", "SpeakerVerifier");
  }
  // Rows of length one: weight normalisation whose lengths stay at one.
  compute::WeightParameter weight;
  weight.v =
      source.get("head.weight_v", {config.speakers, config.embedding, 1}, Init::normal(1.0f));
  weight.g = Parameter{{},
                       HostTensor::from_floats({config.speakers, 1, 1},
                                               std::vector<float>(size_t(config.speakers), 1.0f)),
                       true};
  head_ = Conv1d(backend, same_conv(config.embedding, config.speakers, 1, 1, 1, Precision::kF32),
                 weight, {});
}

Tensor SpeakerVerifier::embed(const Tensor& features, const Lengths& lengths) const {
  if (features.rank() != 3 || features.dim(1) != config_.bands) {
    throw Error(ErrorCode::kInternal, "features must be [B, bands, T]", "SpeakerVerifier");
  }
  Backend& b = backend_;
  Epilogue relu;
  relu.activation = compute::Activation::kRelu;
  Tensor x = b.mask_frames(b.sub(features, b.mean_frames(features, lengths)), lengths);
  for (size_t i = 0; i < layers_.size(); ++i) {
    Tensor y = layers_[i].norm(b, layers_[i].conv(b, x, relu));
    y = b.mask_frames(b.dropout(y, config_.dropout), lengths);
    x = i == 0 ? y : b.add(x, y);
  }
  x = last_.norm(b, last_.conv(b, x, relu));
  const Tensor pooled = statistics(b, x, lengths);
  return normalised(b, out_(b, b.reshape(pooled, {pooled.dim(0), pooled.dim(1)})));
}

Tensor SpeakerVerifier::cosines(const Tensor& embedding) const {
  if (!head_) throw Error(ErrorCode::kInternal, "built without the head", "SpeakerVerifier");
  const int64_t batch = embedding.dim(0);
  const Tensor columns = backend_.reshape(embedding, {batch, config_.embedding, 1});
  return backend_.reshape(head_(backend_, columns), {batch, config_.speakers});
}

double cosine_similarity(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) {
    throw Error(ErrorCode::kInternal, "vectors of different lengths", "cosine_similarity");
  }
  double ab = 0.0, aa = 0.0, bb = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += double(a[i]) * double(b[i]);
    aa += double(a[i]) * double(a[i]);
    bb += double(b[i]) * double(b[i]);
  }
  return aa > 0.0 && bb > 0.0 ? ab / std::sqrt(aa * bb) : 0.0;
}

}  // namespace myna::models
