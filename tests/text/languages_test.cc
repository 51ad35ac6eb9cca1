// Languages in default mode: how runs are found, Cantonese and Korean readings, the user's control
// over them, and what holds for every text of five languages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "base/error.h"
#include "text/frontend.h"
#include "text/golden_support.h"
#include "text/language_runs.h"
#include "text/segmentation.h"
#include "text/text_reader.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

using testing::HasSubstr;

const Frontend& frontend() {
  static const Frontend instance(lexicon_dir());
  return instance;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string phones(const std::string& text, Mode mode) {
  return joined(frontend().analyse(text, mode).phones);
}

std::string normalized(const std::string& text, Mode mode) {
  return frontend().analyse(text, mode).normalized;
}

/// "zh 你好 | en world"
std::string runs(const std::string& text, Mode mode) {
  std::string out;
  for (const RawRun& run : RunFinder(lexicon_dir(), {}).split(decode_utf8(text), mode)) {
    out += (out.empty() ? "" : " | ") + std::string(language_code(run.language)) + " " +
           encode_utf8(run.text);
  }
  return out;
}

Utterance marked_up(const std::string& text, Mode mode = Mode::kAuto) {
  const auto sentences = read_sentences(text, TextFormat::kAuto, frontend());
  EXPECT_EQ(sentences.size(), 1U) << text;
  return frontend().analyse(sentences.at(0), mode);
}

TEST(Languages, RunsByScriptAndByWhatHanTextSays) {
  EXPECT_EQ(runs("我喜欢吃김치和비빔밥。", Mode::kAuto),
            "zh 我喜欢吃 | ko 김치 | zh 和 | ko 비빔밥。");
  EXPECT_EQ(runs("今日の天気は晴れです。今天天气晴朗。", Mode::kAuto),
            "ja 今日の天気は晴れです。 | zh 今天天气晴朗。");
  EXPECT_EQ(runs("我最喜欢的单词是「ありがとう」。", Mode::kAuto),
            "zh 我最喜欢的单词是「 | ja ありがとう」。");
  EXPECT_EQ(runs("오늘 meeting이 3시에 있어요.", Mode::kAuto),
            "ko 오늘  | en meeting | ko 이 3시에 있어요.");
  EXPECT_EQ(runs("你好，3월 1일。", Mode::kAuto), "zh 你好， | ko 3월 1일。");
  EXPECT_EQ(runs("佢哋喺度食緊飯，唔該等陣。", Mode::kAuto), "yue 佢哋喺度食緊飯，唔該等陣。");
  EXPECT_EQ(runs("今天我们去北京大学。", Mode::kAuto), "zh 今天我们去北京大学。");
  EXPECT_EQ(runs("我喜歡臺灣的夜市。", Mode::kAuto), "zh 我喜歡臺灣的夜市。");
  EXPECT_EQ(runs("東京都渋谷区。", Mode::kAuto), "ja 東京都渋谷区。");
  EXPECT_EQ(runs("大阪駅前 500円", Mode::kAuto), "ja 大阪駅前 500円");
  EXPECT_EQ(runs("我食咗飯。", Mode::kAuto), "yue 我食咗飯。");
  EXPECT_EQ(runs("香港嘅天氣好hot。", Mode::kAutoYue), "yue 香港嘅天氣好 | en hot。");
}

TEST(Languages, QuantitiesWithTheLettersOfUnitsAndCurrencies) {
  EXPECT_EQ(normalized("50Hz", Mode::kZh), "五十赫兹");
  EXPECT_EQ(normalized("5kg-10kg", Mode::kZh), "五千克到十千克");
  EXPECT_EQ(runs("50Hz", Mode::kAuto), "en 50Hz");
  EXPECT_EQ(runs("50Hz fan", Mode::kZh), "en 50Hz fan");
  EXPECT_EQ(normalized("售价RMB 2,500。", Mode::kAuto), "售价人民币两千五百元.");
  EXPECT_EQ(normalized("卖了30万USD。", Mode::kAuto), "卖了三十万美元.");
  EXPECT_EQ(runs("用RMB结算。", Mode::kAuto), "zh 用 | en RMB | zh 结算。");
}

TEST(Languages, OnlyWhatTheVoiceSpeaksIsLookedFor) {
  FrontendOptions options;
  options.languages = {Language::kZh, Language::kEn};
  const Frontend limited(lexicon_dir(), options);
  EXPECT_EQ(limited.analyse("佢哋喺度食緊飯。", Mode::kAuto).runs.at(0).language, Language::kZh);
  for (const auto& [text, mode] : {std::pair{"안녕하세요", Mode::kAuto},
                                   {"今日は", Mode::kAuto},
                                   {"東京", Mode::kJa},
                                   {"你好", Mode::kYue}}) {
    try {
      limited.analyse(text, mode);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
      EXPECT_THAT(error.what(), HasSubstr("it speaks Mandarin and English")) << text;
    }
  }
}

TEST(Languages, OldSymbolsCannotWriteKorean) {
  const Frontend old(lexicon_dir(), {SymbolSet::kV1, false, {}});
  EXPECT_THROW(old.analyse("안녕", Mode::kAuto), Error);
  EXPECT_THROW(old.analyse("你好", Mode::kYue), Error);
}

TEST(Languages, ReadsCantonese) {
  EXPECT_EQ(phones("你好", Mode::kYue), "Yn Yei5 Yh You2");
  // Traditional characters keep their own readings; rare ones are read too.
  EXPECT_EQ(phones("一隻狗", Mode::kYue), "Yj Yat1 Yz Yek3 Yg Yau2");
  EXPECT_EQ(phones("係㗎", Mode::kYue), "Yh Yai6 Yg Yaa3");
  EXPECT_EQ(normalized("2隻狗，3點半", Mode::kYue), "两隻狗,三點半");
  const Utterance u = frontend().analyse("今日落雨。", Mode::kYue);
  EXPECT_EQ(std::accumulate(u.word2ph.begin(), u.word2ph.end(), 0), int(u.phones.size()));
}

TEST(Languages, ReadsKoreanNumbersAndSigns) {
  struct Case {
    const char *text, *wanted;
  };
  static constexpr Case kCases[] = {{"2024년 6월 10일", "이천이십사년 유월 십일"},
                                    {"사과 3개와 배 12개", "사과 세 개와 배 열두 개"},
                                    {"오후 3:30에 만나요.", "오후 세 시 삼십 분에 만나요."},
                                    {"3시 45분", "세 시 사십오분"},
                                    {"010-1234-5678", "공일공 일이삼사 오륙칠팔"},
                                    {"3.14와 50%", "삼 점 일사와 오십 퍼센트"},
                                    {"1,234,567원", "백이십삼만사천오백육십칠원"},
                                    {"-5℃", "영하 오 도"},
                                    {"20살, 21살", "스무 살, 스물한 살"},
                                    {"1/2", "이분의 일"},
                                    {"大韓民國", "대한민국"}};
  for (const Case& c : kCases) EXPECT_EQ(normalized(c.text, Mode::kKo), c.wanted) << c.text;
}

TEST(Languages, KoreanSoundsCrossSyllables) {
  EXPECT_EQ(phones("국물", Mode::kKo), "ㄱ ㅜ ㅇ ㅁ ㅜ ㄹ");
  EXPECT_EQ(phones("신라", Mode::kKo), "ㅅ ㅣ ㄹ ㄹ ㅏ");
  EXPECT_EQ(phones("옷이", Mode::kKo), "ㅇ ㅗ ㅅ ㅣ");
  EXPECT_EQ(phones("좋다", Mode::kKo), "ㅈ ㅗ ㅌ ㅏ");
  // Only the names of letters change their ends; g2pk2 does it to every ㅡ.
  EXPECT_EQ(phones("늦은", Mode::kKo), "ㄴ ㅡ ㅈ ㅡ ㄴ");
}

TEST(Languages, PronunciationsOfTheUser) {
  EXPECT_EQ(joined(marked_up("[lang:yue]銀<行|hang4>好[/lang]").phones),
            "Yng Yan4 Yh Yang4 Yh You2");
  EXPECT_EQ(joined(marked_up("[lang:yue][hang4][/lang]好", Mode::kZh).phones), "Yh Yang4 h ao3");
  EXPECT_EQ(joined(marked_up("<값이|갑시> 싸요", Mode::kKo).phones),
            "ㄱ ㅏ ㅂ ㅅ ㅣ 空 ㅆ ㅏ ㅇ ㅣ ㅗ");
  EXPECT_EQ(joined(marked_up("<speak xml:lang=\"zh-HK\">銀<phoneme alphabet=\"jyutping\" "
                             "ph=\"hang4\">行</phoneme></speak>")
                       .phones),
            "Yng Yan4 Yh Yang4");
  EXPECT_THROW(marked_up("[lang:yue]<行|hang9>[/lang]"), Error);
  EXPECT_EQ(marked_up("[lang:ko]好[/lang]你好").runs.at(0).language, Language::kKo);
  const auto lexicon = UserLexicon::parse("行\thang4\tyue\n", "test.tsv", frontend());
  Sentence sentence;
  sentence.spans.push_back({"銀行", {}, Language::kYue});
  sentence.spans = apply_lexicons({lexicon}, sentence.spans);
  EXPECT_EQ(joined(frontend().analyse(sentence, Mode::kAuto).phones), "Yng Yan4 Yh Yang4");
}

TEST(Languages, CuttingMethods) {
  EXPECT_FALSE(parse_cut_method("auto"));
  EXPECT_EQ(parse_cut_method("5"), CutMethod::kEveryMark);
  EXPECT_EQ(parse_cut_method("cut0"), CutMethod::kNone);
  EXPECT_THROW(parse_cut_method("6"), Error);
  const auto pieces = cut_sentences("今天天气很好。我们出去走走吧。", CutMethod::kFullStop, false);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].text(), "今天天气很好。");
}

/// A text of parts of all scripts, with numbers and marks between them.
std::string random_text(std::mt19937* random) {
  static const std::vector<std::string> kParts = {
      "你好",       "今天天气", "銀行",     "唔該",   "hello", "The end", "it's", "3.14",
      "2024年",     "100%",     "오늘",     "값이",   "3시",   "넓다",    "，",   "。",
      "! ",         " ",        "…",        "(",      ")",     "\n",      "-5",   "$20",
      "嘅",         "第一个",   "女儿",     "학생이", "읽고 ", "@x.com",  "😀",    "㗎",
      "ありがとう", "日本語",   "カラオケ", "の",     "3月の"};
  std::uniform_int_distribution<size_t> pick(0, kParts.size() - 1), length(1, 12);
  std::string out;
  for (size_t i = length(*random); i > 0; --i) out += kParts[pick(*random)];
  return out;
}

TEST(Languages, OddInputIsReadOrRefusedInEveryMode) {
  const std::string odd[] = {"",
                             "…！？",
                             "😀👨‍👩‍👧",
                             "\x01\x1b[31m",
                             "שלום مرحبا",
                             "\u202Eabc",
                             "\uFFFD",
                             "\uE000",
                             "\u0301",
                             "ㄱㅋㅋㅠ",
                             "ᄒ",
                             "ーっゃ゛",
                             "㗎㗎㗎",
                             "𠮷𡃁",
                             "b४e",
                             "٣٫١٤",
                             "１２／３４",
                             "-",
                             "0",
                             "00:00",
                             "1/0",
                             "9/99/9999",
                             "$",
                             "100兆%",
                             "제번째",
                             "3월32일",
                             "第〇〇",
                             "¥,",
                             "@@..//",
                             "１２月３２日"};
  static constexpr Mode kModes[] = {Mode::kAuto,  Mode::kAutoYue, Mode::kZh,    Mode::kEn,
                                    Mode::kJa,    Mode::kKo,      Mode::kYue,   Mode::kAllZh,
                                    Mode::kAllJa, Mode::kAllKo,   Mode::kAllYue};
  for (const Mode mode : kModes) {
    for (const std::string& text : odd) {
      try {
        const Utterance u = frontend().analyse(text, mode);
        EXPECT_EQ(u.phones.size(), u.ids.size()) << text;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kInvalidText) << text << ": " << error.what();
      }
    }
  }
}

TEST(Languages, LongLinesOfEveryLanguageAreCut) {
  for (const char* part : {"今日は晴れです", "오늘은 맑아요 ", "今日天氣好好喎", "ㅋ", "っ", "٣"}) {
    std::string line;
    while (line.size() < 200'000) line += part;
    size_t letters = 0;
    for (const Sentence& sentence : read_sentences(line, TextFormat::kAuto, frontend()))
      letters += sentence.text().size();
    EXPECT_GE(letters + line.size() / 5, line.size()) << part;
  }
}

TEST(Languages, WhatHoldsForEveryText) {
  std::mt19937 random(20);
  static constexpr Mode kModes[] = {Mode::kAuto, Mode::kAutoYue, Mode::kZh, Mode::kEn,
                                    Mode::kKo,   Mode::kYue,     Mode::kJa};
  size_t spoken = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string text = random_text(&random);
    const Mode mode = kModes[static_cast<size_t>(round) % std::size(kModes)];
    std::u32string again;
    for (const RawRun& run : RunFinder(lexicon_dir(), {}).split(decode_utf8(text), mode))
      again += run.text;
    EXPECT_EQ(encode_utf8(again), text);
    Utterance u;
    try {
      u = frontend().analyse(text, mode);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidText) << text << ": " << error.what();
      continue;
    }
    ++spoken;
    EXPECT_EQ(u.phones.size(), u.ids.size());
    size_t at = 0;
    for (const Word& word : u.words) {
      EXPECT_EQ(word.first_phone, at) << text;
      at += word.phone_count;
      EXPECT_EQ(u.normalized.substr(word.begin, word.end - word.begin), word.text) << text;
    }
    EXPECT_EQ(at, u.phones.size()) << text;
    for (const LanguageRun& run : u.runs) {
      if (run.language == Language::kZh || run.language == Language::kYue) {
        EXPECT_EQ(std::accumulate(run.word2ph.begin(), run.word2ph.end(), 0), int(run.phone_count))
            << text;
        EXPECT_EQ(run.word2ph.size(), decode_utf8(run.normalized).size()) << text;
      }
      // What is in words already stays as it is.
      const bool written = run.language == Language::kEn || run.language == Language::kJa;
      if (written || run.normalized.empty()) continue;
      try {
        const Utterance twice = frontend().analyse(run.normalized, mode_of(run.language));
        EXPECT_EQ(twice.normalized, run.normalized) << text;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kInvalidText) << text;
      }
    }
  }
  EXPECT_GT(spoken, 200U);
}

}  // namespace
}  // namespace myna::text
