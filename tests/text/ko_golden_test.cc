// Korean against the reference's vectors: the rules alone, with the reference's morphemes, and the
// whole front end with its own analyser.
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/golden_support.h"
#include "text/ko/g2p.h"
#include "text/ko/hangul.h"
#include "text/ko/reader.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

std::vector<ko::Morpheme> morphemes_of(const nlohmann::json& j) {
  std::vector<ko::Morpheme> out;
  for (const auto& pair : j["morphemes"])
    out.push_back({decode_utf8(pair[0].get<std::string>()), pair[1]});
  return out;
}

TEST(KoGolden, RulesWithTheReferencesMorphemes) {
  const auto lines = golden_lines("ko.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no ko.jsonl in " << golden_dir();
  const LexiconFile rules(lexicon_dir() / "ko_rules.lex");
  const ko::G2p g2p(rules, true);
  EXPECT_GE(agreement("ko rules", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        if (!j.contains("pronounced")) return true;
                        const auto text = g2p.prepare(decode_utf8(j["text"].get<std::string>()));
                        const auto jamo = g2p.pronounce(text, morphemes_of(j));
                        const std::string said = encode_utf8(ko::to_syllables(jamo));
                        *detail = "    " + encode_utf8(text) + "\n    " + said + "\n    " +
                                  j["pronounced"].get<std::string>() + "\n";
                        return encode_utf8(text) == j["idioms"] && said == j["pronounced"];
                      }),
            0.99);
}

TEST(KoGolden, WholeFrontEnd) {
  const auto lines = golden_lines("ko.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no ko.jsonl in " << golden_dir();
  const auto reader = ko::make_reader({lexicon_dir(), SymbolSet::kV2, true});
  EXPECT_GE(agreement("ko", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        nlohmann::json phones = nlohmann::json::array();
                        const Reading reading = reader->read(j["text"], {});
                        for (const ReadWord& word : reading.words) {
                          for (const std::string& phone : word.phones) phones.push_back(phone);
                        }
                        *detail = "    " + phones.dump() + "\n    " + j["phones"].dump() +
                                  "\n    " + j["annotated"].dump() + "\n";
                        return phones == j["phones"] && reading.normalized == j["normalized"];
                      }),
            0.96);
}

}  // namespace
}  // namespace myna::text
