#include "voice/listener.h"

#include <algorithm>

#include "audio/resample.h"
#include "audio/spectrum.h"
#include "base/error.h"
#include "voice/engine.h"

namespace myna::voice {
namespace {

/// Greedy CTC reading: the best class of each frame, repeats merged, blanks dropped.
std::vector<int32_t> read_greedily(const tensor::HostTensor& logits, int32_t blank) {
  const int64_t frames = logits.dim(1), classes = logits.dim(2);
  const std::span<const float> values = logits.f32();
  std::vector<int32_t> phones;
  int32_t previous = blank;
  for (int64_t t = 0; t < frames; ++t) {
    const auto row = values.subspan(size_t(t * classes), size_t(classes));
    const auto best = int32_t(std::max_element(row.begin(), row.end()) - row.begin());
    if (best != previous && best != blank) phones.push_back(best);
    previous = best;
  }
  return phones;
}

}  // namespace

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
  heard.phones = read_greedily(backend.to_host(output.logits), int32_t(config.blank()));
  return heard;
}

}  // namespace myna::voice
