#include <algorithm>
#include <map>
#include <unordered_set>

#include "audio/io.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "training/prepare_jobs.h"
#include "training/sentences.h"

namespace myna::training {
namespace {

constexpr uint64_t kTemplateStream = 11, kOrderStream = 12, kSpeechStream = 13;
constexpr size_t kTextDigestLength = 12;

// What a phone lasts on average in the engines' speech, to deal out hours before speaking.
constexpr double kEnglishPhoneSeconds = 0.085, kMandarinPhoneSeconds = 0.11;

struct Candidate {
  std::string text;
  Reading reading;
};

/// Transcripts come in capitals without marks; the front end wants plain sentences.
std::string as_sentence(const std::string& transcript, std::string_view language) {
  if (language != "en") return transcript;
  std::string out;
  for (const char c : transcript) {
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (size_t i = 0; i < out.size(); ++i) {
    const bool alone = (i == 0 || out[i - 1] == ' ') &&
                       (i + 1 >= out.size() || out[i + 1] == ' ' || out[i + 1] == '\'');
    if (i == 0 || (out[i] == 'i' && alone)) {
      out[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[i])));
    }
  }
  return out + ".";
}

std::vector<std::string> collect_texts(const std::string& language, const TextRecipe& recipe,
                                       const std::vector<CorpusRecording>& recordings,
                                       const Holdout& holdout, uint64_t seed) {
  std::vector<std::string> texts;
  for (const auto& recording : recordings) {
    const bool wanted = std::find(recipe.corpus_sets.begin(), recipe.corpus_sets.end(),
                                  recording.set) != recipe.corpus_sets.end();
    if (!wanted || recording.language != language || recording.text.empty()) continue;
    if (holdout.contains(recording.speaker_id(), recording.id())) continue;
    auto sentence = as_sentence(recording.text, language);
    if (is_plain_sentence(sentence, language)) texts.push_back(std::move(sentence));
  }
  for (const auto& file : recipe.fortune_files) {
    for (auto& sentence : fortune_sentences(file, language)) texts.push_back(std::move(sentence));
  }
  for (auto& sentence :
       Templates(recipe.templates).draw(recipe.from_templates, Rng(seed, kTemplateStream))) {
    texts.push_back(std::move(sentence));
  }
  return texts;
}

std::vector<Candidate> read_texts(const std::vector<std::string>& texts,
                                  const std::string& language, const Transcriber& transcriber,
                                  uint64_t seed) {
  std::vector<Candidate> candidates;
  std::vector<std::vector<int32_t>> phones;
  std::unordered_set<std::string> seen;
  size_t unreadable = 0;
  for (const auto& text : texts) {
    if (!seen.insert(text).second) continue;
    try {
      Reading reading = transcriber.read(text, language);
      if (reading.spoken.empty()) continue;
      phones.push_back(reading.phones);
      candidates.push_back({text, std::move(reading)});
    } catch (const Error& error) {
      log().debug("not read: {}: {}", text, error.what());
      ++unreadable;
    }
  }
  if (unreadable > 0) log().warn("{}: {} texts could not be read", language, unreadable);
  std::vector<Candidate> ordered;
  for (const size_t index : order_for_coverage(phones, Rng(seed, kOrderStream))) {
    ordered.push_back(std::move(candidates[index]));
  }
  return ordered;
}

struct Share {
  const VoiceRecipe* voice;
  std::vector<SyntheticSpeaker> speakers;
  double seconds = 0;
  size_t lines = 0;

  double filled() const { return seconds / (voice->hours * 3600.0); }
};

std::vector<Share> shares_of(const DataRecipe& recipe, const std::string& language) {
  std::vector<Share> shares;
  for (const auto& voice : recipe.voices) {
    if (voice.language == language && voice.hours > 0) {
      shares.push_back({&voice, speakers_of(voice)});
    }
  }
  return shares;
}

void deal(const std::string& language, std::vector<Candidate> candidates,
          std::vector<Share>& shares, std::vector<SyntheticLine>& lines) {
  const double phone_seconds = language == "zh" ? kMandarinPhoneSeconds : kEnglishPhoneSeconds;
  for (auto& candidate : candidates) {
    auto share = std::min_element(shares.begin(), shares.end(), [](const auto& a, const auto& b) {
      return a.filled() < b.filled();
    });
    if (share == shares.end() || share->filled() >= 1) return;
    const auto& speaker = share->speakers[share->lines++ % share->speakers.size()];
    share->seconds += phone_seconds * double(candidate.reading.phones.size()) + 0.2;
    const std::string digest = hex(sha256(std::string_view(candidate.text)));
    lines.push_back(
        {speaker.engine + "/" + speaker.voice + "/" + digest.substr(0, kTextDigestLength),
         std::move(candidate.text), language, std::move(candidate.reading), speaker});
  }
  for (const auto& share : shares) {
    if (share.filled() < 0.95) {
      log().warn("{} {}: the texts last for {:.1f} of {:.1f} hours", share.voice->engine,
                 share.voice->voice, share.seconds / 3600, share.voice->hours);
    }
  }
}

}  // namespace

std::vector<SyntheticLine> plan_synthesis(const std::vector<CorpusRecording>& recordings,
                                          const DataRecipe& recipe, const Holdout& holdout,
                                          const Transcriber& transcriber) {
  std::vector<SyntheticLine> lines;
  for (const auto& [language, texts] : recipe.texts) {
    auto shares = shares_of(recipe, language);
    if (shares.empty()) continue;
    deal(language,
         read_texts(collect_texts(language, texts, recordings, holdout, recipe.seed), language,
                    transcriber, recipe.seed),
         shares, lines);
  }
  return lines;
}

std::vector<PrepareJob> synthesis_jobs(const std::vector<SyntheticLine>& lines,
                                       const DataRecipe& recipe, const Holdout& holdout,
                                       const SyntheticStudio& studio) {
  std::vector<PrepareJob> jobs;
  for (const auto& line : lines) {
    Item item;
    item.id = line.id;
    item.speaker = line.speaker.id();
    item.language = line.language;
    item.source = line.speaker.engine;
    item.synthetic = true;
    item.split = holdout.contains(item.speaker, item.id) ? Split::kValidation : Split::kTrain;
    item.text = line.text;
    item.phones = line.reading.phones;
    const Rng rng = Rng(recipe.seed, kSpeechStream).split(jobs.size());
    jobs.push_back({line.id, [item, rng, spoken = line.reading.spoken, speaker = line.speaker,
                              &studio, rate = recipe.sample_rate, cleanup = recipe.cleanup,
                              longest = recipe.longest_item]() {
                      const auto speech =
                          clean_speech(studio.speak(spoken, speaker, rate, rng), rate, cleanup);
                      std::vector<PreparedItem> out;
                      if (!speech.empty() && double(speech.size()) <= longest * rate) {
                        out.push_back({item, audio::to_pcm16(speech)});
                      }
                      return out;
                    }});
  }
  return jobs;
}

void draw_synthetic_holdout(const std::vector<SyntheticLine>& lines, const DataRecipe& recipe,
                            Holdout& holdout) {
  std::map<std::string, std::vector<std::string>> by_voice;
  for (const auto& line : lines) {
    by_voice[line.speaker.engine + "/" + line.speaker.voice].push_back(line.id);
  }
  for (const auto& [voice, ids] : by_voice) {
    const auto count = static_cast<size_t>(recipe.held_out_synthetic * double(ids.size()) + 0.5);
    for (auto& id : evaluation::draw(ids, count, recipe.seed))
      holdout.sentences.insert(std::move(id));
  }
}

}  // namespace myna::training
