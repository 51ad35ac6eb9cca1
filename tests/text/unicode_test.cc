// Classes of characters, normal forms and regular expressions.
#include "text/unicode.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "text/regex.h"

namespace myna::text {
namespace {

TEST(Unicode, ClassesOfCharacters) {
  EXPECT_TRUE(is_latin(U'é') && is_latin(U'Ａ') && is_latin(U'ﬁ'));
  EXPECT_FALSE(is_latin(U'я') || is_latin(U'×') || is_latin(U'中'));
  EXPECT_TRUE(is_digit(U'٣') && is_digit(U'４'));
  EXPECT_FALSE(is_digit(U'²') || is_digit(U'三'));
  EXPECT_TRUE(is_any_digit(U'²') && is_any_digit(U'①') && is_any_digit(U'7'));
  EXPECT_FALSE(is_any_digit(U'½') || is_any_digit(U'三'));
  EXPECT_TRUE(is_numeric(U'三') && is_numeric(U'½') && is_numeric(U'Ⅷ') && is_numeric(U'萬'));
  EXPECT_TRUE(is_letter(U'\u0301') && is_letter(U'あ'));
  EXPECT_FALSE(is_letter(U'½'));
  EXPECT_TRUE(is_letter_or_number(U'½'));
  EXPECT_FALSE(is_letter_or_number(U'\u0301') || is_letter_or_number(U'。'));
  EXPECT_TRUE(is_small(U'é') && is_small(U'ǅ') && is_small(U'ⅷ') && is_small(U'ß'));
  EXPECT_FALSE(is_small(U'É') || is_small(U'Ⅷ') || is_small(U'中') || is_small(U'7'));
  EXPECT_TRUE(is_space(U'\u3000') && is_space(U'\u2028') && !is_space(U'\u200B'));
}

TEST(Unicode, DigitsOfEveryScriptHaveAPlainOne) {
  EXPECT_EQ(plain_digit(U'٠'), U'0');
  EXPECT_EQ(plain_digit(U'९'), U'9');
  EXPECT_EQ(plain_digit(U'\U0001D7DA'), U'2');  // the digits of five alphabets in a row
  EXPECT_EQ(plain_digit(U'²'), U'²');
}

TEST(Unicode, NormalForms) {
  EXPECT_EQ(decompose(U"é각"), U"e\u0301\u1100\u1161\u11A8");
  EXPECT_EQ(decompose(U"a\u0301\u0323"), U"a\u0323\u0301");  // marks in their order
  EXPECT_EQ(strip_marks(U"naïve Ångström"), U"naive Angstrom");
  EXPECT_EQ(compatibility_compose(U"ｶﾞＡ１ﬁ㎏e\u0301"), U"ガA1fikgé");
  EXPECT_EQ(compatibility_compose(std::u32string(40, U'\uFDFA')).size(), 40U * 18);
  EXPECT_EQ(compatibility_compose(U""), U"");
  EXPECT_EQ(lower_case(U'İ'), U"i\u0307");
  EXPECT_EQ(lower_case(U'Σ'), U"σ");
}

TEST(RegexTest, WordsAreLettersMarksAndDigits) {
  EXPECT_EQ(Regex(u"\\w+").replace(u"5m² é\u0301_x", u"W"), u"W² W");
  EXPECT_EQ(Regex(u"[\\w-]+").replace(u"a-b c", u"W"), u"W W");
  EXPECT_EQ(Regex(u"m\\b").replace(u"5m² m m2 中m m中", u"M"), u"5M² M m2 中M m中");
  EXPECT_EQ(Regex(u"\\bm").replace(u"m 5m ²m 中m", u"M"), u"M 5m ²M 中m");
}

TEST(RegexTest, FindsAllMatchesAndEmptyOnes) {
  std::u16string seen;
  const std::u16string text = u"1x2";  // the matches look into it
  for (const Match& m : Regex(u"(\\d)(x)?").find_all(text))
    seen += m.group(1) + (m.has(2) ? u"+" : u"-");
  EXPECT_EQ(seen, u"1+2-");
  EXPECT_EQ(Regex(u"(?<=[a-z])(?=\\d)").replace(u"a1b2", u" "), u"a 1b 2");
  EXPECT_EQ(Regex(u"x*").replace(u"ax😀", u"."), u".a..😀.");
}

TEST(RegexTest, SearchesFromAPlaceAndMatchesWhole) {
  Match match;
  ASSERT_TRUE(Regex(u"(?<=a)b").search(u"abab", &match, 2));
  EXPECT_EQ(match.begin(), 3);
  EXPECT_TRUE(Regex(u"a|ab").full_match(u"ab"));
  EXPECT_FALSE(Regex(u"a").full_match(u"ab"));
  EXPECT_TRUE(Regex(u"STRASSE|é", true).search(u"É"));
}

TEST(RegexTest, LongTextNeedsNoStack) {
  const std::u16string text(1 << 18, u'a');
  EXPECT_EQ(Regex(u"^(?:a|b)*c").replace(text, u""), text);
  EXPECT_EQ(Regex(u"(?:(a)|b)+").replace(text, u"x"), u"x");
}

TEST(RegexTest, BadPatternsAreNamed) {
  try {
    Regex(u"a(b");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInternal);
    EXPECT_NE(std::string(error.what()).find("a(b"), std::string::npos);
  }
}

}  // namespace
}  // namespace myna::text
