#include "evaluation/test_set.h"

#include <algorithm>
#include <map>

#include "audio/io.h"
#include "audio/resample.h"
#include "base/error.h"
#include "evaluation/corpus_index.h"
#include "evaluation/holdout.h"

namespace myna::evaluation {
namespace {

constexpr double kReferenceSeconds = 12;  // enough to choose a stretch from, for every voice alike
constexpr size_t kRealClips = 3;          // per voice
constexpr size_t kRealClipsOfFew = 12;    // per voice where there are hardly any voices

/// Reads what `entry` says. The reference gets its transcript only in so far as the user would know
/// it: not at all. Myna listens to the reference itself.
voice::Recording reference_of(const std::filesystem::path& corpus, const CorpusRecording& entry) {
  voice::Recording recording;
  recording.name = entry.file;
  recording.clip = audio::read_clip(corpus / entry.file);
  return recording;
}

TestVoice make_test_voice(const std::filesystem::path& corpus, const std::string& name,
                          const std::vector<const CorpusRecording*>& entries, size_t real_clips) {
  if (entries.size() < 2) {
    throw Error(ErrorCode::kUsage,
                "has fewer than two transcribed recordings; one is cloned, the others compared.",
                name);
  }
  TestVoice voice;
  voice.name = name;
  voice.language = entries.front()->language;
  double seconds = 0;
  size_t next = 0;
  // At least one recording stays for comparison.
  while (next + 1 < entries.size() && (next == 0 || seconds < kReferenceSeconds)) {
    voice.references.push_back(reference_of(corpus, *entries[next++]));
    seconds += voice.references.back().clip.seconds();
  }
  for (; next < entries.size() && voice.real.size() < real_clips; ++next) {
    voice.real.push_back(
        {audio::to_mono(audio::read_clip(corpus / entries[next]->file)), entries[next]->text});
  }
  return voice;
}

}  // namespace

TestSet corpus_test_set(const std::filesystem::path& corpus,
                        const std::filesystem::path& holdout_file) {
  const Holdout holdout = read_holdout(holdout_file);
  const std::vector<CorpusRecording> index = read_corpus_index(corpus);
  std::map<std::string, std::vector<const CorpusRecording*>> by_speaker;
  std::map<std::string, std::vector<const CorpusRecording*>> mandarin;
  for (const CorpusRecording& entry : index) {
    if (entry.text.empty() || !entry.adult()) continue;
    by_speaker[entry.speaker_id()].push_back(&entry);
    // Mandarin has too few people to hold whole ones back: sentences are held back instead.
    if (entry.language == "zh" && entry.set == "aishell" && holdout.sentences.count(entry.id())) {
      mandarin[entry.speaker_id()].push_back(&entry);
    }
  }
  TestSet set;
  set.description = "held-out speakers of the corpus";
  for (const std::string& name : holdout.evaluation_voices) {
    const auto found = by_speaker.find(name);
    if (found == by_speaker.end()) {
      throw Error(ErrorCode::kNotFound,
                  "has no transcribed recording in " + corpus.string() + "/index.tsv.", name);
    }
    set.voices.push_back(make_test_voice(corpus, name, found->second, kRealClips));
  }
  for (const auto& [name, entries] : mandarin) {
    set.voices.push_back(make_test_voice(corpus, name, entries, kRealClipsOfFew));
  }
  return set;
}

TestSet bundled_test_set() {
  TestSet set;
  set.description =
      "bundled sample voices (known to the starter base; no real recordings to compare with)";
  for (const char* name : {"slt", "rms"}) {
    TestVoice voice;
    voice.name = name;
    voice.language = "en";
    voice.references = voice::find_recordings(name);
    set.voices.push_back(std::move(voice));
  }
  return set;
}

}  // namespace myna::evaluation
