// Which part of speech the tagger gives to words that sound by it: tests/data/homographs_en.tsv.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "text/en/g2p.h"
#include "text/golden_support.h"

namespace myna::text {
namespace {

/// "They record/VBP it." -> the text, and the tag of each token (empty where none is given).
struct TaggedLine {
  std::string text;
  std::vector<std::string> tags;
};

TaggedLine parse_line(const std::string& line) {
  TaggedLine out;
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    std::string tag, rest;
    if (const size_t slash = word.find('/'); slash != std::string::npos) {
      const size_t end = word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", slash + 1);
      tag = word.substr(slash + 1, end == std::string::npos ? end : end - slash - 1);
      rest = end == std::string::npos ? "" : word.substr(end);
      word = word.substr(0, slash);
    }
    out.text += (out.text.empty() ? "" : " ") + word + rest;
    for (const en::CompatToken& token : en::compat_tokens(word + rest))
      out.tags.push_back(token.text == word ? tag : "");
  }
  return out;
}

std::vector<TaggedLine> own_sentences() {
  std::ifstream file(MYNA_SOURCE_DIR "/tests/data/homographs_en.tsv");
  std::vector<TaggedLine> out;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') out.push_back(parse_line(line));
  }
  return out;
}

std::string lower_case(std::string word) {
  word[0] = static_cast<char>(word[0] | 32);
  return word;
}

/// What tells the readings of a homograph apart, whatever the dictionary: which vowel has the
/// stress, whether the last one is full, whether the end is voiced; the vowel of words of one
/// syllable.
std::string shape(const en::Phones& phones) {
  std::string stress, full;
  size_t vowels = 0;
  for (const std::string& phone : phones) {
    if (phone.back() < '0' || phone.back() > '2') continue;
    ++vowels;
    if (phone.back() == '1') stress = std::to_string(vowels);
    full = phone.starts_with("EY") ? "full" : "";
    if (phones.size() == 3) full = phone;
  }
  return stress + full + phones.back();
}

/// Words whose readings the reference's list swaps, or which it reads as few people do.
bool is_odd_there(const std::string& lower) {
  static const std::set<std::string> words = {"object", "rebel", "used", "process", "upgrade"};
  return words.contains(lower);
}

class EnHomographs : public ::testing::Test {
 protected:
  /// Homographs of own sentences that `g2p` reads with the right shape (or the very phones).
  void expect_right(const char* name, const en::G2p& g2p, bool exact, double least) const {
    size_t right = 0, all = 0;
    for (const TaggedLine& wanted : own_sentences()) {
      const auto said = g2p.convert(wanted.text);
      ASSERT_EQ(said.size(), wanted.tags.size()) << wanted.text;
      for (size_t i = 0; i < said.size(); ++i) {
        if (wanted.tags[i].empty() || (!exact && is_odd_there(lower_case(said[i].text)))) continue;
        const auto phones = dictionary.homograph(lower_case(said[i].text), wanted.tags[i]);
        ASSERT_FALSE(phones.empty()) << said[i].text << " is no homograph: " << wanted.text;
        const bool same = exact ? said[i].phones == phones : shape(said[i].phones) == shape(phones);
        ++all;
        right += same;
        if (!same)
          std::printf("  not %s as %s: %s\n", said[i].text.c_str(), wanted.tags[i].c_str(),
                      wanted.text.c_str());
      }
    }
    std::printf("homographs in own sentences, %s: %zu of %zu\n", name, right, all);
    EXPECT_GE(all, 130u);
    EXPECT_GE(static_cast<double>(right), least * static_cast<double>(all));
  }

  const LexiconFile words{lexicon_dir() / "en_words.lex"};
  const LexiconFile differing{lexicon_dir() / "en_compat.lex"};
  const LexiconFile tags{lexicon_dir() / "en_tags.lex"};
  const en::CompatDictionary dictionary{words, differing};
};

TEST_F(EnHomographs, CompatMode) {
  const en::Tagger tagger(tags, true);
  en::G2pOptions options;
  options.compat = &dictionary;
  expect_right("compat mode", en::G2p(words, tagger, nullptr, options), true, 0.95);
}

TEST_F(EnHomographs, DefaultMode) {
  const en::Tagger tagger(tags, false);
  expect_right("default mode", en::G2p(words, tagger, nullptr), false, 0.96);
}

}  // namespace
}  // namespace myna::text
