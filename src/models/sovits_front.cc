#include "models/sovits_front.h"

#include "base/defect.h"
#include "base/error.h"

namespace myna::models {
namespace {

Linear linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
              int64_t out, Precision precision) {
  Linear::Options options;
  options.precision = precision;
  return Linear(backend, source, name, in, out, options);
}

}  // namespace

SovitsFront::SovitsFront(Backend& backend, ParameterSource& source, const SovitsConfig& config,
                         Precision precision)
    : backend_(backend),
      config_(config),
      quantizer_(backend, source, config),
      text_encoder_(backend, source, "enc_p", config, precision),
      style_encoder_(backend, source, "ref_enc", config, precision) {
  const int64_t gin = config.gin_channels;
  if (config.is_pro()) {
    speaker_ = linear(backend, source, "sv_emb", config.speaker_channels, gin, precision);
    const Parameter slope = source.get("prelu.weight", {gin}, Init::constant(0.25f));
    speaker_slope_ = backend.reshape(backend.parameter(slope), {1, gin, 1});
  }
  if (gin != config.mrte_channels) {
    style_to_mrte_ = linear(backend, source, "ge_to512", gin, config.mrte_channels, precision);
  }
}

Tensor SovitsFront::style_batch(const Tensor& spec, const Lengths& lengths,
                                const Tensor& speaker) const {
  if (spec.rank() != 3 || spec.dim(1) < config_.style_bins) {
    defect("Sovits::style", "a spectrogram must be [B, at least " +
                                std::to_string(config_.style_bins) + " bins, T]");
  }
  const Tensor bins =
      spec.dim(1) == config_.style_bins ? spec : backend_.slice(spec, 1, 0, config_.style_bins);
  Tensor style = style_encoder_(backend_, bins, lengths);
  if (!config_.is_pro()) return style;
  if (!speaker) defect("Sovits::style", "this version needs a speaker vector per reference");
  const Tensor added = speaker_(backend_, speaker);
  style = backend_.add(style, backend_.reshape(added, {added.dim(0), config_.gin_channels, 1}));
  // PReLU with one slope per channel.
  const Tensor negative =
      backend_.activate(backend_.affine(style, -1.0f, 0.0f), compute::Activation::kRelu);
  return backend_.sub(backend_.activate(style, compute::Activation::kRelu),
                      backend_.mul(negative, speaker_slope_));
}

Tensor SovitsFront::style(const std::vector<Tensor>& specs,
                          const std::vector<Tensor>& speakers) const {
  if (specs.empty()) defect("Sovits::style", "at least one reference is needed");
  if (config_.is_pro() && speakers.size() != specs.size()) {
    defect("Sovits::style", "one speaker vector per reference is needed");
  }
  Tensor sum;
  for (size_t i = 0; i < specs.size(); ++i) {
    const Tensor one = style_batch(specs[i], {}, config_.is_pro() ? speakers[i] : Tensor());
    sum = sum ? backend_.add(sum, one) : one;
  }
  return specs.size() == 1 ? sum : backend_.affine(sum, 1.0f / float(specs.size()), 0.0f);
}

std::vector<int64_t> SovitsFront::extract_codes(const Tensor& content) const {
  return quantizer_.nearest(backend_, quantizer_.project(backend_, content));
}

Tensor SovitsFront::ids(std::span<const int64_t> values, int64_t limit, const char* what) const {
  if (values.empty()) {
    throw Error(ErrorCode::kUsage, std::string("there are no ") + what + " to speak", "SoVITS");
  }
  for (int64_t value : values) {
    if (value >= 0 && value < limit) continue;
    throw Error(ErrorCode::kInvalidModel,
                "the model has " + std::to_string(limit) + " " + what + ", but number " +
                    std::to_string(value) + " was asked for; use models of one version together",
                "SoVITS");
  }
  return backend_.from_host(
      HostTensor::from_ints({1, int64_t(values.size())}, {values.begin(), values.end()}));
}

Tensor SovitsFront::content_frames(const Tensor& vectors) const {
  return config_.frames_per_code == 1 ? vectors
                                      : backend_.repeat_frames(vectors, config_.frames_per_code);
}

Tensor SovitsFront::mrte_style(const Tensor& style) const {
  if (!style_to_mrte_) return style;
  return backend_.transpose(style_to_mrte_(backend_, backend_.transpose(style, 1, 2)), 1, 2);
}

Prior SovitsFront::encode(std::span<const int64_t> codes, std::span<const int64_t> phones,
                          const Tensor& style, const PriorOptions& options,
                          PriorTrace* trace) const {
  return encode(ids(codes, config_.codebook_size, "semantic codes"),
                ids(phones, config_.symbols, "phones"), style, options, trace);
}

Prior SovitsFront::encode(const Tensor& codes, const Tensor& phones, const Tensor& style,
                          const PriorOptions& options, PriorTrace* trace) const {
  const Tensor content = content_frames(quantizer_.lookup(backend_, codes));
  return text_encoder_(backend_, content, {}, phones, {}, mrte_style(style), options, trace);
}

}  // namespace myna::models
