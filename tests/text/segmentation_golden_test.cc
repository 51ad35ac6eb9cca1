// The reference's ways to cut a text, against its vectors.
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/golden_support.h"
#include "text/segmentation.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

/// What `cut` gives, or an error in the vectors' form.
template <typename Cut>
nlohmann::json outcome(const Cut& cut) {
  try {
    return cut();
  } catch (const Error&) {
    return nlohmann::json{{"error", true}};
  }
}

bool same(const nlohmann::json& ours, const nlohmann::json& wanted) {
  const bool error = wanted.is_object() && wanted.contains("error");
  return error ? ours.is_object() : ours == wanted;
}

TEST(SegmentationGolden, Cuts) {
  const auto lines = golden_lines("segmentation.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no segmentation.jsonl in " << golden_dir();
  EXPECT_EQ(
      agreement("cut0 ... cut5", lines,
                [](const nlohmann::json& j, std::string* detail) {
                  const std::u32string text = decode_utf8(j["text"].get<std::string>());
                  for (const auto& [name, wanted] : j["cuts"].items()) {
                    const nlohmann::json ours = outcome([&]() -> nlohmann::json {
                      return encode_utf8(cut_text(text, *parse_cut_method(name)));
                    });
                    if (same(ours, wanted)) continue;
                    *detail = "    " + name + " " + ours.dump() + " / " + wanted.dump() + "\n";
                    return false;
                  }
                  return encode_utf8(collapse_marks(text)) == j["replace_consecutive_punctuation"];
                }),
      1);
}

TEST(SegmentationGolden, WholePieces) {
  const auto lines = golden_lines("segmentation.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no segmentation.jsonl in " << golden_dir();
  EXPECT_EQ(agreement("pieces", lines,
                      [](const nlohmann::json& j, std::string* detail) {
                        const auto text = j["text"].get<std::string>();
                        for (const auto& [key, wanted] : j["pre_seg"].items()) {
                          const size_t slash = key.find('/');
                          const auto method = *parse_cut_method(key.substr(0, slash));
                          const bool english = key.substr(slash + 1) == "en";
                          const nlohmann::json ours = outcome([&]() -> nlohmann::json {
                            return cut_for_reference(text, method, english);
                          });
                          if (same(ours, wanted)) continue;
                          *detail = "    " + key + " " + ours.dump() + " / " + wanted.dump() + "\n";
                          return false;
                        }
                        return true;
                      }),
            1);
}

}  // namespace
}  // namespace myna::text
