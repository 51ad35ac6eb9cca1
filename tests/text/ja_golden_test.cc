// Japanese against the reference's vectors.
#include <gtest/gtest.h>

#include "text/golden_support.h"
#include "text/ja/japanese.h"
#include "text/ja/pieces.h"
#include "text/symbols.h"

namespace myna::text {
namespace {

const ja::Japanese& japanese() {
  static const ja::Japanese compat(ja::kSystemDictionary, {true});
  return compat;
}

nlohmann::json words_json(const std::vector<ja::JaWord>& words) {
  nlohmann::json out = nlohmann::json::array();
  for (const ja::JaWord& w : words)
    out.push_back({w.text, w.pos, w.pronounced, w.accent, w.moras, w.chained});
  return out;
}

TEST(JaGolden, Words) {
  const std::vector<nlohmann::json> lines = golden_lines("ja.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no ja.jsonl in " << golden_dir();
  EXPECT_GE(agreement("ja words", lines,
                      [&](const nlohmann::json& line, std::string* detail) {
                        nlohmann::json found = nlohmann::json::array(), wanted = found;
                        for (const ja::Piece& piece : ja::pieces_of(
                                 ja::collapse_marks(line["text"].get<std::string>()))) {
                          if (!piece.mark) found.push_back(words_json(japanese().words(piece.text)));
                        }
                        for (const auto& piece : line["openjtalk"]) wanted.push_back(piece["njd"]);
                        *detail = "    " + found.dump() + "\n    " + wanted.dump() + "\n";
                        return found == wanted;
                      }),
            0.995);
}

TEST(JaGolden, Phones) {
  const std::vector<nlohmann::json> lines = golden_lines("ja.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no ja.jsonl in " << golden_dir();
  EXPECT_GE(agreement("ja phones", lines,
                      [&](const nlohmann::json& line, std::string* detail) {
                        const ja::Japanese::Result result = japanese().analyse(line["text"]);
                        nlohmann::json phones = nlohmann::json::array(), v1 = phones, v2 = phones;
                        for (const ja::SpokenWord& word : result.words) {
                          for (const std::string& phone : word.phones) {
                            phones.push_back(phone);
                            v1.push_back(SymbolTable::of(SymbolSet::kV1).id(phone));
                            v2.push_back(SymbolTable::of(SymbolSet::kV2).id(phone));
                          }
                        }
                        *detail = "    " + phones.dump() + "\n    " + line["phones_raw"].dump() +
                                  "\n    " + result.normalized + "\n";
                        return phones == line["phones_raw"] && v1 == line["ids_v1"] &&
                               v2 == line["ids_v2"] && result.normalized == line["normalized"];
                      }),
            0.995);
}

}  // namespace
}  // namespace myna::text
