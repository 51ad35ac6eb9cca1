#include "voice/waveform_speech.h"

#include "models/sovits_stream.h"

namespace myna::voice {
namespace {

class WaveformStream : public SpeechStream {
 public:
  WaveformStream(const models::Sovits& sovits, models::StreamRequest request, AudioSink sink)
      : stream_(sovits, std::move(request), std::move(sink)) {}
  void push(int64_t code) override { stream_.push(code); }
  void finish() override { stream_.finish(); }

 private:
  models::SovitsStream stream_;
};

}  // namespace

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

std::unique_ptr<SpeechStream> WaveformSpeech::stream(const Voice& voice,
                                                     const DecodeRequest& request,
                                                     const AudioSink& sink) const {
  models::StreamRequest stream;
  stream.phones.assign(request.phones.begin(), request.phones.end());
  stream.style = voice.style;
  stream.seed = request.seed;
  stream.noise_scale = sovits_.config().spoken_noise;
  stream.speed = request.speed;
  return std::make_unique<WaveformStream>(sovits_, std::move(stream), sink);
}

}  // namespace myna::voice
