// How sentences are read in default mode: hard cases of both languages with the right reading.
#include <gtest/gtest.h>

#include "text/frontend.h"
#include "text/zh/numbers.h"

namespace myna::text {
namespace {

const Frontend& frontend() {
  static const Frontend instance(std::filesystem::path(MYNA_SOURCE_DIR) / "assets/lexicons");
  return instance;
}

std::string normalized(const char* text) {
  return frontend().analyse(text, Mode::kAuto).normalized;
}

std::string phones(const char* text) {
  std::string out;
  for (const std::string& p : frontend().analyse(text, Mode::kAuto).phones)
    out += (out.empty() ? "" : " ") + p;
  return out;
}

struct Case {
  const char *text, *wanted;
};

TEST(MandarinNumbers, WhatIsNoDigitIsIgnored) {
  EXPECT_EQ(zh::cardinal(u"1.2"), u"十二");
  EXPECT_EQ(zh::cardinal(u"\u0663"), u"");  // a digit, but not of ASCII
  EXPECT_EQ(zh::digit_by_digit(u"1-2"), u"一二");
}

// What was read once stays: a hyphen that is left between numbers is a pause and no range.
TEST(Reading, NumbersInWordsStay) {
  for (const char* text : {"-5-5銀行", "3-2。", "4-,o6个", "8N-k千天", "65--一号", "12-34-56。"}) {
    const std::string once = frontend().analyse(text, Mode::kZh).normalized;
    EXPECT_EQ(frontend().analyse(once, Mode::kZh).normalized, once) << text;
  }
}

// Digits that letters of another language touch belong to a name.
TEST(Reading, NumbersBesideLettersAreNames) {
  const auto mandarin = [](const char* text) {
    return frontend().analyse(text, Mode::kZh).normalized;
  };
  EXPECT_EQ(mandarin("乘CA1501去"), "乘 CA幺五零幺去");
  EXPECT_EQ(mandarin("新冠COVID-19疫情"), "新冠 COVID十九疫情");
  EXPECT_EQ(mandarin("TOP100榜单"), "TOP一百榜单");
  EXPECT_EQ(mandarin("2024H1的营收"), "二零二四 H一的营收");
  EXPECT_EQ(mandarin("粤B·12345的车"), "粤 B幺二三四五的车");
}

TEST(Reading, DigitsOfEveryScriptAreRead) {
  EXPECT_EQ(normalized("room \u0664\u0662, b\u096A"), "room forty two, b four");
  EXPECT_EQ(normalized("一共\u0663个"), "一共三个");
}

TEST(Reading, MandarinNumbersAndSigns) {
  static constexpr Case kCases[] = {
      {"今年是2024年，他1998年出生。", "今年是二零二四年,他一九九八年出生."},
      {"共100人，3.5万，1,234元。", "共一百人,三点五万,一千二百三十四元."},
      {"20℃，-5℃，10~20℃。", "二十摄氏度,零下五摄氏度,十到二十摄氏度."},
      {"会议是14:00-16:30。", "会议是十四点至十六点半."},
      {"比分是2-1，也就是2:1。", "比分是二比一,也就是二比一."},
      {"手机13912345678。", "手机幺三九,幺二三四,五六七八."},
      {"3-5天下5mm的雨。", "三到五天下五毫米的雨."},
      {"50%-60%的1/3。", "百分之五十到百分之六十的三分之一."},
      {"1+1=2，5×3。", "一加一等于二,五乘三."},
      {"2个，12个，2000米，200元，2月2日。", "两个,十二个,两千米,二百元,二月二日."},
      {"价格从￥99降到$15。", "价格从九十九元降到十五美元."},
      {"90后，80年代。", "九零后,八十年代."},
      {"速度120km/h，面积50m²。", "速度一百二十千米每小时,面积五十平方米."},
      {"拨打110，房间号302。", "拨打幺幺零,房间号三零二."},
      {"π≈3.14。", "派约等于三点一四."}};
  for (const Case& c : kCases) EXPECT_EQ(normalized(c.text), c.wanted) << c.text;
}

TEST(Reading, MandarinTones) {
  static constexpr Case kCases[] = {{"十一个人", "sh ir2 y i1 g e5 r en2"},
                                    {"一月一日", "y i1 y ve4 y i1 r ir4"},
                                    {"看一看", "k an4 y i5 k an4"},
                                    {"目的地", "m u4 d i4 d i4"},
                                    {"以上", "y i3 sh ang4"},
                                    {"银行行长", "y in2 h ang2 h ang2 zh ang3"},
                                    {"一只鸟", "y i4 zh ir1 n iao3"},
                                    {"很长", "h en3 ch ang2"},
                                    {"取得", "q v3 d e2"},
                                    {"男子", "n an2 z i03"},
                                    {"爸爸妈妈", "b a4 b a5 m a1 m a5"},
                                    {"试试", "sh ir4 sh ir5"},
                                    {"展览馆", "zh an2 l an2 g uan3"},
                                    {"对不起", "d ui4 b u5 q i3"},
                                    {"女儿", "n v3 EE er2"},
                                    {"一会儿", "y i2 h ui4 EE er4"}};
  for (const Case& c : kCases) EXPECT_EQ(phones(c.text), c.wanted) << c.text;
}

TEST(Reading, EnglishNumbersAndSigns) {
  static constexpr Case kCases[] = {
      {"The 3rd of May, 1999, was nice.", "the third of May, nineteen ninety nine, was nice."},
      {"on 2024-05-12 at 8:05", "on May twelfth, twenty twenty four at eight oh five"},
      {"It cost $5, $1,234.56, £3.50 and $2.5 billion.",
       "It cost five dollars, one thousand two hundred thirty four dollars and fifty six cents, "
       "three "
       "pounds and fifty pence and two point five billion dollars."},
      {"$0.99 each", "ninety nine cents each"},
      {"He runs 90km/h at -5°C.",
       "He runs ninety kilometers per hour at minus five degrees Celsius."},
      {"50% of 1/2, 2 1/2 hours, 10-15 people",
       "fifty percent of one half, two and a half hours, ten to fifteen people"},
      {"the 1990s and the '80s", "the nineteen nineties and the eighties"},
      {"1,000,000 and 007", "one million and zero zero seven"},
      {"Henry VIII, Chapter IV", "Henry the eighth, Chapter four"},
      {"Room 302, Call 911", "Room three oh two, Call nine one one"},
      {"C++, C# and v2.3.4", "C plus plus, C sharp and v two point three point four"},
      {"Dr. Smith lives on Main St.", "Doctor Smith lives on Main Street."},
      {"Come at 7 p.m.", "Come at seven P M."},
      {"pears, etc.?", "pears, et cetera?"},
      {"mail a.b@c.org", "mail a dot b at c dot org"},
      {"Café in Łódź", "Cafe in Lodz"}};
  for (const Case& c : kCases) EXPECT_EQ(normalized(c.text), c.wanted) << c.text;
}

TEST(Reading, EnglishWords) {
  static constexpr Case kCases[] = {{"a record", "AH0 R EH1 K ER0 D"},
                                    {"to record", "T UW1 R AH0 K AO1 R D"},
                                    {"I have read it", "AY1 HH AE1 V R EH1 D IH1 T"},
                                    {"please read it", "P L IY1 Z R IY1 D IH1 T"},
                                    {"we live here", "W IY1 L IH1 V HH IY1 R"},
                                    {"a live show", "AH0 L AY1 V SH OW1"},
                                    {"to use", "T UW1 Y UW1 Z"},
                                    {"the apple", "DH IY0 AE1 P AH0 L"},
                                    {"GPT", "JH IY1 P IY1 T IY1"},
                                    {"NASA", "N AE1 S AH0"},
                                    {"iPhone", "AY1 F OW2 N"},
                                    {"restarts", "R IY0 S T AA1 R T S"}};
  for (const Case& c : kCases) EXPECT_EQ(phones(c.text), c.wanted) << c.text;
}

TEST(Reading, UnknownWordsAreSpelledWithoutLetterToSound) {
  EXPECT_EQ(phones("snorf"), "EH1 S EH1 N OW1 AA1 R EH1 F");
}

}  // namespace
}  // namespace myna::text
