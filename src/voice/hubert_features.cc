#include "voice/hubert_features.h"

#include "audio/resample.h"
#include "base/error.h"
#include "models/hubert.h"
#include "models/model_file.h"
#include "voice/engine.h"

namespace myna::voice {
namespace {

constexpr int kHubertRate = 16000;  // Hz
constexpr double kSilenceSeconds = 0.3, kReferenceSilenceSeconds = 0.6;

}  // namespace

compute::Tensor hubert_features(const Engine& engine, std::span<const float> mono,
                                int sample_rate) {
  audio::Clip clip{{mono.begin(), mono.end()}, sample_rate, 1};
  clip = audio::resample(clip, kHubertRate);
  const double silence =
      engine.compat() == Compat::kReference ? kReferenceSilenceSeconds : kSilenceSeconds;
  clip.samples.resize(clip.samples.size() + size_t(silence * kHubertRate), 0.0f);

  const models::ModelFile file = models::open_model_file(engine.hubert_file(), "hubert");
  const models::HubertConfig config = models::HubertConfig::from_json(file.config, file.subject());
  if (config.width != engine.sovits().config().ssl_dim) {
    throw Error(ErrorCode::kInvalidModel,
                "it gives features of " + std::to_string(config.width) +
                    " values where the voice's codebook has " +
                    std::to_string(engine.sovits().config().ssl_dim) +
                    "; convert chinese-hubert-base again with `myna import --base DIR`",
                file.subject());
  }
  const models::Hubert hubert(engine.shared_backend(), *file.source(), config);
  compute::Backend& backend = engine.backend();
  const auto samples = int64_t(clip.samples.size());
  const compute::Tensor wave =
      backend.from_host(tensor::HostTensor::from_floats({1, 1, samples}, std::move(clip.samples)));
  return backend.transpose(hubert.forward(wave), 1, 2);
}

}  // namespace myna::voice
