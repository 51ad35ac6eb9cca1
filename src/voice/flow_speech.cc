#include "voice/flow_speech.h"

#include <vector>

#include "audio/resample.h"
#include "audio/spectrum.h"
#include "base/error.h"
#include "base/random.h"
#include "compute/cpu/cpu_backend.h"
#include "models/model_file.h"
#include "voice/bases.h"

namespace myna::voice {
namespace {

/// bf16 where it is fast: the mel after 8 steps lies 52 dB above the rounding errors, and a step
/// takes half the time of three products.
compute::Precision estimator_precision() {
  return compute::has_fast_bf16() ? compute::Precision::kBf16 : compute::Precision::kDefault;
}

}  // namespace

FlowSpeech::FlowSpeech(compute::Backend& backend, models::ParameterSource& source,
                       const models::SovitsConfig& config,
                       std::unique_ptr<const models::Vocoder> vocoder)
    : net_(backend, source, config, {.estimator = estimator_precision()}),
      vocoder_(std::move(vocoder)) {
  const models::CfmConfig& cfm = config.cfm;
  const models::VocoderConfig& sound = vocoder_->config();
  if (sound.mels == cfm.estimator.mel && sound.sampling_rate == cfm.output_rate &&
      sound.hop_length() == cfm.output_hop())
    return;
  throw Error(ErrorCode::kInvalidModel,
              "the vocoder reads " + std::to_string(sound.mels) + " bands and makes " +
                  std::to_string(sound.hop_length()) + " samples per frame at " +
                  std::to_string(sound.sampling_rate) + " Hz where SoVITS " + config.version +
                  " gives " + std::to_string(cfm.estimator.mel) + " bands for " +
                  std::to_string(cfm.output_hop()) + " samples at " +
                  std::to_string(cfm.output_rate) +
                  " Hz; convert the pretrained models again with `myna import --base DIR`",
              "vocoder");
}

compute::Tensor FlowSpeech::prompt_mel(std::span<const float> samples) const {
  const models::CfmConfig& config = net_.config().cfm;
  const audio::Clip clip = audio::resample(
      {{samples.begin(), samples.end()}, int(net_.config().sampling_rate), 1}, config.mel_rate);
  audio::Matrix mel = audio::mel_spectrogram(
      clip.samples,
      {config.mel_rate, {config.mel_fft, config.mel_hop}, int(config.estimator.mel), 0, 0});
  audio::normalize_mel(mel.values);
  return net_.backend().from_host(
      tensor::HostTensor::from_floats({1, mel.rows, mel.cols}, std::move(mel.values)));
}

void FlowSpeech::add_prompt(Voice& voice) const {
  if (voice.prompt_phones.empty() || voice.prompt_codes.empty()) {
    throw Error(ErrorCode::kInvalidAudio,
                "no words are known of the reference, and a voice of SoVITS " +
                    net_.config().version +
                    " needs them; say with --prompt-text what the recording says",
                voice.name);
  }
  const std::vector<int64_t> phones(voice.prompt_phones.begin(), voice.prompt_phones.end());
  voice.prompt_conditions = net_.conditions(voice.prompt_codes, phones, voice.style);
}

void FlowSpeech::decode(const Voice& voice, const DecodeRequest& request, const AudioSink& sink,
                        const CancelToken& cancel) const {
  compute::Backend& backend = net_.backend();
  const int64_t bands = net_.config().cfm.estimator.mel;
  const compute::Tensor conditions =
      net_.conditions(request.codes, request.phones, voice.style, request.speed);
  models::CfmOptions options;
  options.steps = request.steps > 0 ? request.steps : default_steps();
  const auto noise = [&](int64_t part, int64_t frames) {
    std::vector<float> values(size_t(bands * frames));
    Rng(request.seed).split(uint64_t(part)).fill_normal(values);
    return backend.from_host(
        tensor::HostTensor::from_floats({1, bands, frames}, std::move(values)));
  };
  std::vector<compute::Tensor> parts;
  net_.cfm().continue_mel(
      voice.prompt_mel, voice.prompt_conditions, conditions, noise, options,
      [&](const compute::Tensor& mel) { parts.push_back(mel); }, cancel);

  tensor::HostTensor whole = backend.to_host(backend.concat(parts, 2));
  std::vector<float> mel = whole.to_floats();
  audio::denormalize_mel(mel);
  vocoder_->decode_chunks(
      backend.from_host(tensor::HostTensor::from_floats(whole.shape(), std::move(mel))), {},
      [&](std::span<const float> samples) {
        cancel.check("speaking");
        sink(samples);
        return true;
      });
}

std::unique_ptr<const models::Vocoder> load_vocoder(compute::Backend& backend,
                                                    const std::string& version,
                                                    const std::filesystem::path& bases) {
  const bool v4 = version == "v4";
  const BaseKind kind = v4 ? BaseKind::kV4Vocoder : BaseKind::kBigvgan;
  const models::ModelFile file =
      models::open_model_file(require_base(bases, kind), base_part(kind).name);
  const auto config = models::VocoderConfig::from_json(
      v4 ? models::VocoderKind::kHifigan : models::VocoderKind::kBigvgan, file.config,
      file.subject());
  return std::make_unique<models::Vocoder>(backend, *file.source(), config);
}

}  // namespace myna::voice
