// Language runs against the reference's vectors: the rules with the recorded answers of its
// language identifier, then with the model itself.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "base/error.h"
#include "text/fasttext_model.h"
#include "text/frontend.h"
#include "text/golden_support.h"
#include "text/reference_identifier.h"
#include "text/reference_runs.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

const LexiconFile& phrases() {
  static const LexiconFile file(lexicon_dir() / "language_phrases.lex");
  return file;
}

/// The answers that the reference's identifier gave for this line.
Identify recorded(const nlohmann::json& line) {
  std::map<std::pair<std::u32string, bool>, std::vector<std::string>> answers;
  for (const auto& call : line["detector"]) {
    std::vector<std::string> labels;
    for (const auto& answer : call[3]) labels.push_back(answer[0]);
    answers[{decode_utf8(call[0].get<std::string>()), call[1] != 1}] = labels;
  }
  return [answers](std::u32string_view text, bool several) {
    const auto found = answers.find({std::u32string(text), several});
    return found == answers.end() ? std::vector<std::string>{} : found->second;
  };
}

const FasttextModel& model() {
  static const LexiconFile file(lexicon_dir() / "fasttext_lid.lex");
  static const FasttextModel out(file);
  return out;
}

nlohmann::json as_json(const std::vector<ReferencePiece>& pieces) {
  nlohmann::json out = nlohmann::json::array();
  for (const ReferencePiece& piece : pieces)
    out.push_back({piece.language, encode_utf8(piece.text)});
  return out;
}

bool same_segments(const nlohmann::json& line, const Identify& identify, std::string* detail) {
  const std::u32string text = decode_utf8(line["text"].get<std::string>());
  for (const auto& [language, wanted] : line["lang_segments"].items()) {
    nlohmann::json pieces;
    try {
      pieces = as_json(reference_segments(text, language, phrases(), identify));
    } catch (const Error&) {
      if (!wanted.is_object()) return false;
      continue;
    }
    *detail = "    '" + language + "' " + pieces.dump() + "\n       " + wanted.dump() + "\n";
    if (pieces != wanted) return false;
  }
  return true;
}

size_t same_modes(const nlohmann::json& line, const Identify& identify, std::string* detail) {
  const std::u32string text = decode_utf8(line["text"].get<std::string>());
  size_t same = 0;
  for (const auto& [mode, wanted] : line["modes"].items()) {
    nlohmann::json pieces;
    const bool retried = wanted.value("retried_with_dot", false);
    try {
      std::u32string once;
      for (char32_t c : text) {
        if (c != ' ' || once.empty() || once.back() != ' ') once += c;
      }
      pieces = as_json(
          reference_pieces((retried ? U"." : U"") + once, parse_mode(mode), phrases(), identify));
    } catch (const Error&) {
      same += wanted.contains("error");
      continue;
    }
    if (!wanted.contains("pieces") || pieces == wanted["pieces"]) {
      ++same;
    } else {
      *detail += "    " + mode + " " + pieces.dump() + "\n       " + wanted["pieces"].dump() + "\n";
    }
  }
  return same;
}

TEST(MixedGolden, SegmentsWithTheRecordedIdentifier) {
  const auto lines = golden_lines("mixed.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no mixed.jsonl in " << golden_dir();
  EXPECT_GE(agreement("segments, recorded identifier", lines,
                      [](const nlohmann::json& j, std::string* detail) {
                        return same_segments(j, recorded(j), detail);
                      }),
            0.99);
}

TEST(MixedGolden, ModesWithTheRecordedIdentifier) {
  const auto lines = golden_lines("mixed.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no mixed.jsonl in " << golden_dir();
  EXPECT_GE(agreement("modes, recorded identifier", lines,
                      [](const nlohmann::json& j, std::string* detail) {
                        return same_modes(j, recorded(j), detail) == j["modes"].size();
                      }),
            0.99);
}

/// Every call that the reference made: the same labels in the same order, the same probabilities.
TEST(MixedGolden, Identifier) {
  const auto lines = golden_lines("mixed.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no mixed.jsonl in " << golden_dir();
  size_t calls = 0;
  for (const auto& line : lines) {
    for (const auto& call : line["detector"]) {
      ++calls;
      const auto answers = identify_as_reference(model(), decode_utf8(call[0].get<std::string>()),
                                                 call[1].get<size_t>(), call[2].get<float>());
      ASSERT_EQ(answers.size(), call[3].size()) << call;
      for (size_t i = 0; i < answers.size(); ++i) {
        EXPECT_EQ(answers[i].label, call[3][i][0].get<std::string>()) << call;
        // The vectors have six digits; float sums may differ in the last.
        EXPECT_NEAR(answers[i].probability, call[3][i][1].get<float>(), 1e-4) << call;
      }
    }
  }
  EXPECT_GT(calls, 0U);
}

TEST(MixedGolden, SegmentsAndModes) {
  const auto lines = golden_lines("mixed.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no mixed.jsonl in " << golden_dir();
  const Identify identify = identify_by(model());
  EXPECT_GE(agreement("segments", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        return same_segments(j, identify, detail);
                      }),
            0.99);
  EXPECT_GE(agreement("modes", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        return same_modes(j, identify, detail) == j["modes"].size();
                      }),
            0.99);
}

/// Everything together: what `myna phones --compat` prints.
TEST(MixedGolden, WholeFrontEnd) {
  const auto lines = golden_lines("mixed.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no mixed.jsonl in " << golden_dir();
  FrontendOptions options;
  options.compat = true;
  const Frontend frontend(lexicon_dir(), options);
  const bool show = std::getenv("MYNA_SHOW_MISSES") != nullptr;
  std::map<std::string, std::pair<size_t, size_t>> counts;
  size_t right = 0, all = 0;
  for (const auto& line : lines) {
    for (const auto& [mode, wanted] : line["modes"].items()) {
      bool same = false;
      std::string ours;
      try {
        const Utterance read = frontend.analyse(line["text"].get<std::string>(), parse_mode(mode));
        same = wanted.contains("ids_v2") && nlohmann::json(read.ids) == wanted["ids_v2"];
        for (const LanguageRun& run : read.runs)
          ours += " " + std::string(language_code(run.language)) + ":" + run.text;
        ours += nlohmann::json(read.phones).dump();
      } catch (const Error& error) {
        same = wanted.contains("error");
        ours = error.what();
      }
      if (!same && show) {
        std::printf("  %s, mode %s\n    %s\n    %s", line["text"].dump().c_str(), mode.c_str(),
                    ours.c_str(), wanted.value("pieces", nlohmann::json()).dump().c_str());
        for (const auto& id : wanted.value("ids_v2", nlohmann::json::array()))
          std::printf(" %s", frontend.symbols()[id.get<size_t>()].c_str());
        std::printf("\n");
      }
      counts[mode].first += same;
      ++counts[mode].second;
      right += same;
      ++all;
    }
  }
  for (const auto& [mode, count] : counts)
    std::printf("  ids, mode %s: %zu of %zu\n", mode.c_str(), count.first, count.second);
  std::printf("ids, all modes: %zu of %zu (%.1f %%)\n", right, all,
              100.0 * double(right) / double(all));
  EXPECT_GE(double(right) / double(all), 0.96);
}

}  // namespace
}  // namespace myna::text
