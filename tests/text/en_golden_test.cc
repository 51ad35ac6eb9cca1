// English against the reference's vectors, compat mode. What the reference takes from models that
// are not here (its network for unknown words, its word splitter, its tagger) is given by the
// vectors.
#include <gtest/gtest.h>

#include "text/en/g2p.h"
#include "text/en/normalizer.h"
#include "text/en/numbers.h"
#include "text/golden_support.h"
#include "text/symbols.h"

namespace myna::text {
namespace {

#define LINES_OR_SKIP(file)                               \
  std::vector<nlohmann::json> lines = golden_lines(file); \
  if (lines.empty()) GTEST_SKIP() << "no " << file << " in " << golden_dir()

const LexiconFile& dictionary() {
  static const LexiconFile instance(lexicon_dir() / "en_words.lex");
  return instance;
}

const en::CompatDictionary& compat_dictionary() {
  static const LexiconFile differing(lexicon_dir() / "en_compat.lex");
  static const en::CompatDictionary instance(dictionary(), differing);
  return instance;
}

const en::Tagger& tagger() {
  static const LexiconFile tags(lexicon_dir() / "en_tags.lex");
  static const en::Tagger instance(tags, true);
  return instance;
}

TEST(EnGolden, Numbers) {
  LINES_OR_SKIP("unit_en_numbers.jsonl");
  EXPECT_GE(agreement("en numbers", lines,
                      [](const nlohmann::json& j, std::string* detail) {
                        const std::string n = j["text"];
                        nlohmann::json said = {{"words", en::inflected_cardinal(n)},
                                               {"words_no_and", en::inflected_cardinal(n, false)},
                                               {"ordinal", en::ordinal_figures(n)},
                                               {"ordinal_words", en::inflected_ordinal(n)},
                                               {"ordinal_of_words", en::inflected_ordinal(n)},
                                               {"expand_number", en::reference_number(n)},
                                               {"text", n}};
                        if (j.contains("pairs")) said["pairs"] = en::digit_pairs(n);
                        *detail = "    " + said.dump() + "\n    " + j.dump() + "\n";
                        return said == j;
                      }),
            0.995);
}

TEST(EnGolden, NormalizedText) {
  LINES_OR_SKIP("en.jsonl");
  const en::Normalizer normalizer(en::compat_rules());
  EXPECT_GE(agreement("en normalized", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        const std::string said = normalizer.normalize(j["text"]);
                        *detail =
                            "    " + said + "\n    " + j["normalized"].get<std::string>() + "\n";
                        return said == j["normalized"];
                      }),
            0.99);
}

/// The answer that a table of the line has for `word`; null where the line has no such table or the
/// table no such word.
nlohmann::json answer(const nlohmann::json& line, const char* table, const std::string& word) {
  if (!line.contains(table) || !line[table].contains(word)) return nullptr;
  return line[table][word];
}

/// What the vectors say in place of the reference's models; `asked` is set when the dictionary did
/// not do.
en::G2pOptions injected(const nlohmann::json& j, bool with_tags, bool* missing) {
  en::G2pOptions options;
  options.compat = &compat_dictionary();
  options.models.predict = [&j, missing](const std::string& word) -> en::Phones {
    if (const nlohmann::json known = answer(j, "predict", word); !known.is_null()) return known;
    *missing = true;
    return {};
  };
  options.models.segment = [&j, missing](const std::string& word) -> std::vector<std::string> {
    if (const nlohmann::json known = answer(j, "wordsegment", word); !known.is_null()) return known;
    *missing = true;
    return {word};
  };
  if (with_tags)
    options.tag = [&j](size_t i) {
      return i < j["tokens"].size() ? j["tokens"][i][1].get<std::string>() : std::string("NN");
    };
  return options;
}

/// Share of the sentences that are read alike, of those whose words are all in the dictionary here
/// (the reference never asks its models for a word that is in its own one).
double phones_agreement(const std::string& name, const std::vector<nlohmann::json>& lines,
                        bool with_tags) {
  const en::Normalizer normalizer(en::compat_rules());
  const SymbolTable& table = SymbolTable::of(SymbolSet::kV2);
  std::vector<nlohmann::json> known;
  std::map<std::string, bool> right;
  std::map<std::string, std::string> details;
  for (const nlohmann::json& j : lines) {
    if (j.contains("error")) continue;
    bool missing = false;
    const en::G2p g2p(dictionary(), tagger(), nullptr, injected(j, with_tags, &missing));
    nlohmann::json phones = nlohmann::json::array();
    std::string words;
    for (const auto& word : g2p.convert(normalizer.normalize(j["text"]))) {
      words += " " + word.text;
      for (const std::string& p : word.phones) {
        if (p == "<unk>" || table.contains(p)) phones.push_back(p == "<unk>" ? "UNK" : p);
      }
    }
    if (missing) continue;
    known.push_back(j);
    right[j["text"]] = phones == j["phones"];
    details[j["text"]] =
        "    " + words + "\n    " + phones.dump() + "\n    " + j["phones"].dump() + "\n";
  }
  std::printf("%s: %zu of %zu sentences have all their words in the dictionary\n", name.c_str(),
              known.size(), lines.size());
  return agreement(name, known, [&](const nlohmann::json& j, std::string* detail) {
    *detail = details[j["text"]];
    return right[j["text"]];
  });
}

TEST(EnGolden, Phones) {
  LINES_OR_SKIP("en.jsonl");
  EXPECT_GE(phones_agreement("en with the reference's tags", lines, true), 0.99);
}

TEST(EnGolden, PhonesWithOwnTags) {
  LINES_OR_SKIP("en.jsonl");
  EXPECT_GE(phones_agreement("en with own tags", lines, false), 0.995);
}

/// Nothing injected: own parts of speech and own splitter, on the sentences for which the reference
/// did not ask its network.
TEST(EnGolden, PhonesOfTheProgram) {
  LINES_OR_SKIP("en.jsonl");
  std::erase_if(lines, [](const auto& j) { return j.contains("error") || j.contains("predict"); });
  const en::Normalizer normalizer(en::compat_rules());
  en::G2pOptions options;
  options.compat = &compat_dictionary();
  const en::G2p g2p(dictionary(), tagger(), nullptr, options);
  EXPECT_GE(agreement("en without anything injected", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        nlohmann::json phones = nlohmann::json::array();
                        for (const auto& word : g2p.convert(normalizer.normalize(j["text"]))) {
                          for (const std::string& phone : word.phones) phones.push_back(phone);
                        }
                        *detail = "    " + phones.dump() + "\n    " + j["phones"].dump() + "\n";
                        return phones == j["phones"];
                      }),
            0.9);
}

TEST(EnGolden, PartsOfSpeech) {
  LINES_OR_SKIP("en.jsonl");
  EXPECT_GE(agreement("en parts of speech", lines,
                      [](const nlohmann::json& j, std::string* detail) {
                        std::vector<std::string> tokens, wanted;
                        if (j.contains("tokens")) {
                          for (const auto& token : j["tokens"]) {
                            tokens.push_back(token[0]);
                            wanted.push_back(token[1]);
                          }
                        }
                        const std::vector<std::string> said = tagger().tag(tokens);
                        for (size_t i = 0; i < said.size(); ++i) {
                          if (said[i] != wanted[i])
                            *detail += "    " + tokens[i] + " " + said[i] + " " + wanted[i] + "\n";
                        }
                        return said == wanted;
                      }),
            0.93);
}

TEST(EnGolden, Tokens) {
  LINES_OR_SKIP("en.jsonl");
  EXPECT_GE(agreement("en tokens", lines,
                      [](const nlohmann::json& j, std::string* detail) {
                        nlohmann::json said = nlohmann::json::array(), wanted = said;
                        for (const auto& token : en::compat_tokens(j["normalized"]))
                          said.push_back(token.text);
                        if (j.contains("tokens"))
                          for (const auto& token : j["tokens"]) wanted.push_back(token[0]);
                        *detail = "    " + said.dump() + "\n    " + wanted.dump() + "\n";
                        return said == wanted;
                      }),
            0.99);
}

}  // namespace
}  // namespace myna::text
