#include "voice/listener.h"

#include <algorithm>
#include <limits>

#include "audio/resample.h"
#include "audio/spectrum.h"
#include "models/ctc_path.h"
#include "text/symbols.h"
#include "voice/engine.h"
#include "voice/phone_alignment.h"

namespace myna::voice {
namespace {

/// Logits [1, frames, classes] without the phones of languages that `wanted` does not have.
tensor::HostTensor hear_only(const tensor::HostTensor& logits, std::span<const int32_t> wanted,
                             int32_t blank) {
  constexpr float kNever = -1e9f;
  const auto& symbols = text::SymbolTable::of(text::SymbolSet::kV2);
  const std::vector<int32_t> spoken = symbols.spoken_only(wanted);
  const auto english =
      std::count_if(spoken.begin(), spoken.end(), [&](int32_t id) { return symbols.english(id); });
  if (spoken.empty() || (english > 0 && english < std::ssize(spoken))) return logits;
  const int64_t classes = logits.dim(2);
  std::vector<float> values = logits.to_floats();
  for (int32_t id = 0; id < classes; ++id) {
    if (id == blank || symbols.english(id) == (english > 0)) continue;
    for (size_t at = size_t(id); at < values.size(); at += size_t(classes)) values[at] = kNever;
  }
  return tensor::HostTensor::from_floats(logits.shape(), std::move(values));
}

}  // namespace

Heard listen(const Engine& engine, std::span<const float> mono, int sample_rate,
             std::span<const int32_t> wanted) {
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
  heard.logits = hear_only(backend.to_host(output.logits), wanted, int32_t(config.blank()));
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
