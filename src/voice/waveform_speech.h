// Speech by a waveform decoder: noise around the prior, the flow, samples. Chunk by chunk, with all
// codes or while they come (models/sovits_stream.h).
#pragma once

#include "models/sovits.h"
#include "voice/speech_decoder.h"

namespace myna::voice {

class WaveformSpeech : public SpeechDecoder {
 public:
  WaveformSpeech(compute::Backend& backend, models::ParameterSource& source,
                 const models::SovitsConfig& config)
      : sovits_(backend, source, config) {}

  const models::SovitsFront& front() const override { return sovits_; }
  int sample_rate() const override { return int(sovits_.config().sampling_rate); }
  void decode(const Voice& voice, const DecodeRequest& request, const AudioSink& sink,
              const CancelToken& cancel) const override;
  bool streams() const override { return true; }
  std::unique_ptr<SpeechStream> stream(const Voice& voice, const DecodeRequest& request,
                                       const AudioSink& sink) const override;

 private:
  models::Sovits sovits_;
};

}  // namespace myna::voice
