#include "voice/listener.h"

#include <limits>

#include "audio/resample.h"
#include "audio/spectrum.h"
#include "models/ctc_path.h"
#include "voice/engine.h"
#include "voice/phone_alignment.h"

namespace myna::voice {
Heard listen(const Engine& engine, std::span<const float> mono, int sample_rate) {
  const models::ContentEncoder& encoder = engine.content_encoder();
  const models::ContentConfig& config = encoder.config();
  audio::Clip clip{{mono.begin(), mono.end()}, sample_rate, 1};
  clip = audio::resample(clip, int(config.sample_rate));
  const int64_t shortest = config.sample_rate / 10;
  if (clip.frames() < shortest) clip.samples.resize(size_t(shortest), 0.0f);

  const audio::MelConfig mel_config{
      int(config.sample_rate), {int(config.n_fft), int(config.hop)}, int(config.mels), 0, 0};
  audio::Matrix mel = audio::mel_spectrogram(clip.samples, mel_config);
  compute::Backend& backend = engine.backend();
  const compute::Tensor input = backend.from_host(
      tensor::HostTensor::from_floats({1, mel.rows, mel.cols}, std::move(mel.values)));
  const models::ContentOutput output = encoder.forward(input);

  Heard heard;
  heard.features = output.features;
  heard.logits = backend.to_host(output.logits);
  heard.phones =
      models::ctc_greedy(heard.logits.f32(), heard.logits.dim(2), int32_t(config.blank()));
  return heard;
}

std::vector<uint16_t> align_to(const Heard& heard, std::span<const int32_t> text, int32_t blank) {
  const int64_t frames = heard.logits.dim(1), classes = heard.logits.dim(2);
  std::vector<float> log_probs(heard.logits.f32().begin(), heard.logits.f32().end());
  models::log_softmax_rows(log_probs, classes);
  constexpr double kHoweverUnlikely = -std::numeric_limits<double>::infinity();
  return align_phones(log_probs.data(), frames, classes, text, blank, kHoweverUnlikely);
}

}  // namespace myna::voice
