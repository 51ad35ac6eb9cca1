// Speech of SoVITS v3 and v4: flow matching continues the mel of the prompt recording, a vocoder
// makes it samples (24 kHz with v3, 48 kHz with v4). A sentence's mel is made whole before its
// first sample.
#pragma once

#include <string>

#include "models/sovits_cfm.h"
#include "models/vocoder.h"
#include "voice/speech_decoder.h"

namespace myna::voice {

class FlowSpeech : public SpeechDecoder {
 public:
  /// Throws Error(kInvalidModel) when the vocoder reads other mels than the network makes.
  FlowSpeech(compute::Backend& backend, models::ParameterSource& source,
             const models::SovitsConfig& config, std::unique_ptr<const models::Vocoder> vocoder);

  const models::SovitsFront& front() const override { return net_; }
  int sample_rate() const override { return net_.config().cfm.output_rate; }
  int default_steps() const override { return int(net_.config().cfm.steps); }
  compute::Tensor prompt_mel(std::span<const float> samples) const override;
  void add_prompt(Voice& voice) const override;
  void decode(const Voice& voice, const DecodeRequest& request, const AudioSink& sink,
              const CancelToken& cancel) const override;

 private:
  models::SovitsCfm net_;
  std::unique_ptr<const models::Vocoder> vocoder_;
};

/// The vocoder of a version ("v3" or "v4") from the bases folder. Throws Error(kNotFound) naming
/// where it is to be had.
std::unique_ptr<const models::Vocoder> load_vocoder(compute::Backend& backend,
                                                    const std::string& version,
                                                    const std::filesystem::path& bases);

}  // namespace myna::voice
