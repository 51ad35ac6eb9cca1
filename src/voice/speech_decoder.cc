#include "voice/speech_decoder.h"

#include "base/error.h"
#include "models/model_file.h"
#include "voice/flow_speech.h"
#include "voice/waveform_speech.h"

namespace myna::voice {

std::unique_ptr<SpeechStream> SpeechDecoder::stream(const Voice&, const DecodeRequest&,
                                                    const AudioSink&) const {
  throw Error(ErrorCode::kInternal, "makes whole sentences only.", "speech decoder");
}

std::unique_ptr<const SpeechDecoder> load_speech_decoder(compute::Backend& backend,
                                                         const std::filesystem::path& folder,
                                                         const std::filesystem::path& bases) {
  const models::ModelFile file = models::open_model_file(folder / "sovits.safetensors", "sovits");
  const auto config = models::SovitsConfig::from_json(file.config, file.subject());
  const std::unique_ptr<models::MapSource> source = file.source();
  if (!config.is_cfm()) return std::make_unique<WaveformSpeech>(backend, *source, config);
  return std::make_unique<FlowSpeech>(backend, *source, config,
                                      load_vocoder(backend, config.version, bases));
}

}  // namespace myna::voice
