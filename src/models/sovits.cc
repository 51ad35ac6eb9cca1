#include "models/sovits.h"

#include <algorithm>

#include "base/defect.h"
#include "base/random.h"
#include "models/excitation.h"

namespace myna::models {

Sovits::Sovits(Backend& backend, ParameterSource& source, const SovitsConfig& config,
               const SovitsOptions& options)
    : SovitsFront(backend, source, config, options.precision.encoders),
      flow_(backend, source, "flow", config, options.precision.flow),
      decoder_(make_wave_decoder(backend, source, "dec", config, options.precision.decoder)) {
  if (config.has_pitch())
    pitch_ = PitchPredictor(backend, source, "pitch", config, options.precision.encoders);
  if (options.posterior) {
    posterior_ = std::make_unique<PosteriorEncoder>(backend, source, "enc_q", config,
                                                    options.precision.encoders);
  }
}

Sovits::~Sovits() = default;

const PosteriorEncoder& Sovits::posterior_encoder() const {
  if (!posterior_) defect("Sovits", "built without the posterior encoder");
  return *posterior_;
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
  const int64_t rows = prior.mean.dim(0), channels = prior.mean.dim(1), frames = prior.mean.dim(2);
  std::vector<float> values(size_t(rows * channels * frames));
  Rng(seed).fill_normal(values);  // frame by frame
  return backend_.transpose(
      backend_.from_host(HostTensor::from_floats({rows, frames, channels}, std::move(values))), 1,
      2);
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
  return decoder_->decode_part(backend_, z, style, excitation, begin - z_begin, end - z_begin);
}

void Sovits::decode_chunks(const Spoken& spoken, const Tensor& style, const ChunkOptions& options,
                           const std::function<bool(std::span<const float>)>& callback) const {
  for_each_chunk(spoken.latents.dim(2), options, [&](int64_t begin, int64_t end) {
    return callback(backend_.to_host(decode_range(spoken, style, begin, end)).f32());
  });
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
