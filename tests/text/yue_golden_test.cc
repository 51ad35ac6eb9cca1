// Cantonese against the reference's vectors.
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/golden_support.h"
#include "text/unicode.h"
#include "text/yue/jyutping.h"
#include "text/yue/reader.h"

namespace myna::text {
namespace {

const Reader& reader() {
  static const auto instance = yue::make_reader({lexicon_dir(), SymbolSet::kV2, true});
  return *instance;
}

nlohmann::json phones_of(const Reading& reading) {
  nlohmann::json out = nlohmann::json::array();
  const SymbolTable& table = SymbolTable::of(SymbolSet::kV2);
  for (const ReadWord& word : reading.words) {
    for (const std::string& phone : word.phones)
      out.push_back(table.contains(phone) ? phone : "UNK");
  }
  return out;
}

TEST(YueGolden, Sentences) {
  const auto lines = golden_lines("yue.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no yue.jsonl in " << golden_dir();
  EXPECT_GE(agreement("yue", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        Reading reading;
                        try {
                          reading = reader().read(j["text"], {});
                        } catch (const Error&) {
                          return j.contains("error");
                        }
                        const nlohmann::json phones = phones_of(reading);
                        *detail = "    " + reading.normalized + " " + phones.dump() + "\n    " +
                                  j.dump() + "\n";
                        return !j.contains("error") && reading.normalized == j["normalized"] &&
                               phones == j["phones"] && reading.word2ph == j["word2ph"];
                      }),
            0.995);
}

TEST(YueGolden, Characters) {
  const auto lines = golden_lines("unit_yue_chars.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no unit_yue_chars.jsonl in " << golden_dir();
  const LexiconFile words(lexicon_dir() / "yue_words.lex");
  const yue::Jyutping jyutping(words);
  EXPECT_GE(agreement("yue characters", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        const auto found =
                            jyutping.longest(decode_utf8(j["text"].get<std::string>()));
                        if (found.empty() || j["jyutping"].is_null())
                          return found.empty() && j["jyutping"].is_null();
                        const auto phones = yue::phones_of(found[0]);
                        *detail = "    " + found[0] + "\n    " + j.dump() + "\n";
                        return found[0] == j["jyutping"] && phones &&
                               nlohmann::json(*phones) == j["phones"];
                      }),
            0.995);
}

}  // namespace
}  // namespace myna::text
