#include "evaluation/evaluate.h"

#include <algorithm>
#include <map>

#include "audio/io.h"
#include "base/error.h"
#include "base/files.h"
#include "evaluation/recogniser.h"
#include "evaluation/sentences.h"
#include "evaluation/speaker_similarity.h"
#include "voice/listener.h"
#include "voice/speech_decoder.h"
#include "voice/synthesizer.h"

namespace myna::evaluation {
namespace {

constexpr size_t kFewestClips = 12;          // per language, for figures that mean something
constexpr double kShortestComparable = 0.5;  // seconds of speech for a speaker vector

/// What one person said, really or synthesised.
struct Sample {
  size_t voice = 0;
  std::string language;
  std::string text;
  audio::Clip clip;
};

text::Mode mode_of(const std::string& language) {
  return language == "zh" ? text::Mode::kZh : text::Mode::kEn;
}

class Evaluation {
 public:
  Evaluation(const std::shared_ptr<const voice::Engine>& engine, const TestSet& set,
             const EvaluationOptions& options, const CancelToken& cancel,
             const ProgressCallback& progress)
      : engine_(engine), set_(set), options_(options), cancel_(cancel), progress_(progress) {
    report_.test_set = set.description;
    report_.seed = options.seed;
    any_mandarin_ = std::any_of(set.voices.begin(), set.voices.end(),
                                [](const TestVoice& v) { return v.language == "zh"; });
  }

  EvaluationReport run(const std::filesystem::path& verifier) {
    collect_real();
    speak_all();
    judge(report_.english, "en");
    judge(report_.mandarin, "zh");
    compare_speakers(verifier);
    return std::move(report_);
  }

 private:
  LanguageFigures& figures(const std::string& language) {
    return language == "zh" ? report_.mandarin : report_.english;
  }

  void collect_real() {
    for (size_t v = 0; v < set_.voices.size(); ++v) {
      for (const Spoken& spoken : set_.voices[v].real) {
        real_.push_back({v, set_.voices[v].language, spoken.text, spoken.clip});
      }
    }
  }

  std::vector<std::string> sentences_for(size_t voice, const std::string& language) const {
    const auto list = language == "zh" ? mandarin_sentences() : english_sentences();
    const auto voices =
        size_t(std::count_if(set_.voices.begin(), set_.voices.end(), [&](const TestVoice& one) {
          return !any_mandarin_ || one.language == language;
        }));
    const size_t each = std::max(size_t(options_.sentences_per_voice),
                                 (kFewestClips + voices - 1) / std::max<size_t>(1, voices));
    std::vector<std::string> chosen;
    for (size_t i = 0; i < each; ++i) chosen.push_back(list[(voice * each + i) % list.size()]);
    return chosen;
  }

  void speak_all() {
    for (size_t v = 0; v < set_.voices.size(); ++v) {
      cancel_.check("evaluating");
      const TestVoice& test = set_.voices[v];
      report(progress_, "evaluating", int64_t(v), int64_t(set_.voices.size()), test.name);
      const voice::Voice voice = voice::make_voice(*engine_, test.name, test.references);
      resynthesise(voice, v);
      if (test.language == "en" || !any_mandarin_) speak(voice, v, "en");
      if (test.language == "zh" || !any_mandarin_) speak(voice, v, "zh");
    }
  }

  /// The person's own tokens and words in the cloned voice.
  void resynthesise(const voice::Voice& voice, size_t v) {
    const models::SovitsFront& sovits = engine_->sovits();
    for (const Spoken& spoken : set_.voices[v].real) {
      const std::string& language = set_.voices[v].language;
      const text::Utterance utterance = engine_->frontend().analyse(spoken.text, mode_of(language));
      const voice::Heard heard =
          voice::listen(*engine_, spoken.clip.samples, spoken.clip.sample_rate, utterance.ids);
      const std::vector<int64_t> codes = sovits.extract_codes(heard.features);
      std::vector<int64_t> phones(utterance.ids.begin(), utterance.ids.end());
      if (sovits.config().spread_text) {
        const auto blank = int32_t(engine_->content_encoder().config().blank());
        phones.clear();
        for (const uint16_t place : voice::align_to(heard, utterance.ids, blank))
          phones.push_back(utterance.ids[place]);
        if (phones.empty()) {
          report_.skipped.push_back("own tokens of " + spoken.text + ": not what is heard there");
          continue;
        }
      }
      Sample sample{v, language, spoken.text, {{}, engine_->sample_rate(), 1}};
      engine_->decoder().decode(
          voice, {.codes = codes, .phones = phones, .seed = options_.seed},
          [&](std::span<const float> part) {
            sample.clip.samples.insert(sample.clip.samples.end(), part.begin(), part.end());
          },
          cancel_);
      keep(sample, "resynthesised", resynthesised_.size());
      resynthesised_.push_back(std::move(sample));
    }
  }

  void speak(const voice::Voice& voice, size_t v, const std::string& language) {
    const voice::Synthesizer synthesizer(engine_);
    for (const std::string& sentence : sentences_for(v, language)) {
      voice::SpeakOptions speak;
      speak.seed = options_.seed + spoken_.size();
      speak.self_check = options_.self_check;
      speak.pause_seconds = 0;
      Sample sample{v, language, sentence, {{}, engine_->sample_rate(), 1}};
      const voice::SpeakReport done = synthesizer.speak(
          voice, sentence, speak,
          [&](std::span<const float> part) {
            sample.clip.samples.insert(sample.clip.samples.end(), part.begin(), part.end());
          },
          cancel_);
      LanguageFigures& language_figures = figures(language);
      elapsed_[language] += done.elapsed_seconds;
      for (const auto& one : done.sentences)
        language_figures.sentences_respoken += one.attempts > 1;
      language_figures.sentences_below_standard += done.sentences_below_standard();
      keep(sample, "spoken", spoken_.size());
      if (!sample.clip.samples.empty()) spoken_.push_back(std::move(sample));
    }
  }

  void keep(const Sample& sample, const char* kind, size_t index) {
    if (options_.keep_audio.empty() || sample.clip.samples.empty()) return;
    std::string name = set_.voices[sample.voice].name;
    std::replace(name.begin(), name.end(), '/', '-');
    name += std::string("-") + kind + "-" + std::to_string(index) + ".wav";
    audio::write_clip(options_.keep_audio / name, sample.clip);
  }

  void judge(LanguageFigures& language_figures, const std::string& language) {
    judge_side(language_figures.real, real_, language);
    judge_side(language_figures.resynthesised, resynthesised_, language);
    judge_side(language_figures.spoken, spoken_, language);
    if (language_figures.spoken.seconds > 0) {
      language_figures.real_time_factor = elapsed_[language] / language_figures.spoken.seconds;
    }
  }

  void judge_side(SpeechFigures& side, const std::vector<Sample>& samples,
                  const std::string& language) {
    std::vector<audio::Clip> clips;
    std::vector<std::string> texts;
    for (const Sample& sample : samples) {
      if (sample.language != language) continue;
      cancel_.check("evaluating");
      const text::Utterance wanted = engine_->frontend().analyse(sample.text, mode_of(language));
      const audio::Clip& clip = sample.clip;
      const voice::Heard heard =
          voice::listen(*engine_, clip.samples, clip.sample_rate, wanted.ids);
      const voice::PhoneClasses& classes = engine_->phone_classes();
      side.phones += voice::align(classes.classify(wanted.ids), classes.classify(heard.phones));
      side.seconds += clip.seconds();
      clips.push_back(clip);
      texts.push_back(sample.text);
    }
    side.clips = int(clips.size());
    side.measures = measure_voices(clips);
    if (language != "en" || clips.empty() || !options_.recogniser || !Recogniser::available())
      return;
    const std::vector<std::string> heard = Recogniser().transcribe(clips);
    side.words.emplace();
    for (size_t i = 0; i < clips.size(); ++i) *side.words += word_errors(texts[i], heard[i]);
  }

  void compare_speakers(const std::filesystem::path& verifier) {
    if (!std::filesystem::exists(verifier)) {
      report_.skipped.push_back("speaker similarity: " + verifier.filename().string() +
                                " is not part of this base");
      return;
    }
    const SpeakerComparison comparison(engine_->shared_backend(), verifier);
    std::vector<SpeakerVector> references;
    for (const TestVoice& voice : set_.voices) {
      std::vector<SpeakerVector> vectors;
      for (const auto& recording : voice.references) {
        if (recording.clip.seconds() >= kShortestComparable) {
          vectors.push_back(comparison.embed(recording.clip));
        }
      }
      references.push_back(mean_vector(vectors));
    }
    SimilarityFigures result;
    result.voices = int(set_.voices.size());
    double other_pairs = 0;
    for (const Sample& sample : spoken_) {
      if (sample.clip.seconds() < kShortestComparable) continue;
      const SpeakerVector vector = comparison.embed(sample.clip);
      ++result.clips;
      result.identified += nearest(vector, references) == sample.voice;
      for (size_t v = 0; v < references.size(); ++v) {
        const double cosine = models::cosine_similarity(vector, references[v]);
        (v == sample.voice ? result.same_speaker : result.other_speakers) += cosine;
        other_pairs += v != sample.voice;
      }
    }
    for (const Sample& sample : real_) {
      if (sample.clip.seconds() < kShortestComparable) continue;
      const SpeakerVector vector = comparison.embed(sample.clip);
      ++result.real_clips;
      result.real_identified += nearest(vector, references) == sample.voice;
      result.real_same_speaker += models::cosine_similarity(vector, references[sample.voice]);
    }
    result.same_speaker /= std::max(1, result.clips);
    result.other_speakers /= std::max(1.0, other_pairs);
    result.real_same_speaker /= std::max(1, result.real_clips);
    report_.similarity = result;
  }

  const std::shared_ptr<const voice::Engine>& engine_;
  const TestSet& set_;
  const EvaluationOptions& options_;
  const CancelToken& cancel_;
  const ProgressCallback& progress_;
  EvaluationReport report_;
  bool any_mandarin_;  ///< voices; else every voice speaks both languages
  std::vector<Sample> real_, resynthesised_, spoken_;
  std::map<std::string, double> elapsed_;
};

}  // namespace

EvaluationReport evaluate(const std::shared_ptr<const voice::Engine>& engine, const TestSet& set,
                          const std::filesystem::path& verifier, const EvaluationOptions& options,
                          const CancelToken& cancel, const ProgressCallback& progress) {
  if (set.voices.empty()) throw Error(ErrorCode::kUsage, "has no voices.", "test set");
  if (!options.keep_audio.empty()) {
    std::filesystem::create_directories(options.keep_audio);
    ensure_writable_directory(options.keep_audio);
  }
  EvaluationReport report = Evaluation(engine, set, options, cancel, progress).run(verifier);
  if (options.recogniser && !Recogniser::available()) {
    report.skipped.push_back(
        "word error: pocketsphinx is not installed (packages pocketsphinx, pocketsphinx-en-us)");
  }
  return report;
}

}  // namespace myna::evaluation
