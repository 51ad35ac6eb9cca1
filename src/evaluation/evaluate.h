// The evaluation: every test voice is cloned and reads fixed sentences; what comes out is held
// against the real recordings of the same people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/progress.h"
#include "evaluation/measures.h"
#include "evaluation/test_set.h"
#include "evaluation/word_error.h"
#include "voice/engine.h"
#include "voice/speech.h"

namespace myna::evaluation {

struct EvaluationOptions {
  uint64_t seed = 1;
  int sentences_per_voice = 2;  ///< more where a language has few voices, for twelve clips in all
  bool self_check = true;
  bool recogniser = true;            ///< ask pocketsphinx where it is installed
  std::filesystem::path keep_audio;  ///< folder for the spoken clips; empty: not kept
};

/// One column of the table: real recordings, the same recordings taken through tokens and back, or
/// synthesised speech.
struct SpeechFigures {
  int clips = 0;
  double seconds = 0;
  voice::AlignmentCounts phones;    ///< by the content encoder
  std::optional<WordErrors> words;  ///< by the independent recogniser, English only
  VoiceMeasures measures;
};

struct LanguageFigures {
  SpeechFigures real;
  SpeechFigures resynthesised;  ///< real tokens through SoVITS: what is lost without the T2S
  SpeechFigures spoken;
  double real_time_factor = 0;
  int sentences_respoken = 0;  ///< by the self-check
  int sentences_below_standard = 0;
};

struct SimilarityFigures {
  int voices = 0;
  int clips = 0;
  int identified = 0;         ///< nearest reference among all voices is the right one
  double same_speaker = 0;    ///< mean cosine of a spoken clip to its own reference
  double other_speakers = 0;  ///< mean cosine to the other references
  int real_clips = 0;
  int real_identified = 0;  ///< the same for real recordings: the verifier's own limit
  double real_same_speaker = 0;
};

struct EvaluationReport {
  std::string test_set;
  uint64_t seed = 0;
  LanguageFigures english, mandarin;
  std::optional<SimilarityFigures> similarity;
  std::vector<std::string> skipped;  ///< what was not measured, and why
};

/// Speaks English in every voice; Mandarin in every voice whose own language is Mandarin (in all
/// voices when there is none).
EvaluationReport evaluate(const std::shared_ptr<const voice::Engine>& engine, const TestSet& set,
                          const std::filesystem::path& verifier, const EvaluationOptions& options,
                          const CancelToken& cancel = {}, const ProgressCallback& progress = {});

Json report_json(const EvaluationReport& report);
std::string report_table(const EvaluationReport& report);

}  // namespace myna::evaluation
