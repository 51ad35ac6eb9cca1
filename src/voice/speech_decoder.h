// From semantic tokens and phones to samples: the step in which the versions of SoVITS differ. One
// interface, two ways to do it: a waveform decoder (starter, v1, v2, v2Pro, v2ProPlus:
// waveform_speech.h) and flow matching with a vocoder (v3, v4: flow_speech.h).
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "base/progress.h"
#include "models/sovits_front.h"
#include "voice/speech.h"
#include "voice/voice.h"

namespace myna::voice {

/// One sentence to be said.
struct DecodeRequest {
  std::span<const int64_t> codes;
  std::span<const int64_t> phones;  ///< the sentence's or, with spread text, one per code
  uint64_t seed = 0;
  double speed = 1.0;
  int steps = 0;  ///< of a sampler; 0: default_steps()
};

/// One sentence whose codes come while it is spoken. Not thread-safe.
class SpeechStream {
 public:
  virtual ~SpeechStream() = default;
  virtual void push(int64_t code) = 0;
  /// No more codes: delivers the rest. Once, at the end.
  virtual void finish() = 0;
};

/// Immutable and safe to use from many threads.
class SpeechDecoder {
 public:
  virtual ~SpeechDecoder() = default;

  /// The part that all versions have: style, codes, sizes.
  virtual const models::SovitsFront& front() const = 0;
  virtual int sample_rate() const = 0;  ///< Hz of the speech
  /// Steps that the version takes where nobody says how many; 0: there is no sampler.
  virtual int default_steps() const { return 0; }

  /// What of a prompt's sound is continued: the mel of mono samples at
  /// front().config().sampling_rate, normalised, [1, bands, frames]; absent where nothing is.
  virtual compute::Tensor prompt_mel(std::span<const float>) const { return {}; }
  /// Completes a voice whose style, prompt codes, phones and mel are known. Throws
  /// Error(kInvalidAudio) when this decoder cannot speak without a prompt and there is none.
  virtual void add_prompt(Voice&) const {}

  /// Delivers the samples of a sentence in order. A function of voice and request on one machine.
  virtual void decode(const Voice& voice, const DecodeRequest& request, const AudioSink& sink,
                      const CancelToken& cancel) const = 0;

  /// Whether speech can be made while its codes are still being chosen.
  virtual bool streams() const { return false; }
  /// Speaks a sentence of which `request` has everything but the codes. Only where streams().
  virtual std::unique_ptr<SpeechStream> stream(const Voice& voice, const DecodeRequest& request,
                                               const AudioSink& sink) const;
};

/// The decoder of a voice's or base's folder, from its sovits.safetensors. `bases`: where the
/// vocoders of v3 and v4 are, see bases.h. Throws Error(kNotFound | kInvalidModel).
std::unique_ptr<const SpeechDecoder> load_speech_decoder(compute::Backend& backend,
                                                         const std::filesystem::path& folder,
                                                         const std::filesystem::path& bases);

}  // namespace myna::voice
