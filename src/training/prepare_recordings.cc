#include <algorithm>
#include <map>
#include <unordered_map>

#include "audio/io.h"
#include "base/log.h"
#include "base/utf8.h"
#include "training/prepare_jobs.h"

namespace myna::training {
namespace {

constexpr double kShortestItem = 0.6;     // seconds
constexpr size_t kRecordingsPerJob = 64;  // of isolated words
constexpr size_t kShortestHeldOutText = 8;
constexpr uint64_t kShuffleStream = 1, kJoinStream = 2;

struct Labelled {
  CorpusRecording recording;
  std::vector<int32_t> phones;
};

std::vector<float> load(const std::filesystem::path& corpus, const CorpusRecording& recording,
                        const DataRecipe& recipe) {
  audio::ReadOptions options;
  options.mono = true;
  options.sample_rate = recipe.sample_rate;
  const auto clip = audio::read_clip(corpus / recording.file, options);
  return clean_speech(clip.samples, recipe.sample_rate, recipe.cleanup);
}

Item item_of(const CorpusRecording& recording, const std::string& id, const Holdout& holdout) {
  Item item;
  item.id = id;
  item.speaker = recording.speaker_id();
  item.language = recording.language;
  item.source = recording.set;
  item.split = holdout.contains(recording.speaker_id(), id) ? Split::kValidation : Split::kTrain;
  item.text = recording.text;
  return item;
}

bool long_enough(const std::vector<float>& samples, const DataRecipe& recipe) {
  return double(samples.size()) >= kShortestItem * recipe.sample_rate;
}

PrepareJob sentence_job(const std::filesystem::path& corpus, Labelled labelled,
                        const DataRecipe& recipe, const Holdout& holdout) {
  Item item = item_of(labelled.recording, labelled.recording.id(), holdout);
  item.phones = std::move(labelled.phones);
  return {labelled.recording.file, [=, recording = labelled.recording]() {
            const auto speech = load(corpus, recording, recipe);
            std::vector<PreparedItem> out;
            if (long_enough(speech, recipe) &&
                double(speech.size()) <= recipe.longest_item * recipe.sample_rate) {
              out.push_back({item, audio::to_pcm16(speech)});
            }
            return out;
          }};
}

PrepareJob cut_job(const std::filesystem::path& corpus, const CorpusRecording& recording,
                   const DataRecipe& recipe, const Holdout& holdout) {
  const Item whole = item_of(recording, recording.id(), holdout);
  return {recording.file, [=]() {
            std::vector<PreparedItem> out;
            const auto speech = load(corpus, recording, recipe);
            for (const auto& piece : cut_at_pauses(speech, recipe.sample_rate,
                                                   recipe.shortest_piece, recipe.longest_piece)) {
              Item item = whole;
              item.id += "#" + std::to_string(out.size() + 1);
              out.push_back({item, audio::to_pcm16(piece)});
            }
            return out;
          }};
}

/// Words of one speaker, said one by one, joined to items: labels with commas between.
PrepareJob join_job(const std::filesystem::path& corpus, std::vector<Labelled> words,
                    const std::string& id, const DataRecipe& recipe, const Holdout& holdout,
                    int32_t comma, int32_t stop, Rng rng) {
  const Item base = item_of(words.front().recording, id, holdout);
  return {id, [=, words = std::move(words)]() mutable {
            std::vector<PreparedItem> out;
            Item item;
            std::vector<float> samples;
            double wanted = 0;
            const auto finish = [&] {
              if (!long_enough(samples, recipe)) return;
              item.phones.back() = stop;
              item.id += "#" + std::to_string(out.size() + 1);
              out.push_back({item, audio::to_pcm16(samples)});
              samples.clear();
            };
            for (const auto& word : words) {
              const auto speech = load(corpus, word.recording, recipe);
              if (speech.empty()) continue;
              if (samples.empty()) {
                item = base;
                item.text.clear();
                wanted = recipe.join_seconds * rng.uniform(0.6f, 1.25f) * recipe.sample_rate;
              } else {
                append_pause(samples, recipe.sample_rate, rng);
              }
              samples.insert(samples.end(), speech.begin(), speech.end());
              item.phones.insert(item.phones.end(), word.phones.begin(), word.phones.end());
              item.phones.push_back(comma);
              if (!item.text.empty()) item.text += ", ";
              item.text +=
                  word.recording.text.empty() ? word.recording.phones : word.recording.text;
              if (double(samples.size()) >= wanted) finish();
            }
            finish();
            return out;
          }};
}

bool is_arpabet(const CorpusRecording& recording) {
  return recording.language == "en" && !recording.phones.empty();
}

std::vector<int32_t> label(const CorpusRecording& recording, SetUse use, Transcriber& transcriber) {
  if (is_arpabet(recording)) {
    return transcriber.from_arpabet(recording.phones, recording.text, recording.file);
  }
  if (!recording.phones.empty()) return transcriber.from_pinyin(recording.phones);
  if (recording.text.empty()) return {};
  std::string text = recording.text;
  std::replace(text.begin(), text.end(), '_', ' ');
  if (use == SetUse::kJoin) return transcriber.read_word(text, recording.language);
  return transcriber.read(text, recording.language).phones;
}

void plan_joined(const std::filesystem::path& corpus, const std::vector<Labelled>& recordings,
                 const DataRecipe& recipe, const Holdout& holdout, const Transcriber& transcriber,
                 std::vector<PrepareJob>& jobs) {
  std::map<std::string, std::vector<Labelled>> by_speaker;
  for (const auto& labelled : recordings) {
    by_speaker[labelled.recording.speaker_id()].push_back(labelled);
  }
  for (auto& [speaker, words] : by_speaker) {
    Rng rng(recipe.seed, kShuffleStream);
    for (size_t i = words.size(); i > 1; --i) std::swap(words[i - 1], words[rng.below(i)]);
    for (size_t begin = 0; begin < words.size(); begin += kRecordingsPerJob) {
      const size_t end = std::min(begin + kRecordingsPerJob, words.size());
      const std::string id = speaker + "/joined-" + std::to_string(begin / kRecordingsPerJob);
      jobs.push_back(join_job(corpus,
                              {words.begin() + static_cast<ptrdiff_t>(begin),
                               words.begin() + static_cast<ptrdiff_t>(end)},
                              id, recipe, holdout, transcriber.id(","), transcriber.id("."),
                              Rng(recipe.seed, kJoinStream).split(jobs.size())));
    }
  }
}

/// Half of `count` from each gender where both are known.
std::vector<std::string> draw_speakers(const std::vector<CorpusRecording>& recordings,
                                       const SetRecipe& set, uint64_t seed) {
  std::vector<std::string> women, men;
  for (const auto& recording : recordings) {
    if (recording.set != set.name) continue;
    (recording.gender == "f" ? women : men).push_back(recording.speaker_id());
  }
  auto drawn = evaluation::draw(women, set.held_out_speakers / 2, seed);
  const auto rest = evaluation::draw(men, set.held_out_speakers - drawn.size(), seed);
  drawn.insert(drawn.end(), rest.begin(), rest.end());
  return drawn;
}

}  // namespace

std::vector<PrepareJob> plan_recordings(const std::filesystem::path& corpus,
                                        const std::vector<CorpusRecording>& recordings,
                                        const DataRecipe& recipe, const Holdout& holdout,
                                        Transcriber& transcriber) {
  std::vector<PrepareJob> jobs;
  for (const auto& set : recipe.sets) {
    std::vector<Labelled> joined;
    size_t unlabelled = 0, found = 0;
    for (const auto& recording : recordings) {
      if (recording.set != set.name || !recording.adult()) continue;
      ++found;
      Labelled labelled{recording, label(recording, set.use, transcriber)};
      const bool promised = !recording.text.empty() || !recording.phones.empty();
      if (promised && labelled.phones.empty()) {
        ++unlabelled;
      } else if (set.use == SetUse::kSentences) {
        jobs.push_back(sentence_job(corpus, std::move(labelled), recipe, holdout));
      } else if (set.use == SetUse::kCut) {
        jobs.push_back(cut_job(corpus, recording, recipe, holdout));
      } else {
        joined.push_back(std::move(labelled));
      }
    }
    plan_joined(corpus, joined, recipe, holdout, transcriber, jobs);
    if (found == 0) log().warn("{}: the corpus folder has no recordings of this set", set.name);
    if (unlabelled > 0) {
      log().warn("{}: left out {} recordings whose label is no word or syllable", set.name,
                 unlabelled);
    }
  }
  return jobs;
}

Holdout draw_holdout(const std::vector<CorpusRecording>& all, const DataRecipe& recipe) {
  Holdout holdout;
  holdout.seed = recipe.seed;
  std::vector<CorpusRecording> recordings;
  for (const auto& recording : all) {
    if (recording.adult()) recordings.push_back(recording);
  }
  std::unordered_map<std::string, int> count;
  for (const auto& recording : recordings) ++count[recording.speaker_id()];
  std::vector<std::string> voices;
  for (const auto& set : recipe.sets) {
    for (const auto& speaker : draw_speakers(recordings, set, recipe.seed)) {
      holdout.speakers.insert(speaker);
      if (count[speaker] >= 2) voices.push_back(speaker);
    }
    std::vector<std::string> sentences;
    for (const auto& recording : recordings) {
      if (recording.set != set.name) continue;
      if (count_code_points(recording.text) >= kShortestHeldOutText) {
        sentences.push_back(recording.id());
      }
    }
    for (auto& id : evaluation::draw(sentences, set.held_out_sentences, recipe.seed)) {
      holdout.sentences.insert(std::move(id));
    }
  }
  holdout.evaluation_voices = evaluation::draw(voices, recipe.evaluation_voices, recipe.seed);
  std::sort(holdout.evaluation_voices.begin(), holdout.evaluation_voices.end());
  return holdout;
}

}  // namespace myna::training
