// The SSML subset: what each element does, and errors with their line.
#include "text/ssml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/golden_support.h"

namespace myna::text {
namespace {

using testing::HasSubstr;

const Frontend& frontend() {
  static const Frontend instance(lexicon_dir());
  return instance;
}

std::vector<Sentence> sentences(const std::string& body,
                                std::vector<std::string>* notes = nullptr) {
  return read_sentences("<speak>" + body + "</speak>", TextFormat::kAuto, frontend(), {}, notes);
}

/// What is spoken, sentences parted by a bar, pauses by their length.
std::string spoken(const std::string& body) {
  std::string out;
  for (const Sentence& s : sentences(body)) {
    if (!out.empty()) out += " | ";
    if (s.is_pause()) {
      out += std::to_string(int(s.pause_seconds * 1000 + 0.5)) + "ms";
    } else {
      out += frontend().analyse(s, Mode::kAuto).normalized;
    }
  }
  return out;
}

std::string phones(const std::string& body) {
  std::string out;
  for (const std::string& p : frontend().analyse(sentences(body).at(0), Mode::kAuto).phones)
    out += (out.empty() ? "" : " ") + p;
  return out;
}

std::string error_of(const std::string& document) {
  try {
    read_sentences(document, TextFormat::kSsml, frontend());
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidText);
    return error.what();
  }
}

TEST(Ssml, ParagraphsSentencesAndBreaks) {
  EXPECT_EQ(spoken("<p>First one. Second one.</p><p><s>Third, without a stop</s><s>Fourth</s></p>"),
            "First one. | Second one. | Third, without a stop | Fourth");
  EXPECT_EQ(spoken("One<break time=\"300ms\"/>two <break time='1.5s'/> three"),
            "One | 300ms | two | 1500ms | three");
  EXPECT_EQ(spoken("One<break strength=\"none\"/> more<break/>"), "One more | 350ms");
  EXPECT_EQ(spoken("Line\nbreaks  are\n\nblanks here"), "Line breaks are blanks here");
}

TEST(Ssml, SayAsEnglish) {
  EXPECT_EQ(spoken("It is <say-as interpret-as=\"cardinal\">1,234</say-as> now"),
            "It is one thousand two hundred thirty four now");
  EXPECT_EQ(spoken("The <say-as interpret-as=\"ordinal\">21</say-as> one"), "The twenty first one");
  EXPECT_EQ(spoken("On <say-as interpret-as=\"date\" format=\"dmy\">3/4/2020</say-as> then"),
            "On April third, twenty twenty then");
  EXPECT_EQ(spoken("Call <say-as interpret-as=\"telephone\">555-12</say-as> now"),
            "Call five five five, one two now");
  EXPECT_EQ(phones("Say <say-as interpret-as=\"characters\">BA2</say-as> now"),
            "S EY1 B IY1 EY1 T UW1 N AW1");
}

TEST(Ssml, SayAsMandarin) {
  EXPECT_EQ(spoken("共<say-as interpret-as=\"cardinal\">110</say-as>人"), "共一百一十人");
  EXPECT_EQ(spoken("第一，<say-as interpret-as=\"ordinal\">3</say-as>名"), "第一,第三名");
  EXPECT_EQ(spoken("在<say-as interpret-as=\"date\">2024-05-01</say-as>来"),
            "在二零二四年五月一日来");
  EXPECT_EQ(spoken("拨<say-as interpret-as=\"telephone\">10086</say-as>吧"), "拨幺零零八六吧");
  EXPECT_EQ(spoken("号码<say-as interpret-as=\"spell-out\">110</say-as>吧"), "号码一一零吧");
}

std::string say_as(const char* kind, const char* text) {
  return std::string("<say-as interpret-as=\"") + kind + "\">" + text + "</say-as>";
}

TEST(Ssml, SayAsJapanese) {
  EXPECT_EQ(spoken("全部で" + say_as("cardinal", "11,110") + "人です"), "全部で一万千百十人です");
  EXPECT_EQ(spoken("気温は" + say_as("cardinal", "-5") + "度です"), "気温はマイナス五度です");
  EXPECT_EQ(spoken("これは" + say_as("ordinal", "21") + "の人"), "これは第二十一の人");
  EXPECT_EQ(spoken("これは" + say_as("date", "2024-05-01") + "です"), "これは2024年5月1日です");
  EXPECT_EQ(spoken("電話は" + say_as("telephone", "03-1234") + "です"),
            "電話はゼロサン、イチニーサンヨンです");
  EXPECT_EQ(spoken("これは" + say_as("characters", "0_9") + "です"),
            "これはゼロアンダーバーキューです");
  EXPECT_EQ(spoken("<lang xml:lang=\"ja\">" + say_as("cardinal", "0") + "</lang>"), "ゼロ");
}

TEST(Ssml, SayAsKorean) {
  EXPECT_EQ(spoken("모두 " + say_as("cardinal", "110") + "명"), "모두 백십명");
  EXPECT_EQ(spoken(say_as("ordinal", "1") + " 사람과 " + say_as("ordinal", "21") + " 사람"),
            "첫 번째 사람과 스물한 번째 사람");
  EXPECT_EQ(spoken("오늘은 " + say_as("date", "2024-06-01")), "오늘은 이천이십사년 유월 일일");
  EXPECT_EQ(spoken("전화는 " + say_as("telephone", "010-123") + "입니다"),
            "전화는 공일공, 일이삼입니다");
  EXPECT_EQ(spoken("번호는 " + say_as("digits", "10") + "입니다"), "번호는 일영입니다");
}

TEST(Ssml, SayAsCantonese) {
  const auto cantonese = [](const std::string& body) {
    return spoken("<lang xml:lang=\"yue\">" + body + "</lang>");
  };
  EXPECT_EQ(cantonese("一共" + say_as("cardinal", "110") + "個人"), "一共一百一十個人");
  EXPECT_EQ(cantonese("打" + say_as("telephone", "110")), "打一一零");
}

TEST(Ssml, PhonemesOfEveryLanguage) {
  EXPECT_EQ(phones("<lang xml:lang=\"yue\"><phoneme ph=\"hang4\">行</phoneme></lang>"), "Yh Yang4");
  EXPECT_EQ(phones("<phoneme alphabet=\"hangul\" ph=\"갑씨\">값이</phoneme>"), "ㄱ ㅏ ㅂ ㅆ ㅣ");
  EXPECT_EQ(phones("<phoneme alphabet=\"kana\" ph=\"は'し\">箸</phoneme>"), "h a ] sh i");
  EXPECT_THAT(error_of("<speak><phoneme alphabet=\"kana\" ph=\"hang2\">行</phoneme></speak>"),
              HasSubstr("is not kana"));
}

TEST(Ssml, PhonemesSubstitutesLanguagesRates) {
  EXPECT_EQ(phones("银<phoneme alphabet=\"x-pinyin\" ph=\"xing2\">行</phoneme>"), "y in2 x ing2");
  EXPECT_EQ(phones("I <phoneme alphabet=\"arpabet\" ph=\"R EH1 D\">read</phoneme>"), "AY1 R EH1 D");
  EXPECT_EQ(spoken("<sub alias=\"World Wide Web\">WWW</sub> here"), "World Wide Web here");
  EXPECT_EQ(phones("<lang xml:lang=\"en-GB\">3</lang>"), "TH R IY1");
  const auto all = sentences(
      "Normal. <prosody rate=\"80%\">Slow. <prosody rate=\"slow\">Slower."
      "</prosody></prosody> <prosody rate=\"+10%\">Fast.</prosody>");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_DOUBLE_EQ(all[0].rate, 1);
  EXPECT_DOUBLE_EQ(all[1].rate, 0.8);
  EXPECT_DOUBLE_EQ(all[2].rate, 0.6);
  EXPECT_DOUBLE_EQ(all[3].rate, 1.1);
}

TEST(Ssml, WhatIsNotDoneIsNoted) {
  std::vector<std::string> notes;
  sentences("<emphasis>Hear</emphasis> <prosody pitch=\"high\">this</prosody>", &notes);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_THAT(notes[0], HasSubstr("<emphasis>"));
  EXPECT_THAT(notes[1], HasSubstr("pitch"));
}

TEST(Ssml, StartsByItself) {
  const auto with_prolog = read_sentences(
      "\n<?xml version=\"1.0\"?><speak version=\"1.1\" xml:lang=\"zh-CN\">你好</speak>",
      TextFormat::kAuto, frontend());
  EXPECT_EQ(with_prolog.at(0).text(), "你好");
  const auto text = read_sentences("<speaker> is no SSML", TextFormat::kAuto, frontend());
  EXPECT_EQ(text.at(0).text(), "<speaker> is no SSML");
}

TEST(Ssml, ErrorsNameTheLine) {
  struct Row {
    const char* document;
    std::vector<const char*> says;
  };
  const Row rows[] = {
      {"<speak>\n<p>open</speak>", {"line 2", "tags"}},
      {"<speak>a & b</speak>", {"line 1", "&amp;"}},
      {"<speak>&nbsp;</speak>", {"&amp;"}},
      {"<speak>open", {"</speak>"}},
      {"<p>no speak</p>", {"<speak>"}},
      {"<speak>\n\n<shout>x</shout></speak>", {"line 3", "<shout>", "phoneme"}},
      {"<speak><break time=\"soon\"/></speak>", {"'soon'", "300ms"}},
      {"<speak><break time=\"90s\"/></speak>", {"60 seconds"}},
      {"<speak><say-as interpret-as=\"poem\">x</say-as></speak>", {"poem", "cardinal"}},
      {"<speak>\n<say-as interpret-as=\"cardinal\">x</say-as></speak>", {"line 2", "not a number"}},
      {"<speak><say-as>1</say-as></speak>", {"interpret-as"}},
      {"<speak><phoneme alphabet=\"ipa\" ph=\"x\">x</phoneme></speak>", {"ipa", "arpabet"}},
      {"<speak><phoneme alphabet=\"pinyin\" ph=\"hagn2\">行</phoneme></speak>", {"'hagn2'"}},
      {"<speak><phoneme alphabet=\"pinyin\" ph=\"W AH1\">x</phoneme></speak>", {"not pinyin"}},
      {"<speak><lang xml:lang=\"tlh\">x</lang></speak>", {"tlh", "zh"}},
      {"<speak><prosody rate=\"900%\">x</prosody></speak>", {"900%", "80%"}},
      {"<!DOCTYPE speak [<!ENTITY a \"b\">]><speak>&a;</speak>", {"DOCTYPE"}},
  };
  for (const Row& row : rows) {
    const std::string error = error_of(row.document);
    for (const char* part : row.says) EXPECT_THAT(error, HasSubstr(part)) << row.document;
  }
}

TEST(Ssml, DepthIsLimited) {
  std::string deep = "<speak>";
  for (int i = 0; i < 100000; ++i) deep += "<p>";
  EXPECT_THAT(error_of(deep), HasSubstr("64 levels"));
}

}  // namespace
}  // namespace myna::text
