// Japanese against the reference's vectors.
#include <gtest/gtest.h>

#include "text/golden_support.h"
#include "text/ja/japanese.h"
#include "text/symbols.h"

namespace myna::text {
namespace {

const ja::Japanese& japanese() {
  static const ja::Japanese compat({lexicon_dir(), SymbolSet::kV2, true});
  return compat;
}

nlohmann::json words_json(const ja::Piece& piece) {
  nlohmann::json out = nlohmann::json::array();
  for (const ja::JaWord& w : japanese().words(piece))
    out.push_back({w.text, w.pos, w.pronounced, w.accent, w.moras, w.chained});
  return out;
}

TEST(JaGolden, Words) {
  const auto lines = golden_lines("ja.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no ja.jsonl in " << golden_dir();
  EXPECT_GE(agreement("ja words", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        nlohmann::json found = nlohmann::json::array(), wanted = found;
                        const std::string text = ja::collapse_marks(j["text"].get<std::string>());
                        for (const ja::Piece& piece : ja::pieces_of(text)) {
                          if (!piece.mark) found.push_back(words_json(piece));
                        }
                        for (const auto& piece : j["openjtalk"]) wanted.push_back(piece["njd"]);
                        *detail = "    " + found.dump() + "\n    " + wanted.dump() + "\n";
                        return found == wanted;
                      }),
            0.995);
}

TEST(JaGolden, Phones) {
  const auto lines = golden_lines("ja.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no ja.jsonl in " << golden_dir();
  const SymbolTable& v1 = SymbolTable::of(SymbolSet::kV1);
  const SymbolTable& v2 = SymbolTable::of(SymbolSet::kV2);
  EXPECT_GE(agreement("ja phones", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        const Reading reading = japanese().read(j["text"], {});
                        nlohmann::json phones = nlohmann::json::array(), ids1 = phones,
                                       ids2 = phones;
                        for (const ReadWord& word : reading.words) {
                          for (const std::string& phone : word.phones) {
                            phones.push_back(phone);
                            ids1.push_back(v1.id(phone));
                            ids2.push_back(v2.id(phone));
                          }
                        }
                        *detail = "    " + reading.normalized + " " + phones.dump() + "\n    " +
                                  j["phones_raw"].dump() + "\n";
                        return reading.normalized == j["normalized"] && phones == j["phones_raw"] &&
                               ids1 == j["ids_v1"] && ids2 == j["ids_v2"];
                      }),
            0.995);
}

}  // namespace
}  // namespace myna::text
