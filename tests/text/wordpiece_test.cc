#include "text/wordpiece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "support/temp_dir.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kWords = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "你",   "好", ",",
                                         "…",     "hi",    "##gh",  "high",  "##er", "20", "##24",
                                         "e",     "##b",   "〇",    "##〇",  "-",    "tv"};

std::string lines() {
  std::string out;
  for (const std::string& word : kWords) out += word + "\n";
  return out;
}

/// "token@begin-end" of each token.
std::vector<std::string> tokens(const WordPiece& words, std::u32string_view text) {
  std::vector<std::string> out;
  for (const WordPiece::Token& token : words.tokenize(text)) {
    out.push_back(kWords.at(size_t(token.id)) + "@" + std::to_string(token.begin) + "-" +
                  std::to_string(token.end));
  }
  return out;
}

TEST(WordPiece, EveryIdeographAndMarkIsAToken) {
  const WordPiece words(lines(), true, "test");
  EXPECT_EQ(words.size(), std::ssize(kWords));
  EXPECT_EQ(words.unknown(), 1);
  EXPECT_EQ(words.begin_mark(), 2);
  EXPECT_EQ(words.end_mark(), 3);
  EXPECT_THAT(tokens(words, U"你好,你…-"),
              ElementsAre("你@0-1", "好@1-2", ",@2-3", "你@3-4", "…@4-5", "-@5-6"));
  EXPECT_THAT(tokens(words, U""), ElementsAre());
}

TEST(WordPiece, OtherWordsAreTheLongestPieces) {
  const WordPiece words(lines(), true, "test");
  EXPECT_THAT(tokens(words, U"higher 2024"),
              ElementsAre("high@0-4", "##er@4-6", "20@7-9", "##24@9-11"));
  EXPECT_THAT(tokens(words, U"你TV好"), ElementsAre("你@0-1", "tv@1-3", "好@3-4"));
  EXPECT_THAT(tokens(words, U"〇〇你"), ElementsAre("〇@0-1", "##〇@1-2", "你@2-3"));
}

TEST(WordPiece, WhatIsNotInTheVocabularyIsUnknown) {
  const WordPiece words(lines(), true, "test");
  // A word is unknown as a whole when a part of it is.
  EXPECT_THAT(tokens(words, U"坏 hix你"), ElementsAre("[UNK]@0-1", "[UNK]@2-5", "你@5-6"));
  EXPECT_THAT(tokens(words, U"e" + std::u32string(99, U'b')), ::testing::SizeIs(100));
  EXPECT_THAT(tokens(words, U"e" + std::u32string(100, U'b')), ElementsAre("[UNK]@0-101"));
}

TEST(WordPiece, CaseAccentsAndBlanksAreDropped) {
  const WordPiece words(lines(), true, "test");
  const std::u32string text = std::u32string(U"É  ") + char32_t(0) + U"你\u200B\u3000HÍ";
  EXPECT_THAT(tokens(words, text), ElementsAre("e@0-1", "你@4-5", "hi@7-9"));
  const WordPiece exact(lines(), false, "test");
  EXPECT_THAT(tokens(exact, U"TV tv"), ElementsAre("[UNK]@0-2", "tv@3-5"));
}

TEST(WordPiece, VocabulariesMustBeWhole) {
  const auto message = [](const std::string& vocabulary) -> std::string {
    try {
      WordPiece(vocabulary, true, "vocab.txt");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      return error.what();
    }
    return {};
  };
  EXPECT_EQ(message("[UNK]\r\n[CLS]\r\n[SEP]"), "");
  EXPECT_THAT(message("[UNK]\n[CLS]\n"), HasSubstr("[SEP]"));
  EXPECT_THAT(message("[UNK]\n[CLS]\n[SEP]\n你\n你\n"), HasSubstr("line 5 twice"));
}

TEST(Vocabulary, ComesFromEitherFile) {
  const myna::testing::TempDir folder;
  const auto code = [&folder] {
    try {
      read_vocabulary(folder.path());
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kUsage;
  };
  EXPECT_EQ(code(), ErrorCode::kNotFound);
  write_file(folder / "vocab.txt", lines());
  EXPECT_EQ(read_vocabulary(folder.path()).lines, lines());
  Json vocabulary = Json::object();
  for (size_t i = 0; i < kWords.size(); ++i) vocabulary[kWords[i]] = i;
  Json tokenizer = {{"normalizer", {{"type", "BertNormalizer"}, {"lowercase", false}}},
                    {"model", {{"type", "WordPiece"}, {"vocab", vocabulary}}}};
  write_file(folder / "tokenizer.json", tokenizer.dump());
  EXPECT_EQ(read_vocabulary(folder.path()).lines, lines());
  EXPECT_FALSE(read_vocabulary(folder.path()).lower_case);
  tokenizer["model"]["vocab"]["你"] = 5;  // the id of another
  write_file(folder / "tokenizer.json", tokenizer.dump());
  EXPECT_EQ(code(), ErrorCode::kInvalidModel);
  tokenizer["model"]["type"] = "BPE";
  write_file(folder / "tokenizer.json", tokenizer.dump());
  EXPECT_EQ(code(), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace myna::text
