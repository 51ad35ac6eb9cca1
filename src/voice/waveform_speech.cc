#include "voice/waveform_speech.h"

namespace myna::voice {

void WaveformSpeech::decode(const Voice& voice, const DecodeRequest& request, const AudioSink& sink,
                            const CancelToken& cancel) const {
  models::PriorOptions options;
  options.speed = request.speed;
  const models::Prior prior = sovits_.encode(request.codes, request.phones, voice.style, options);
  const models::Spoken spoken =
      sovits_.sample(prior, voice.style, request.seed, sovits_.config().spoken_noise);
  sovits_.decode_chunks(spoken, voice.style, {}, [&](std::span<const float> samples) {
    cancel.check("speaking");
    sink(samples);
    return true;
  });
}

}  // namespace myna::voice
