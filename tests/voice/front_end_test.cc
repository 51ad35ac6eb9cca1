// The front end with the networks that are shipped.
#include "voice/front_end.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace myna::voice {
namespace {

const std::filesystem::path& lexicons() {
  static const std::filesystem::path folder =
      std::filesystem::path(MYNA_SOURCE_DIR) / "assets/lexicons";
  return folder;
}

std::string phones(const char* text) {
  static const text::Frontend frontend = make_frontend(lexicons());
  std::string out;
  for (const std::string& phone : frontend.analyse(text, text::Mode::kEn).phones)
    out += (out.empty() ? "" : " ") + phone;
  return out;
}

TEST(FrontEnd, UnknownWordsFollowEnglishSpelling) {
  EXPECT_EQ(phones("blick"), "B L IH1 K");
  EXPECT_EQ(phones("snorf"), "S N AO1 R F");
  EXPECT_EQ(phones("plunding"), "P L AH1 N D IH0 NG");
}

TEST(FrontEnd, AWordOfAThousandLettersIsReadInPieces) {
  const std::string word(1000, 'b');
  EXPECT_NO_THROW(phones(("ba" + word).c_str()));
}

TEST(FrontEnd, NamesTheModelFileThatIsMissing) {
  try {
    make_frontend("/nonexistent");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_NE(std::string(error.what()).find("en_letters.safetensors"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace myna::voice
