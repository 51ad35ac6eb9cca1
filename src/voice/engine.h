// The networks of one base model, loaded once and shared by all voices and requests. An Engine has
// no current voice and no state that a request could leave behind (what it keeps of recordings is
// kept by their content and gives the same results); it is safe to use from many threads.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "compute/backend.h"
#include "models/content_encoder.h"
#include "models/duration_predictor.h"
#include "models/sovits_front.h"
#include "models/t2s.h"
#include "text/frontend.h"
#include "voice/alignment.h"
#include "voice/chinese_context.h"
#include "voice/compat.h"
#include "voice/self_check.h"

namespace myna::voice {

struct ReferenceCache;
class SpeechDecoder;

struct EngineOptions {
  int threads = 0;  ///< 0: one per core
  /// kReference: reads, chooses and speaks as the reference does. Imported voices only.
  Compat compat = Compat::kNone;
};

class Engine {
 public:
  /// Loads content, sovits, t2s and, for networks that read spread text, durations .safetensors of
  /// `folder` and the lexicons of `assets`/lexicons. Throws Error naming the file that is missing,
  /// damaged or does not fit.
  static std::shared_ptr<const Engine> load(const std::filesystem::path& assets,
                                            const std::filesystem::path& folder,
                                            const EngineOptions& options = {});
  /// The starter base that ships in assets/starter.
  static std::shared_ptr<const Engine> load_starter(const EngineOptions& options = {});
  /// The weights of an imported voice (t2s.safetensors and sovits.safetensors of `folder`, see
  /// import.h) with the converted extractors of `bases` (RoBERTa may be missing) and the starter's
  /// content encoder, which listens. Throws as load; Error(kNotFound) naming the extractor that is
  /// not there.
  static std::shared_ptr<const Engine> load_imported(const std::filesystem::path& assets,
                                                     const std::filesystem::path& folder,
                                                     const std::filesystem::path& bases,
                                                     const EngineOptions& options = {});
  ~Engine();

  compute::Backend& backend() const;
  const std::shared_ptr<compute::Backend>& shared_backend() const;
  const models::ContentEncoder& content_encoder() const;
  /// The part of SoVITS that all versions have.
  const models::SovitsFront& sovits() const;
  /// Tokens and phones to samples, in the way of the version.
  const SpeechDecoder& decoder() const;
  const models::T2s& t2s() const;
  /// How long phones last; null when the networks of this base find that out themselves.
  const models::DurationPredictor* durations() const;
  const text::Frontend& frontend() const;
  const PhoneClasses& phone_classes() const;
  const SelfCheckLimits& self_check_limits() const;
  int sample_rate() const;     ///< Hz of the speech that comes out
  int reference_rate() const;  ///< Hz at which recordings of the speaker are read
  /// Whether the content encoder can read speech of this language back.
  bool hears(text::Language language) const;
  /// HuBERT's model file where prompts are read with it; empty where the content encoder's own
  /// features are what the codebook was made of.
  const std::filesystem::path& hubert_file() const;
  /// ERes2NetV2's model file where the style wants a speaker vector too, else empty.
  const std::filesystem::path& speaker_file() const;
  Compat compat() const;
  /// What has been read off reference recordings so far.
  ReferenceCache& references() const;
  /// The context of Chinese text that the text network wants; null when it wants none or RoBERTa is
  /// not in the bases folder.
  const ChineseContext* chinese_context() const;
  /// Whether the text network was trained with context features of Chinese text that are not there:
  /// Chinese is then read with zeros in their place, which costs some of its melody.
  bool lacks_chinese_context() const;

 private:
  Engine();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace myna::voice
