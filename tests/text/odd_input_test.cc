// What people never mean to type, in the modes of the east: nothing crashes or hangs, and what
// cannot be read is told.
#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.h"
#include "text/golden_support.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

constexpr Mode kModes[] = {Mode::kJa, Mode::kKo, Mode::kYue, Mode::kAuto, Mode::kAutoYue};

const Frontend& frontend() {
  static const Frontend instance(lexicon_dir());
  return instance;
}

bool notes_hold(const Utterance& u, const std::string& wanted) {
  return std::any_of(u.notes.begin(), u.notes.end(), [&](const std::string& note) {
    return note.find(wanted) != std::string::npos;
  });
}

/// Reads `text` in every mode; errors may only say that there is nothing to say.
void read_everywhere(const std::string& text) {
  for (const Mode mode : kModes) {
    try {
      const Utterance u = frontend().analyse(text, mode);
      EXPECT_EQ(u.phones.size(), u.ids.size()) << text;
      std::string runs;
      for (const LanguageRun& run : u.runs) runs += run.text;
      EXPECT_FALSE(runs.empty()) << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidText) << text;
    }
  }
}

TEST(OddInput, IsHarmlessInEveryMode) {
  for (const char* text : {"これは مرحبا です שלום",
                           "안녕 مرحبا 하세요",
                           "你好 مرحبا 香港",
                           "あ\x01\x02い",
                           "\u3099\u309A か\u3099 ﾞﾟ ｶﾞ",
                           "々 ゝ ゞ 〻 ヽヾ 人々々 〃",
                           "㗎 𨋢 𠮷野家 𠀀 𪜶",
                           "大韓民國 𠀀 漢字",
                           "\u1112\u119E\u11AB\u1100\u1173\u11AF ㅿ ㆍ ㆆ",
                           "ㄱ ㅏ ㅋㅋㅋ ㅠㅠ \u1100 \u1161 \u11A8 ﾡ ￂ",
                           "我喜欢寿司です hello 今日は, let us go 吧",
                           "안녕 hello 你好 세계",
                           "「」『』（）。、",
                           "😀🇯🇵",
                           "Ⅲ ⅻ Ⅿ ① ㈱ ㍻ ㎏ ½ ² ⁄",
                           "٣٤٥個",
                           "สวัสดี です привет",
                           "1/2/3/4/",
                           "3-3-3-3-",
                           "01の01の01の",
                           "〇〇〇",
                           "(歷史)(歷史",
                           "5~~~~5개",
                           "제제2제3",
                           "몇 못 못 이 몇 와",
                           "下 下下",
                           "(水)",
                           "公里里面只"}) {
    read_everywhere(text);
  }
}

TEST(OddInput, WhatCannotBeReadIsTold) {
  EXPECT_TRUE(notes_hold(frontend().analyse("これは مرحبا です", Mode::kJa), "مرحبا"));
  EXPECT_TRUE(notes_hold(frontend().analyse("안녕 مرحبا 하세요", Mode::kKo), "مرحبا"));
  EXPECT_TRUE(notes_hold(frontend().analyse("你好 مرحبا 香港", Mode::kYue), "مرحبا"));
  EXPECT_TRUE(notes_hold(frontend().analyse("漢字 𠀀", Mode::kKo), "𠀀"));
  EXPECT_TRUE(notes_hold(frontend().analyse("𠀀好", Mode::kYue), "𠀀"));
}

TEST(OddInput, LettersThatChineseAndEnglishDropAreTold) {
  const auto notes_of = [](const char* text, Mode mode) {
    const Utterance u = frontend().analyse(text, mode);
    return u.notes;
  };
  using testing::Contains;
  EXPECT_THAT(notes_of("你好Ж世界", Mode::kZh), Contains("no reading for Ж"));
  EXPECT_THAT(notes_of("你好𠀀世界", Mode::kZh), Contains("no reading for 𠀀"));
  EXPECT_THAT(notes_of("Привет, hello", Mode::kAuto), Contains("no reading for Привет"));
  EXPECT_THAT(notes_of("hello 你好", Mode::kEn), Contains("no reading for 你好"));
  EXPECT_TRUE(notes_of("α粒子和café、〇", Mode::kAuto).empty());
  EXPECT_TRUE(notes_of("the α-helix", Mode::kEn).empty());
  std::string many = "hello";
  for (int i = 0; i < 50; ++i) many += "ж";
  EXPECT_THAT(notes_of(many.c_str(), Mode::kEn),
              Contains(testing::EndsWith("жж and 10 more characters")));
}

TEST(OddInput, LongLinesEnd) {
  for (const char* unit : {"1", "〇", "二〇", "1の", "01の", "ア", "か゛", "5~", "3-2で", "ㅋ",
                           "못 ", "(歷", "역", "下", "々", "年"}) {
    std::string text;
    while (text.size() < 10'000) text += unit;
    read_everywhere(text + "あ한好");
  }
}

}  // namespace
}  // namespace myna::text
