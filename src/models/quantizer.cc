#include "models/quantizer.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace myna::models {
namespace {

constexpr char kCodebook[] = "quantizer.vq.layers.0._codebook.embed";

Conv1d frozen_projection(Backend& backend, ParameterSource& source, const SovitsConfig& c) {
  ConvSpec spec;
  spec.in = spec.out = c.ssl_dim;
  spec.kernel = spec.stride = c.ssl_stride;
  spec.precision = Precision::kF32;
  const Init fan = Init::fan_in(c.ssl_dim * c.ssl_stride);
  compute::WeightParameter weight;
  weight.weight = source.get("ssl_proj.weight", {c.ssl_dim, c.ssl_dim, c.ssl_stride}, fan);
  Parameter bias = source.get("ssl_proj.bias", {c.ssl_dim}, fan);
  weight.weight.frozen = bias.frozen = true;
  return Conv1d(backend, spec, weight, bias);
}

Linear scoring(Backend& backend, const Parameter& codebook) {
  const int64_t rows = codebook.value.dim(0), width = codebook.value.dim(1);
  const std::vector<float> values = codebook.value.to_floats();
  std::vector<float> bias(static_cast<size_t>(rows));
  for (int64_t i = 0; i < rows; ++i) {
    double sum = 0.0;
    for (int64_t j = 0; j < width; ++j) {
      const double v = values[size_t(i * width + j)];
      sum += v * v;
    }
    bias[size_t(i)] = float(-0.5 * sum);
  }
  // Unnamed copies: computed from the codebook, so neither trained nor saved.
  const Parameter weight{{}, codebook.value, true};
  const Parameter offset{{}, HostTensor::from_floats({rows}, std::move(bias)), true};
  return Linear(backend, {width, rows, Precision::kF32}, weight, offset);
}

}  // namespace

Quantizer::Quantizer(Backend& backend, ParameterSource& source, const SovitsConfig& c)
    : project_(frozen_projection(backend, source, c)), codebook_size_(c.codebook_size) {
  Parameter codebook = source.get(kCodebook, {c.codebook_size, c.ssl_dim}, Init::normal(1.0f));
  codebook.frozen = true;
  codebook_ = backend.buffer(codebook);
  scores_ = scoring(backend, codebook);
}

Tensor Quantizer::project(Backend& backend, const Tensor& features) const {
  return project_(backend, features);
}

std::vector<int64_t> Quantizer::nearest(Backend& backend, const Tensor& projected) const {
  const HostTensor scores = backend.to_host(scores_(backend, backend.transpose(projected, 1, 2)));
  const std::span<const float> values = scores.f32();
  const auto width = size_t(codebook_size_);
  std::vector<int64_t> codes(values.size() / width);
  for (size_t t = 0; t < codes.size(); ++t) {
    const auto row = values.subspan(t * width, width);
    codes[t] = std::max_element(row.begin(), row.end()) - row.begin();
    if (!std::isfinite(row[size_t(codes[t])])) {
      throw Error(ErrorCode::kInvalidModel,
                  "the content features are not finite numbers; the model file is damaged",
                  "quantizer");
    }
  }
  return codes;
}

Tensor Quantizer::lookup(Backend& backend, const Tensor& codes) const {
  return backend.transpose(backend.embedding(codes, codebook_), 1, 2);
}

}  // namespace myna::models
