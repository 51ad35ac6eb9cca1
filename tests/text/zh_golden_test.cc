// Mandarin against the reference's vectors.
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/golden_support.h"
#include "text/unicode.h"
#include "text/zh/mandarin.h"
#include "text/zh/numbers.h"

namespace myna::text {
namespace {

const zh::Mandarin& mandarin(bool colour = true) {
  static const zh::Mandarin v2(lexicon_dir(), {true, true}), v1(lexicon_dir(), {true, false});
  return colour ? v2 : v1;
}

#define LINES_OR_SKIP(file)                               \
  std::vector<nlohmann::json> lines = golden_lines(file); \
  if (lines.empty()) GTEST_SKIP() << "no " << file << " in " << golden_dir()

nlohmann::json words_json(const std::vector<std::u32string>& words) {
  nlohmann::json out = nlohmann::json::array();
  for (const auto& w : words) out.push_back(encode_utf8(w));
  return out;
}

TEST(ZhGolden, Segmentation) {
  LINES_OR_SKIP("unit_zh_jieba.jsonl");
  const zh::Segmenter& s = mandarin().g2p().segmenter();
  EXPECT_GE(agreement("jieba", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        std::u32string text = decode_utf8(j["text"].get<std::string>());
                        nlohmann::json tagged = nlohmann::json::array();
                        for (const auto& w : s.tag(text))
                          tagged.push_back({encode_utf8(w.text), w.tag});
                        *detail = "    " + tagged.dump() + "\n    " + j["posseg"].dump() + "\n";
                        return words_json(s.cut(text)) == j["cut"] &&
                               words_json(s.cut(text, false)) == j["cut_no_hmm"] &&
                               words_json(s.cut_for_search(text)) == j["search"] &&
                               tagged == j["posseg"];
                      }),
            0.995);
}

TEST(ZhGolden, Numbers) {
  LINES_OR_SKIP("unit_zh_numbers.jsonl");
  EXPECT_GE(
      agreement("zh numbers", lines,
                [&](const nlohmann::json& j, std::string* detail) {
                  std::u16string text = to_utf16(std::string_view(j["text"].get<std::string>()));
                  std::string cardinal = to_utf8(zh::cardinal(text));
                  std::string number = to_utf8(zh::decimal(text, false));
                  *detail = "    " + cardinal + " " + number + " / " + j.dump() + "\n";
                  if (j.contains("num2str") && j["num2str"].is_string() && number != j["num2str"])
                    return false;
                  if (!j["cardinal"].is_string()) return true;
                  return cardinal == j["cardinal"] &&
                         to_utf8(zh::digit_by_digit(text)) == j["digit"] &&
                         to_utf8(zh::digit_by_digit(text, true)) == j["digit_alt_one"];
                }),
      0.99);
}

/// An initial and a final in the vectors' spelling ("", "uei4") as pinyin ("wei4").
std::string syllable(const std::string& initial, std::string final) {
  const auto starts = [&](const char* with) { return final.rfind(with, 0) == 0; };
  if (!initial.empty()) {
    for (const auto& [full, usual] : {std::pair{"iou", "iu"}, {"uei", "ui"}, {"uen", "un"}}) {
      if (starts(full)) final.replace(0, 3, usual);
    }
    if (starts("v") && std::string("jqx").find(initial) != std::string::npos) final[0] = 'u';
    return initial + final;
  }
  if (starts("v")) return "yu" + final.substr(1);
  if (starts("iou")) return "you" + final.substr(3);
  if (starts("in") || (starts("i") && final.size() == 2)) return "y" + final;
  if (starts("i")) return "y" + final.substr(1);
  if (starts("u") && final.size() == 2) return "w" + final;
  if (starts("u")) return "w" + final.substr(1);
  return final;
}

/// Dictionary readings of single words, then their tones as noun, verb and adjective.
TEST(ZhGolden, Words) {
  LINES_OR_SKIP("unit_zh_words.jsonl");
  const zh::Pinyin& pinyin = mandarin().g2p().pinyin();
  const auto same = [&](const std::vector<zh::Syllable>& ours, const nlohmann::json& j,
                        const char* finals, std::string* detail) {
    bool right = ours.size() == j[finals].size();
    for (size_t i = 0; right && i < ours.size(); ++i) {
      const std::string wanted = syllable(j["initials"][i], j[finals][i]);
      right = ours[i].id != zh::Syllable::kNone &&
              pinyin.name(ours[i]) + std::to_string(ours[i].tone) == wanted;
    }
    for (const zh::Syllable& s : ours)
      *detail += s.id == zh::Syllable::kNone ? " -" : " " + pinyin.name(s) + char('0' + s.tone);
    *detail += " / " + std::string(finals) + " " + j[finals].dump() + "\n";
    return right;
  };
  EXPECT_GE(agreement("word readings", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        const std::u32string word = decode_utf8(j["text"].get<std::string>());
                        return same(pinyin.readings(word), j, "finals", detail);
                      }),
            0.995);
  EXPECT_GE(agreement("word tones", lines,
                      [&](const nlohmann::json& j, std::string* detail) {
                        const std::u32string word = decode_utf8(j["text"].get<std::string>());
                        for (const char* tag : {"n", "v", "a"}) {
                          auto ours = pinyin.readings(word);
                          mandarin().g2p().sandhi().apply({word, tag}, nullptr, nullptr, &ours);
                          const std::string field = std::string("sandhi_") + tag;
                          detail->clear();
                          if (!same(ours, j, field.c_str(), detail)) return false;
                        }
                        return true;
                      }),
            0.995);
}

TEST(ZhGolden, Characters) {
  LINES_OR_SKIP("unit_zh_chars.jsonl");
  EXPECT_GE(
      agreement(
          "characters", lines,
          [&](const nlohmann::json& j, std::string* detail) {
            nlohmann::json phones = nlohmann::json::array();
            try {
              for (const auto& word : mandarin().g2p().convert(j["text"], {true, true}, nullptr)) {
                for (const auto& phone : word.phones) phones.push_back(phone);
              }
            } catch (const Error&) {
              return j.contains("error");
            }
            *detail = "    " + phones.dump() + " / " + j.dump() + "\n";
            return j.contains("phones") && phones == j["phones"];
          }),
      0.99);
}

double phones_agreement(const std::string& file, const std::vector<nlohmann::json>& lines,
                        bool colour) {
  return agreement(file, lines, [&](const nlohmann::json& j, std::string* detail) {
    nlohmann::json phones = nlohmann::json::array(), word2ph = nlohmann::json::array();
    std::string words, normalized;
    try {
      auto result = mandarin(colour).analyse(j["text"]);
      normalized = result.normalized;
      for (const auto& w : result.words) {
        words += " " + encode_utf8(w.text) + "(";
        for (const auto& p : w.phones) {
          phones.push_back(p);
          words += p + " ";
        }
        for (int n : w.word2ph) word2ph.push_back(n);
        words += ")";
      }
    } catch (const Error&) {
      return j.contains("error");
    }
    if (j.contains("error")) return false;
    if (phones == j["phones"] && word2ph == j["word2ph"] && normalized == j["normalized"])
      return true;
    *detail = "    " + normalized + "\n    " + j["normalized"].get<std::string>() + "\n";
    if (normalized != j["normalized"]) return false;
    *detail += "    " + words + "\n    ";
    if (j.contains("segments")) {
      for (const auto& segment : j["segments"]) {
        for (const auto& w : segment["words"]) {
          if (w.contains("erhua"))
            *detail += " " + w["word"].get<std::string>() + w["erhua"].dump();
        }
      }
    }
    *detail += "\n";
    return false;
  });
}

TEST(ZhGolden, PhonesV2) {
  LINES_OR_SKIP("zh_v2.jsonl");
  EXPECT_GE(phones_agreement("zh_v2", lines, true), 0.99);
}

TEST(ZhGolden, PhonesV1) {
  LINES_OR_SKIP("zh_v1.jsonl");
  EXPECT_GE(phones_agreement("zh_v1", lines, false), 0.99);
}

}  // namespace
}  // namespace myna::text
