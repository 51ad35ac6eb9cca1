#include "voice/synthesizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "audio/resample.h"
#include "base/error.h"
#include "base/files.h"
#include "support/temp_dir.h"
#include "support/tiny_base.h"
#include "text/text_reader.h"
#include "voice/listener.h"

namespace myna::voice {
namespace {

const std::filesystem::path kAssets = MYNA_SOURCE_DIR "/assets";

std::vector<float> collect(const Synthesizer& synthesizer, const Voice& voice,
                           const std::string& text, const SpeakOptions& options,
                           SpeakReport* report = nullptr) {
  std::vector<float> samples;
  const SpeakReport done =
      synthesizer.speak(voice, text, options, [&](std::span<const float> part) {
        samples.insert(samples.end(), part.begin(), part.end());
      });
  if (report != nullptr) *report = done;
  return samples;
}

class SynthesizerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TempDir();
    testing::write_tiny_base(folder_->path());
    setenv("MYNA_ASSETS", kAssets.c_str(), 1);
    engine_ = new std::shared_ptr<const Engine>(Engine::load(kAssets, folder_->path()));
    voice_ = new Voice(make_voice(**engine_, "slt", find_recordings("slt")));
  }
  static void TearDownTestSuite() {
    delete voice_;
    delete engine_;
    delete folder_;
  }
  static testing::TempDir* folder_;
  static std::shared_ptr<const Engine>* engine_;
  static Voice* voice_;
};
testing::TempDir* SynthesizerTest::folder_ = nullptr;
std::shared_ptr<const Engine>* SynthesizerTest::engine_ = nullptr;
Voice* SynthesizerTest::voice_ = nullptr;

TEST_F(SynthesizerTest, SpeaksSentenceBySentence) {
  SpeakOptions options;
  options.seed = 5;
  SpeakReport report;
  const auto samples =
      collect(Synthesizer(*engine_), *voice_, "Good morning. 你好，world。", options, &report);
  ASSERT_EQ(report.sentences.size(), 2u);
  EXPECT_EQ(report.sample_rate, 16000);
  EXPECT_GT(report.sentences[0].tokens, 0);
  EXPECT_NEAR(double(samples.size()) / 16000, report.audio_seconds, 1e-9);
  EXPECT_GE(report.sentences[0].attempts, 1);
  EXPECT_NE(report.sentences[0].verdict, Verdict::kUnchecked);
  for (const float sample : samples) ASSERT_TRUE(std::isfinite(sample));
}

TEST_F(SynthesizerTest, SameSeedSameSamplesOtherSeedOthers) {
  SpeakOptions options;
  options.seed = 5;
  const Synthesizer synthesizer(*engine_);
  const auto once = collect(synthesizer, *voice_, "Read this twice, please.", options);
  EXPECT_EQ(once, collect(synthesizer, *voice_, "Read this twice, please.", options));
  options.seed = 6;
  EXPECT_NE(once, collect(synthesizer, *voice_, "Read this twice, please.", options));
}

TEST_F(SynthesizerTest, ABatchSoundsAsItsSentencesAlone) {
  const std::string text =
      "One. A much longer second sentence, with more words than the others. Three! \xE2\x80\x94 "
      "你好，世界。 Five, and done. Six. Seven comes last of all.";
  for (const bool self_check : {false, true}) {
    SpeakOptions options;
    options.seed = 9;
    options.self_check = self_check;
    const Synthesizer synthesizer(*engine_);
    SpeakReport alone, together;
    const auto one_by_one = collect(synthesizer, *voice_, text, options, &alone);
    options.batch = 4;
    EXPECT_EQ(collect(synthesizer, *voice_, text, options, &together), one_by_one);
    ASSERT_EQ(together.sentences.size(), alone.sentences.size());
    ASSERT_GT(alone.sentences.size(), 5u);  // the first alone, four, and a rest
    for (size_t i = 0; i < alone.sentences.size(); ++i) {
      EXPECT_EQ(together.sentences[i].tokens, alone.sentences[i].tokens) << i;
      EXPECT_EQ(together.sentences[i].seed, alone.sentences[i].seed) << i;
    }
  }
}

TEST_F(SynthesizerTest, ABatchIsAskedForBehindTheFirstSentence) {
  std::vector<std::string> events;
  const auto sentences = text::read_sentences("One. Two. Three. Four.", text::TextFormat::kPlain,
                                              (*engine_)->frontend());
  size_t at = 0;
  const SentenceSource source{[&]() -> std::optional<text::Sentence> {
    if (at == sentences.size()) return std::nullopt;
    events.push_back("ask " + std::to_string(at));
    return sentences[at++];
  }};
  SpeakOptions options;
  options.self_check = false;
  options.batch = 2;
  size_t spoken = 0;
  options.show = [&](const text::Utterance&) {
    events.push_back("say " + std::to_string(spoken++));
  };
  Synthesizer(*engine_).speak(*voice_, source, options, [](std::span<const float>) {});
  EXPECT_EQ(events, (std::vector<std::string>{"ask 0", "say 0", "ask 1", "ask 2", "say 1", "say 2",
                                              "ask 3", "say 3"}));
}

TEST_F(SynthesizerTest, WithoutSelfCheckOneAttemptIsStreamed) {
  SpeakOptions options;
  options.self_check = false;
  SpeakReport report;
  collect(Synthesizer(*engine_), *voice_, "One sentence here.", options, &report);
  EXPECT_EQ(report.sentences[0].attempts, 1);
  EXPECT_EQ(report.sentences[0].verdict, Verdict::kUnchecked);
}

TEST_F(SynthesizerTest, ABadSentenceIsSpokenAgainAtMostSoOften) {
  SpeakOptions options;
  options.max_attempts = 2;  // fresh weights cannot satisfy the check
  SpeakReport report;
  collect(Synthesizer(*engine_), *voice_, "The teacher opened the window.", options, &report);
  EXPECT_EQ(report.sentences[0].attempts, 2);
  EXPECT_NE(report.sentences[0].verdict, Verdict::kGood);
  EXPECT_EQ(report.sentences_below_standard(), 1);
}

TEST_F(SynthesizerTest, UnspeakableSentencesAreSkippedInsideAText) {
  SpeakOptions options;
  options.self_check = false;
  SpeakReport report;
  collect(Synthesizer(*engine_), *voice_, "First one.\n\n-----\n\nSecond one.", options, &report);
  EXPECT_EQ(report.sentences.size(), 2u);
}

TEST_F(SynthesizerTest, RefusesTextThatCannotBeSpoken) {
  const Synthesizer synthesizer(*engine_);
  for (const char* text : {"", "  \n\t ", "...", "\xff\xfe", "?!"}) {
    try {
      collect(synthesizer, *voice_, text, {});
      FAIL() << "accepted: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidText) << error.what();
    }
  }
}

TEST_F(SynthesizerTest, RefusesOptionsOutOfRange) {
  const auto refused = [&](auto change) {
    SpeakOptions options;
    change(options);
    try {
      collect(Synthesizer(*engine_), *voice_, "Hello.", options);
      return false;
    } catch (const Error& error) {
      return error.code() == ErrorCode::kUsage && !error.subject().empty();
    }
  };
  EXPECT_TRUE(refused([](SpeakOptions& o) { o.speed = 3; }));
  EXPECT_TRUE(refused([](SpeakOptions& o) { o.pause_seconds = -1; }));
  EXPECT_TRUE(refused([](SpeakOptions& o) { o.batch = 0; }));
  EXPECT_TRUE(refused([](SpeakOptions& o) { o.sampling.temperature = 0; }));
  EXPECT_TRUE(refused([](SpeakOptions& o) { o.sampling.top_k = 0; }));
  EXPECT_TRUE(refused([](SpeakOptions& o) { o.sampling.top_p = 1.5f; }));
  EXPECT_TRUE(refused([](SpeakOptions& o) { o.sampling.repetition_penalty = 0.5f; }));
}

TEST_F(SynthesizerTest, CancellingStopsBetweenSentences) {
  CancelToken cancel;
  SpeakOptions options;
  options.self_check = false;
  int sentences = 0;
  try {
    Synthesizer(*engine_).speak(
        *voice_, "One is here. Two is here. Three is here.", options, [](std::span<const float>) {},
        cancel,
        [&](const Progress&) {
          if (++sentences == 2) cancel.cancel();
        });
    FAIL() << "not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
  EXPECT_EQ(sentences, 2);
}

TEST_F(SynthesizerTest, SpeedChangesTheLength) {
  SpeakOptions options;
  options.self_check = false;
  options.pause_seconds = 0;
  const Synthesizer synthesizer(*engine_);
  const auto normal = collect(synthesizer, *voice_, "The same words again.", options);
  options.speed = 2;
  const auto fast = collect(synthesizer, *voice_, "The same words again.", options);
  EXPECT_NEAR(double(fast.size()) / double(normal.size()), 0.5, 0.1);
}

/// Speaks marked text without self-check and default pauses.
std::vector<float> speak_marked(const std::shared_ptr<const Engine>& engine, const Voice& voice,
                                const std::string& text, SpeakOptions options) {
  auto sentences = text::read_sentences(text, text::TextFormat::kMarkup, engine->frontend());
  size_t at = 0;
  std::vector<float> samples;
  options.self_check = false;
  Synthesizer(engine).speak(voice, {[&]() -> std::optional<text::Sentence> {
                              return at < sentences.size() ? std::optional(sentences[at++])
                                                           : std::nullopt;
                            }},
                            options, [&](std::span<const float> part) {
                              samples.insert(samples.end(), part.begin(), part.end());
                            });
  return samples;
}

TEST_F(SynthesizerTest, APauseTakesThePlaceOfTheSilenceAfterASentence) {
  SpeakOptions options;
  options.pause_seconds = 0.25;
  const auto length = [&](const std::string& text) {
    return int64_t(speak_marked(*engine_, *voice_, text, options).size());
  };
  const int64_t plain = length("One is here. Two is here.");
  EXPECT_EQ(length("One is here.[pause 1s] Two is here.") - plain, 16000 - 4000);
  EXPECT_EQ(length("[pause 1s]One is here. Two is here.") - plain, 16000);
  EXPECT_EQ(length("One is here.[pause 1s][pause 500ms] Two is here.") - plain, 24000 - 4000);
  EXPECT_EQ(length("One is here. Two is here.[pause 1s]") - plain, 16000 - 4000);
  const auto samples = speak_marked(*engine_, *voice_, "[pause 1s]One is here.", options);
  for (size_t i = 0; i < 16000; ++i) ASSERT_EQ(samples[i], 0.0f);
}

TEST_F(SynthesizerTest, ARateMultipliesTheSpeed) {
  SpeakOptions options;
  options.pause_seconds = 0;
  const std::string words = "The same words again.";
  options.speed = 2;
  const auto fast = speak_marked(*engine_, *voice_, words, options);
  options.speed = 1;
  EXPECT_EQ(speak_marked(*engine_, *voice_, "[rate:2]" + words + "[/rate]", options), fast);
}

TEST_F(SynthesizerTest, SentencesAreAskedForOneByOne) {
  SpeakOptions options;
  options.self_check = false;
  size_t heard = 0, asked = 0;
  std::vector<size_t> heard_when_asked;
  Synthesizer(*engine_).speak(*voice_, {[&]() -> std::optional<text::Sentence> {
    heard_when_asked.push_back(heard);
    if (++asked > 2) return std::nullopt;
    text::Sentence sentence;
    sentence.spans.emplace_back().text = "This is spoken.";
    return sentence;
  }},
                              options, [&](std::span<const float> part) { heard += part.size(); });
  ASSERT_EQ(heard_when_asked.size(), 3u);
  EXPECT_EQ(heard_when_asked[0], 0u);
  EXPECT_GT(heard_when_asked[1], 0u);
  EXPECT_GT(heard_when_asked[2], heard_when_asked[1]);
}

TEST_F(SynthesizerTest, ConcurrentRequestsDoNotHearEachOther) {
  const Synthesizer synthesizer(*engine_);
  SpeakOptions options;
  options.seed = 3;
  options.max_attempts = 1;
  const auto alone = collect(synthesizer, *voice_, "Two at a time.", options);
  const Voice other = make_voice(**engine_, "rms", find_recordings("rms"));
  std::vector<std::vector<float>> results(4);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      results[i] = collect(synthesizer, i % 2 == 0 ? *voice_ : other, "Two at a time.", options);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(results[0], alone);
  EXPECT_EQ(results[2], alone);
  EXPECT_EQ(results[1], results[3]);
  EXPECT_NE(results[1], alone);
}

TEST_F(SynthesizerTest, SeveralRecordingsOfOnePersonAreFused) {
  auto recordings = find_recordings("slt");
  auto more = find_recordings("rms");
  recordings.push_back(more.front());
  const Voice fused = make_voice(**engine_, "both", recordings);
  EXPECT_EQ(fused.notes.size(), 2u);
  const auto a = (*engine_)->backend().to_host(fused.style).to_floats();
  const auto b = (*engine_)->backend().to_host(voice_->style).to_floats();
  EXPECT_NE(a, b);
}

TEST_F(SynthesizerTest, UnusableRecordingsAreNamed) {
  const auto code = [&](audio::Clip clip) {
    try {
      make_voice(**engine_, "x", {Recording{std::move(clip), "x.wav", ""}});
      return std::string("accepted");
    } catch (const Error& error) {
      EXPECT_EQ(error.subject(), "x.wav") << error.what();
      return std::string(error_code_name(error.code()));
    }
  };
  EXPECT_EQ(code({std::vector<float>(48000, 0.0f), 16000, 1}), "invalid_audio");  // silent
  EXPECT_EQ(code({std::vector<float>(4000, 0.3f), 16000, 1}), "invalid_audio");   // 0.25 s
  EXPECT_EQ(code({{}, 16000, 1}), "invalid_audio");
}

/// A base whose networks are told how long each phone lasts.
TEST(SpreadText, TheSentenceLastsWhatTheDurationsSay) {
  const testing::TempDir folder;
  testing::write_tiny_base(folder.path(), 1, /*spread_text=*/true);
  const auto engine = Engine::load(kAssets, folder.path());
  const Voice voice = make_voice(*engine, "slt", find_recordings("slt"));
  SpeakOptions options;
  options.pause_seconds = 0;
  for (const std::string text : {"Good morning.", "A somewhat longer sentence follows here."}) {
    double tokens = 0;
    const auto ids = engine->frontend().analyse(text, text::Mode::kEn).ids;
    for (const float one :
         engine->durations()->tokens(std::vector<int64_t>(ids.begin(), ids.end())))
      tokens += one * float(voice.slowness);
    SpeakReport report;
    const auto samples = collect(Synthesizer(engine), voice, text, options, &report);
    EXPECT_NEAR(double(report.sentences.front().tokens), tokens, 0.5 + 1e-6);
    EXPECT_EQ(std::ssize(samples), report.sentences.front().tokens * 2 * 320);
  }
}

TEST(SpreadText, OwnTokensComeInStepWithTheText) {
  const testing::TempDir folder;
  testing::write_tiny_base(folder.path(), 1, /*spread_text=*/true);
  const auto engine = Engine::load(kAssets, folder.path());
  const Recording recording = find_recordings("slt").front();
  const audio::Clip clip = audio::to_mono(recording.clip);
  const Heard heard = listen(*engine, clip.samples, clip.sample_rate);
  const int32_t blank = int32_t(engine->content_encoder().config().blank());
  const auto ids = engine->frontend().analyse("Good morning.", text::Mode::kEn).ids;
  const std::vector<uint16_t> places = align_to(heard, ids, blank);
  EXPECT_EQ(std::ssize(places), heard.logits.dim(1));
  EXPECT_EQ(places.size(), engine->sovits().extract_codes(heard.features).size());
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
  EXPECT_EQ(places.front(), 0);
  EXPECT_LT(places.back(), ids.size());
  const std::vector<int32_t> too_many(places.size() + 1, ids.front());
  EXPECT_TRUE(align_to(heard, too_many, blank).empty());
}

TEST(SpreadText, NeedsTheDurations) {
  const testing::TempDir folder;
  testing::write_tiny_base(folder.path(), 1, /*spread_text=*/true);
  std::filesystem::remove(folder.path() / "durations.safetensors");
  try {
    Engine::load(kAssets, folder.path());
    FAIL() << "loaded without durations";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("durations.safetensors"), std::string::npos);
  }
}

TEST(EngineLoad, NamesTheFileThatIsWrong) {
  testing::TempDir folder;
  testing::write_tiny_base(folder.path());
  const auto error_of = [&] {
    try {
      Engine::load(kAssets, folder.path());
      return std::string("loaded");
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(error_of(), "loaded");
  const std::string bytes = read_text(folder.path() / "t2s.safetensors");
  write_file(folder.path() / "t2s.safetensors",
             std::string_view(bytes).substr(0, bytes.size() / 2));
  EXPECT_NE(error_of().find("t2s.safetensors"), std::string::npos);
  write_file(folder.path() / "t2s.safetensors", std::string_view("<html>not found</html>"));
  EXPECT_NE(error_of().find("t2s.safetensors"), std::string::npos);
  std::filesystem::copy_file(folder.path() / "content.safetensors",
                             folder.path() / "t2s.safetensors",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(error_of().find("\"content\" network"), std::string::npos) << error_of();
  std::filesystem::remove(folder.path() / "t2s.safetensors");
  EXPECT_NE(error_of().find("t2s.safetensors"), std::string::npos);
}

}  // namespace
}  // namespace myna::voice
