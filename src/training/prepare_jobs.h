// Preparation as a list of independent jobs: planning is quick and sequential (labels, splits,
// random choices), running a job decodes or synthesises and may happen on any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "evaluation/corpus_index.h"
#include "evaluation/holdout.h"
#include "training/data_recipe.h"
#include "training/dataset.h"
#include "training/synthetic_voices.h"
#include "training/transcripts.h"

namespace myna::training {

using evaluation::CorpusRecording;
using evaluation::Holdout;

struct PreparedItem {
  Item item;  ///< offsets are not set yet
  std::vector<int16_t> samples;
};

struct PrepareJob {
  std::string name;  ///< subject of errors
  std::function<std::vector<PreparedItem>()> run;
};

/// Jobs of the recorded sets of `recipe` that `recordings` has. Captures copies only.
std::vector<PrepareJob> plan_recordings(const std::filesystem::path& corpus,
                                        const std::vector<CorpusRecording>& recordings,
                                        const DataRecipe& recipe, const Holdout& holdout,
                                        Transcriber& transcriber);

/// A sentence given to a synthetic speaker.
struct SyntheticLine {
  std::string id;  ///< "flite/slt/0123456789ab": the voice and the digest of the text
  std::string text;
  std::string language;
  Reading reading;
  SyntheticSpeaker speaker;
};

/// Chooses texts and deals them to the voices until every voice has about its hours. Texts of
/// `holdout` sentences are left out. A voice that gets less because the texts run out is logged.
std::vector<SyntheticLine> plan_synthesis(const std::vector<CorpusRecording>& recordings,
                                          const DataRecipe& recipe, const Holdout& holdout,
                                          const Transcriber& transcriber);

/// `studio` must outlive the jobs.
std::vector<PrepareJob> synthesis_jobs(const std::vector<SyntheticLine>& lines,
                                       const DataRecipe& recipe, const Holdout& holdout,
                                       const SyntheticStudio& studio);

/// Draws held-out speakers (as many women as men where genders are known), sentences and evaluation
/// voices.
Holdout draw_holdout(const std::vector<CorpusRecording>& recordings, const DataRecipe& recipe);

/// Adds the held-out fraction of every synthetic voice.
void draw_synthetic_holdout(const std::vector<SyntheticLine>& lines, const DataRecipe& recipe,
                            Holdout& holdout);

}  // namespace myna::training
