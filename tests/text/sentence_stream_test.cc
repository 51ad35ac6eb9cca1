// From text to sentences: pauses, rates and languages keep their place, and a stream gives what the
// whole text gives.
#include "text/sentence_stream.h"

#include <gtest/gtest.h>

#include "text/golden_support.h"
#include "text/text_reader.h"

namespace myna::text {
namespace {

const Frontend& frontend() {
  static const Frontend instance(lexicon_dir());
  return instance;
}

/// Sentences in one line each: rate, then spans with their pronunciation or language.
std::string flat(const Sentence& sentence) {
  if (sentence.is_pause()) return "pause " + std::to_string(sentence.pause_seconds).substr(0, 4);
  std::string out = sentence.rate == 1 ? "" : std::to_string(sentence.rate).substr(0, 3) + " ";
  for (const Span& span : sentence.spans) {
    if (span.language) out += "(" + std::string(language_code(*span.language)) + ")";
    out += span.text;
    if (span.pronunciation) out += "=" + span.pronunciation->units[0] + ";";
  }
  return out;
}

std::vector<std::string> read(std::string_view text, size_t piece = 1 << 20,
                              const UserLexicons& lexicons = {}) {
  SentenceReader reader(TextFormat::kAuto, frontend(), lexicons);
  std::vector<std::string> out;
  const auto collect = [&] {
    while (auto sentence = reader.next()) out.push_back(flat(*sentence));
  };
  for (size_t at = 0; at < text.size(); at += piece) {
    reader.feed(text.substr(at, piece));
    collect();
  }
  reader.finish();
  collect();
  return out;
}

using Lines = std::vector<std::string>;

TEST(SentenceStream, PausesAndRatesSplitSentences) {
  EXPECT_EQ(read("One two[pause 300ms] three. Four."),
            (Lines{"One two", "pause 0.30", "three.", "Four."}));
  EXPECT_EQ(read("Quick [rate:0.5]slow one. Slow two.[/rate] Quick."),
            (Lines{"Quick", "0.5 slow one.", "0.5 Slow two.", "Quick."}));
  EXPECT_EQ(read("[pause 1s][pause 1s]你好"), (Lines{"pause 1.00", "pause 1.00", "你好"}));
}

TEST(SentenceStream, SpansKeepTheirPlaceAcrossSentences) {
  EXPECT_EQ(read("你好。银<行|hang2>很远。 走吧。"),
            (Lines{"你好。", "银行=hang2;很远。", "走吧。"}));
  EXPECT_EQ(read("[lang:en]One two. Three four.[/lang]好的。"),
            (Lines{"(en)One two.", "(en)Three four.", "好的。"}));
  // Marks inside a pronounced word end nothing.
  EXPECT_EQ(read("See <U.S. Gov. No|Y UW1> now."), (Lines{"See U.S. Gov. No=Y; now."}));
}

TEST(SentenceStream, LexiconsReachIntoSentences) {
  const UserLexicons lexicons = {UserLexicon::parse("行\thang2\n", "x", frontend())};
  EXPECT_EQ(read("行。<行|xing2>吧。", 1 << 20, lexicons), (Lines{"行=hang2;。行=xing2;吧。"}));
}

TEST(SentenceStream, AStreamGivesWhatTheWholeGives) {
  const std::string text =
      "第一句说完了。他说：“走吧。快点！”然后，[pause 300ms]银<行|xing2>很远。\n\n嗯。\n"
      "[lang:en]In 1999 he left at 5 p.m. and came back.[/lang] I <3 you [sic]. <read|R EH1 D> it\n"
      "[rate:0.8]Slowly now. And again\\[1\\][/rate] 最后一句";
  const Lines whole = read(text);
  EXPECT_GE(whole.size(), 9u);
  for (size_t piece : {1, 2, 5, 11}) EXPECT_EQ(read(text, piece), whole) << piece;
  const std::string ssml =
      "<speak><p>One here. Two <break time=\"1s\"/>there.</p><p>银<phoneme "
      "ph=\"xing2\">行</phoneme>"
      "很远。<prosody rate=\"80%\">Slow.</prosody></p></speak>";
  const Lines spoken = read(ssml);
  EXPECT_EQ(spoken,
            (Lines{"One here.", "Two", "pause 1.00", "there.", "银行=xing2;很远。", "0.8 Slow."}));
  for (size_t piece : {1, 3, 10}) EXPECT_EQ(read(ssml, piece), spoken) << piece;
}

TEST(SentenceStream, SentencesComeAsSoonAsTheyAreComplete) {
  SentenceReader reader(TextFormat::kAuto, frontend());
  reader.feed("The first line is here.\n");
  ASSERT_TRUE(reader.next());
  reader.feed("And a second sentence. Then");
  const auto second = reader.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->text(), "And a second sentence.");
  EXPECT_FALSE(reader.next());
  reader.feed(" this[pause 1s]");
  EXPECT_EQ(reader.next()->text(), "Then this");
  EXPECT_TRUE(reader.next()->is_pause());
}

TEST(SentenceStream, LargeTextsStayFast) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "这是一句很普通的话，后面还有一点。";
  text += std::string(200000, '[') + std::string(200000, '"') + std::string(200000, '<');
  EXPECT_GT(read(text).size(), 20000u);
}

}  // namespace
}  // namespace myna::text
