#include "models/sovits.h"

#include <algorithm>

#include "base/error.h"
#include "base/random.h"
#include "models/excitation.h"

namespace myna::models {
namespace {

Linear linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
              int64_t out, Precision precision) {
  Linear::Options options;
  options.precision = precision;
  return Linear(backend, source, name, in, out, options);
}

[[noreturn]] void defect(const char* operation, const std::string& what) {
  throw Error(ErrorCode::kInternal, what, operation);
}

}  // namespace

Sovits::Sovits(Backend& backend, ParameterSource& source, const SovitsConfig& config,
               const SovitsOptions& options)
    : backend_(backend),
      config_(config),
      quantizer_(backend, source, config),
      text_encoder_(backend, source, "enc_p", config, options.precision.encoders),
      style_encoder_(backend, source, "ref_enc", config, options.precision.encoders),
      flow_(backend, source, "flow", config, options.precision.flow),
      decoder_(make_wave_decoder(backend, source, "dec", config, options.precision.decoder)) {
  if (config.has_pitch())
    pitch_ = PitchPredictor(backend, source, "pitch", config, options.precision.encoders);
  if (options.posterior) {
    posterior_ = std::make_unique<PosteriorEncoder>(backend, source, "enc_q", config,
                                                    options.precision.encoders);
  }
  const int64_t gin = config.gin_channels;
  if (config.is_pro()) {
    speaker_ =
        linear(backend, source, "sv_emb", config.speaker_channels, gin, options.precision.encoders);
    const Parameter slope = source.get("prelu.weight", {gin}, Init::constant(0.25f));
    speaker_slope_ = backend.reshape(backend.parameter(slope), {1, gin, 1});
  }
  if (gin != config.mrte_channels) {
    style_to_mrte_ =
        linear(backend, source, "ge_to512", gin, config.mrte_channels, options.precision.encoders);
  }
}

Sovits::~Sovits() = default;

const PosteriorEncoder& Sovits::posterior_encoder() const {
  if (!posterior_) defect("Sovits", "built without the posterior encoder");
  return *posterior_;
}

Tensor Sovits::style_batch(const Tensor& spec, const Lengths& lengths,
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

Tensor Sovits::style(const std::vector<Tensor>& specs, const std::vector<Tensor>& speakers) const {
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

std::vector<int64_t> Sovits::extract_codes(const Tensor& content) const {
  return quantizer_.nearest(backend_, quantizer_.project(backend_, content));
}

Tensor Sovits::ids(std::span<const int64_t> values, int64_t limit, const char* what) const {
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

Tensor Sovits::content_frames(const Tensor& vectors) const {
  return config_.frames_per_code == 1 ? vectors
                                      : backend_.repeat_frames(vectors, config_.frames_per_code);
}

Tensor Sovits::mrte_style(const Tensor& style) const {
  if (!style_to_mrte_) return style;
  return backend_.transpose(style_to_mrte_(backend_, backend_.transpose(style, 1, 2)), 1, 2);
}

Prior Sovits::encode(std::span<const int64_t> codes, std::span<const int64_t> phones,
                     const Tensor& style, const PriorOptions& options, PriorTrace* trace) const {
  return encode(ids(codes, config_.codebook_size, "semantic codes"),
                ids(phones, config_.symbols, "phones"), style, options, trace);
}

Prior Sovits::encode(const Tensor& codes, const Tensor& phones, const Tensor& style,
                     const PriorOptions& options, PriorTrace* trace) const {
  const Tensor content = content_frames(quantizer_.lookup(backend_, codes));
  return text_encoder_(backend_, content, {}, phones, {}, mrte_style(style), options, trace);
}

Tensor Sovits::log_pitch(const Prior& prior, const Tensor& style) const {
  const Tensor pitch = pitch_(backend_, prior.features, prior.lengths, style);
  const int64_t frames = prior.mean.dim(2);
  return pitch.dim(2) == frames ? pitch : backend_.resize_linear(pitch, frames);
}

Tensor Sovits::excitation(const Prior& prior, const Tensor& style, uint64_t seed) const {
  const int64_t rows = prior.mean.dim(0), frames = prior.mean.dim(2), hop = config_.hop_length;
  std::vector<float> log_hz = backend_.to_host(log_pitch(prior, style)).to_floats();
  std::vector<float> both;
  both.reserve(size_t(2 * rows * frames * hop));
  for (int64_t row = 0; row < rows; ++row) {
    const auto contour = std::span(log_hz).subspan(size_t(row * frames), size_t(frames));
    widen_pitch(contour, config_.pitch_spread);
    const Excitation one =
        make_excitation(contour, hop, config_.sampling_rate, seed + uint64_t(row));
    both.insert(both.end(), one.pulses.begin(), one.pulses.end());
    both.insert(both.end(), one.noise.begin(), one.noise.end());
  }
  return backend_.from_host(HostTensor::from_floats({rows, 2, frames * hop}, std::move(both)));
}

Tensor Sovits::noise(uint64_t seed, const Prior& prior) const {
  const Shape& shape = prior.mean.shape();
  std::vector<float> values(static_cast<size_t>(tensor::element_count(shape)));
  Rng(seed).fill_normal(values);
  return backend_.from_host(HostTensor::from_floats(shape, std::move(values)));
}

Tensor Sovits::latents(const Prior& prior, const Tensor& noise, float scale) const {
  if (scale == 0.0f) return prior.mean;
  const Tensor deviation = backend_.activate(prior.log_std, compute::Activation::kExp);
  return backend_.add(prior.mean, backend_.affine(backend_.mul(noise, deviation), scale, 0.0f));
}

Spoken Sovits::sample(const Prior& prior, const Tensor& style, uint64_t seed, float scale) const {
  Spoken out;
  out.latents = latents(prior, noise(seed, prior), scale);
  if (pitch_) out.excitation = excitation(prior, style, seed);
  return out;
}

Tensor Sovits::decode(const Spoken& spoken, const Tensor& style) const {
  const Tensor z = flow_.reverse(backend_, spoken.latents, {}, style);
  return decoder_->decode(backend_, z, style, spoken.excitation);
}

Tensor Sovits::decode_range(const Spoken& spoken, const Tensor& style, int64_t begin,
                            int64_t end) const {
  const int64_t frames = spoken.latents.dim(2), hop = config_.hop_length;
  if (begin < 0 || begin >= end || end > frames) {
    defect("Sovits::decode_range", "the range is outside the latents");
  }
  // The decoder reads z on [z_begin, z_end); the flow needs its own context around that.
  const int64_t z_begin = std::max<int64_t>(0, begin - decoder_context());
  const int64_t z_end = std::min(frames, end + decoder_context());
  const int64_t flow_begin = std::max<int64_t>(0, z_begin - flow_context());
  const int64_t flow_end = std::min(frames, z_end + flow_context());
  Tensor z =
      flow_.reverse(backend_, backend_.slice(spoken.latents, 2, flow_begin, flow_end), {}, style);
  z = backend_.slice(z, 2, z_begin - flow_begin, z_end - flow_begin);
  Tensor excitation;
  if (spoken.excitation)
    excitation = backend_.slice(spoken.excitation, 2, z_begin * hop, z_end * hop);
  const Tensor samples = decoder_->decode(backend_, z, style, excitation);
  return backend_.slice(samples, 2, (begin - z_begin) * hop, (end - z_begin) * hop);
}

void Sovits::decode_chunks(const Spoken& spoken, const Tensor& style, const ChunkOptions& options,
                           const std::function<bool(std::span<const float>)>& callback) const {
  if (options.first_frames < 1 || options.chunk_frames < 1) {
    defect("Sovits::decode_chunks", "chunks must have at least one frame");
  }
  const int64_t frames = spoken.latents.dim(2);
  int64_t size = options.first_frames;
  for (int64_t begin = 0; begin < frames;) {
    int64_t end = begin + size;
    // A short last piece would cost nearly as much as a whole chunk: it joins the one before.
    if (begin > 0 && frames - end < size / 4) end = frames;
    end = std::min(end, frames);
    const HostTensor samples = backend_.to_host(decode_range(spoken, style, begin, end));
    if (!callback(samples.f32())) return;
    begin = end;
    size = std::clamp(4 * size, int64_t{1}, options.chunk_frames);
  }
}

Tensor Sovits::batch_codes(const Tensor& content) const {
  const Tensor projected = quantizer_.project(backend_, content);
  std::vector<int64_t> codes = quantizer_.nearest(backend_, projected);
  return backend_.from_host(
      HostTensor::from_ints({projected.dim(0), projected.dim(2)}, std::move(codes)));
}

SovitsForward Sovits::forward_train(const SovitsBatch& batch) const {
  const int64_t frames = batch.spec.dim(2);
  const Tensor codes = batch.codes ? batch.codes : batch_codes(batch.content);
  const Tensor content = content_frames(quantizer_.lookup(backend_, codes));
  if (content.dim(2) != frames) {
    defect("Sovits::forward_train", "codes give " + std::to_string(content.dim(2)) +
                                        " frames, the spectrogram has " + std::to_string(frames));
  }
  SovitsForward out;
  out.style = batch.style_spec ? style_batch(batch.style_spec, batch.style_lengths, batch.speaker)
                               : style_batch(batch.spec, batch.lengths, batch.speaker);
  out.prior = text_encoder_(backend_, content, batch.lengths, batch.phones, batch.phone_lengths,
                            mrte_style(out.style));
  out.posterior = posterior_encoder()(backend_, batch.spec, batch.lengths, out.style, batch.noise);
  out.z_p = flow_.forward(backend_, out.posterior.z, batch.lengths, out.style);
  if (pitch_) out.log_pitch = pitch_(backend_, out.prior.features, batch.lengths, out.style);
  return out;
}

Tensor Sovits::decode_segment(const Tensor& z, const Tensor& style,
                              const Tensor& excitation) const {
  return decoder_->decode(backend_, z, style, excitation);
}

Tensor Sovits::slice_rows(const Tensor& x, const std::vector<int64_t>& begins,
                          int64_t frames) const {
  if (int64_t(begins.size()) != x.dim(0)) defect("Sovits::slice_rows", "one begin per row");
  std::vector<Tensor> rows;
  for (size_t b = 0; b < begins.size(); ++b) {
    const Tensor row = backend_.slice(x, 0, int64_t(b), int64_t(b) + 1);
    rows.push_back(backend_.slice(row, 2, begins[b], begins[b] + frames));
  }
  return rows.size() == 1 ? rows.front() : backend_.concat(rows, 0);
}

}  // namespace myna::models
