// Speech of the two synthesisers that Debian ships, for text coverage: flite (voices slt, rms, awb,
// kal16; English) and espeak-ng (English, Mandarin). Their programs are run; texts come as a
// Transcriber's Reading::spoken.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "training/data_recipe.h"

namespace myna::training {

/// One speaker: a voice in one variant at one size. `scale` multiplies pitch and formants alike (a
/// shorter or longer vocal tract) by playing the samples faster; the engine speaks slower by the
/// same factor, so that the tempo stays.
struct SyntheticSpeaker {
  std::string engine, voice, variant;
  double scale = 1;

  /// "flite/slt@1.07", "espeak-ng/en-us+f2@0.94".
  std::string id() const;
};

/// All variants at all scales.
std::vector<SyntheticSpeaker> speakers_of(const VoiceRecipe& voice);

/// A folder for the programs' files, removed at the end. speak() may be called from many threads.
class SyntheticStudio {
 public:
  SyntheticStudio();
  ~SyntheticStudio();
  SyntheticStudio(const SyntheticStudio&) = delete;
  SyntheticStudio& operator=(const SyntheticStudio&) = delete;

  /// Mono samples at `sample_rate`. Tempo and pitch vary a little with `rng`. Throws
  /// Error(kNotFound) naming the Debian package when a program is missing.
  std::vector<float> speak(const std::string& spoken, const SyntheticSpeaker& speaker,
                           int sample_rate, Rng rng) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace myna::training
