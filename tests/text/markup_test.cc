// Inline markup: what it does to the phones, that it leaves ordinary text alone, and its errors.
#include "text/markup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/golden_support.h"

namespace myna::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Frontend& frontend() {
  static const Frontend instance(lexicon_dir());
  return instance;
}

std::vector<Segment> segments(std::string_view text, size_t piece = 1 << 20) {
  std::vector<Segment> out;
  auto reader = make_markup_reader(frontend(), [&](Segment s) { out.push_back(std::move(s)); });
  for (size_t at = 0; at < text.size(); at += piece) reader->feed(text.substr(at, piece));
  reader->finish();
  return out;
}

std::string plain_text(std::string_view text) {
  std::string out;
  for (const Segment& s : segments(text)) {
    EXPECT_EQ(s.kind, Segment::Kind::kText) << text;
    EXPECT_FALSE(s.span.pronunciation) << text;
    out += s.span.text;
  }
  return out;
}

std::string error_of(std::string_view text) {
  try {
    segments(text);
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidText);
    return error.what();
  }
}

/// Phones of the first sentence.
std::string phones(std::string_view text, Mode mode = Mode::kAuto) {
  const auto sentences = read_sentences(text, TextFormat::kMarkup, frontend());
  std::string out;
  for (const std::string& p : frontend().analyse(sentences.at(0), mode).phones)
    out += (out.empty() ? "" : " ") + p;
  return out;
}

TEST(Markup, PronunciationsInsideMandarin) {
  EXPECT_EQ(phones("银行"), "y in2 h ang2");
  EXPECT_EQ(phones("银<行|xing2>"), "y in2 x ing2");
  EXPECT_EQ(phones("<银行|yín xíng>"), "y in2 x ing2");
  // The rest of the word and sentence is read as without markup.
  EXPECT_EQ(phones("我在银<行|hang2>排队。"), phones("我在银行排队。"));
  // Neighbours change their tone by the reading given; the reading itself is not changed.
  EXPECT_EQ(phones("不<好|hao4>"), "b u2 h ao4");
  EXPECT_EQ(phones("你<好|hao3>"), "n i2 h ao3");
  EXPECT_EQ(phones("<你|ni3>好"), "n i3 h ao3");
}

TEST(Markup, PronunciationsBesideNumbers) {
  EXPECT_EQ(phones("2个<行|hang2>"), "l iang3 g e5 h ang2");
  EXPECT_EQ(phones("共100<行|hang2>代码"), phones("共100<行|hang2>代码"));
  const auto u = frontend().analyse(
      read_sentences("2<个|ge4>人", TextFormat::kMarkup, frontend()).at(0), Mode::kAuto);
  EXPECT_EQ(u.normalized, "两个人");  // the number still sees its measure word
  EXPECT_THAT(u.phones, testing::Contains("e4"));
}

TEST(Markup, PronunciationsInsideEnglish) {
  EXPECT_EQ(phones("I <read|R EH1 D> it."), "AY1 R EH1 D IH1 T .");
  EXPECT_EQ(phones("<Myna|M AY1 N AH0>'s song"), "M AY1 N AH0 Z S AO1 NG");
  EXPECT_EQ(phones("<C3PO|S IY1> is here"), "S IY1 IH1 Z HH IY1 R");
  EXPECT_EQ(phones("<New York|N UW1 Y AO1 R K>"), "N UW1 Y AO1 R K");
}

TEST(Markup, PronunciationsAcrossLanguages) {
  EXPECT_EQ(phones("我爱<NBA|en1 bi1 ei1>。"), "w o3 AA ai4 EE en1 b i1 EE ei1 .");
  EXPECT_EQ(phones("<王|W AA1 NG>先生"), "W AA1 NG x ian1 sh eng5");
}

TEST(Markup, BarePronunciations) {
  EXPECT_EQ(phones("[W AH1 N] day"), "W AH1 N D EY1");
  EXPECT_EQ(phones("他姓[xie4]。"), "t a1 x ing4 x ie4 .");
}

TEST(Markup, WordsTileThePhonesAndShowWhatIsGiven) {
  for (const char* text :
       {"银<行|xing2>很<远|yuan3>，see <Myna|M AY1 N AH0>'s 3 <NBA|en1 bi1 ei1>。",
        "<C3PO|S IY1><R2D2|AA1 R> and [W AH1 N]"}) {
    const auto sentence = read_sentences(text, TextFormat::kMarkup, frontend()).at(0);
    const Utterance u = frontend().analyse(sentence, Mode::kAuto);
    size_t at = 0, given = 0;
    for (const Word& w : u.words) {
      EXPECT_EQ(w.first_phone, at);
      at += w.phone_count;
      given += w.by_user;
      EXPECT_EQ(u.normalized.substr(w.begin, w.end - w.begin), w.text) << text;
    }
    EXPECT_EQ(at, u.phones.size());
    EXPECT_GE(given, 3u);
    std::string joined;
    for (const LanguageRun& r : u.runs) {
      joined += r.text;
      if (r.language != Language::kZh) continue;
      size_t sum = 0;
      for (int32_t n : r.word2ph) sum += static_cast<size_t>(n);
      EXPECT_EQ(sum, r.phone_count);
    }
    EXPECT_EQ(joined, sentence.text());
  }
}

TEST(Markup, PausesLanguagesAndRates) {
  const auto all = segments("One[pause 300ms]two [rate:0.8]slow [rate:2]er[/rate][/rate][pause]");
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[1].kind, Segment::Kind::kPause);
  EXPECT_DOUBLE_EQ(all[1].seconds, 0.3);
  EXPECT_DOUBLE_EQ(all[2].rate, 1);
  EXPECT_DOUBLE_EQ(all[3].rate, 0.8);
  EXPECT_DOUBLE_EQ(all[4].rate, 1.6);
  EXPECT_DOUBLE_EQ(all[5].seconds, 0.5);
  EXPECT_DOUBLE_EQ(segments("[pause 1.5s]")[0].seconds, 1.5);

  EXPECT_EQ(phones("[lang:en]3[/lang]"), "TH R IY1");
  EXPECT_EQ(phones("[lang:zh]3[/lang]"), "s an1");
  EXPECT_EQ(phones("第[lang:en]3[/lang]"), "d i4 TH R IY1");
}

TEST(Markup, OrdinaryBracketsAreText) {
  for (const char* text :
       {"See [1] and [sic].", "I <3 you > me", "a < b | c", "[B] [S] [T D]", "[a1] [fig2] [v2]",
        "[language] [pauses]", "[rate of change]", "x[i] = y[j]", "<br> <b>bold</b>", "[12:30]",
        "[Note: see below]", "an open [ bracket", "[]", "<>", "<|>", "【括号】《书》", "[A1] [OK]",
        "back\\slash C:\\new"}) {
    EXPECT_EQ(plain_text(text), text);
  }
}

TEST(Markup, BackslashEscapes) {
  EXPECT_EQ(plain_text("\\[pause 300ms\\] \\<a\\|b\\> \\\\"), "[pause 300ms] <a|b> \\");
}

TEST(Markup, ErrorsNameThePlaceAndTheRemedy) {
  struct Row {
    const char* text;
    std::vector<const char*> says;
  };
  const Row rows[] = {
      {"ok\nsay [pause soon]", {"line 2, column 5", "[pause soon]", "[pause 300ms]"}},
      {"[pause 5]", {"column 1", "[pause 300ms]"}},
      {"[pause 90s]", {"60 seconds"}},
      {"你好[pause 300ms", {"line 1, column 3", "not closed"}},
      {"[pause 1s\n]", {"not closed"}},
      {"a [lang:en]b", {"column 3", "[/lang]"}},
      {"a[/lang]", {"column 2", "closes nothing"}},
      {"[lang:en]a[/rate]", {"[/lang]", "line 1, column 1"}},
      {"[lang:xx]a[/lang]", {"[lang:zh]"}},
      {"[rate:9]a[/rate]", {"between 0.5 and 2"}},
      {"[b]bold[/b]", {"column 8", "unknown markup", "[pause 300ms]"}},
      {"[break 1s]", {"unknown markup"}},
      {"[langauge:en]x", {"unknown markup"}},
      {"<行|hagn2>", {"column 1", "'hagn2'", "hang2"}},
      {"<行|>", {"empty"}},
      {"<银行|hang2>", {"2 characters", "1 syllables"}},
      {"<read|R EH D>", {"'EH'", "stress"}},
      {"<行|hang2 很长", {"not closed", ">"}},
      {"[HH AH0 LL OW1]", {"'LL'", "ARPAbet"}},
  };
  for (const Row& row : rows) {
    const std::string error = error_of(row.text);
    for (const char* part : row.says) EXPECT_THAT(error, HasSubstr(part)) << row.text;
  }
}

TEST(Markup, PiecesGiveTheSameAsTheWhole) {
  const std::string text =
      "银<行|xing2>很远，[pause 300ms]see \\[1] [lang:en]3 days[/lang]. I <3 you [W AH1 N] 😀。";
  const auto flat = [](const std::vector<Segment>& all) {
    std::string out;
    for (const Segment& s : all) {
      if (s.kind == Segment::Kind::kPause) out += "|pause|";
      if (s.span.pronunciation) out += "|";
      out += s.span.text;
      if (s.span.pronunciation) out += "=" + s.span.pronunciation->units[0] + "|";
    }
    return out;
  };
  for (size_t piece : {1, 2, 3, 5, 7}) EXPECT_EQ(flat(segments(text, piece)), flat(segments(text)));
}

TEST(Markup, NamesTheOffsetOfABadByte) {
  EXPECT_THAT(error_of("ab\xff"), HasSubstr("byte 2"));
  EXPECT_THAT(error_of("ab\xe4\xbd"), HasSubstr("byte 2"));
}

}  // namespace
}  // namespace myna::text
