#include "voice/speaker_vector.h"

#include "audio/resample.h"
#include "audio/spectrum.h"
#include "base/error.h"
#include "models/model_file.h"
#include "voice/bases.h"
#include "voice/engine.h"

namespace myna::voice {
namespace {

constexpr int kSpeakerRate = 16000;  // Hz

}  // namespace

std::shared_ptr<const models::Eres2net> load_speaker_network(const Engine& engine) {
  const models::ModelFile file =
      models::open_model_file(engine.speaker_file(), base_part(BaseKind::kEres2net).name);
  const auto config = models::Eres2netConfig::from_json(file.config, file.subject());
  const int64_t wanted = engine.sovits().config().speaker_channels;
  if (config.vector_size() != wanted) {
    throw Error(ErrorCode::kInvalidModel,
                "it gives speaker vectors of " + std::to_string(config.vector_size()) +
                    " values where the voice wants " + std::to_string(wanted) +
                    "; convert the pretrained models again with `myna import --base DIR`",
                file.subject());
  }
  return std::make_shared<const models::Eres2net>(engine.backend(), *file.source(), config);
}

compute::Tensor speaker_vector(const Engine& engine, const models::Eres2net& network,
                               std::span<const float> mono, int sample_rate) {
  const audio::Clip clip =
      audio::resample({{mono.begin(), mono.end()}, sample_rate, 1}, kSpeakerRate);
  const auto bands = network.config().bands;
  const audio::Matrix features = audio::kaldi_fbank(clip.samples, kSpeakerRate, int(bands));
  compute::Backend& backend = engine.backend();
  const compute::Tensor frames = backend.from_host(
      tensor::HostTensor::from_floats({1, features.rows, bands}, features.values));
  return network.embed(backend.reshape(backend.transpose(frames, 1, 2), {bands, 1, -1}));
}

}  // namespace myna::voice
