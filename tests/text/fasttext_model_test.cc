#include "text/fasttext_model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "base/error.h"
#include "text/golden_support.h"
#include "text/reference_identifier.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

using Answer = FasttextModel::Answer;

const FasttextModel& model() {
  static const LexiconFile file(lexicon_dir() / "fasttext_lid.lex");
  static const FasttextModel out(file);
  return out;
}

/// What fastText 0.9.2 answers with the model in its published form.
TEST(FasttextModel, AnswersAsFasttextDoes) {
  struct Known {
    const char *text, *label;
    double probability;
  };
  for (const Known& known : std::initializer_list<Known>{
           {"今天天气很好", "zh", 0.850913},
           {"今日", "ja", 0.671508},
           {"点击", "en", 0.124504},
           {"こんにちは、世界", "ja", 0.99988},
           {"안녕하세요", "ko", 0.994773},
           {"我哋聽日去飲茶", "yue", 0.970366},
           {"Guten Tag", "de", 0.387329},
           {"guten Tag", "de", 0.733814},
           {"The quick brown fox jumps over the lazy dog.", "en", 0.697451},
           {"ok", "en", 0.629765},
           {"a", "en", 0.124504},
           {"🙂🙂", "en", 0.124504},
           {"2024 12", "en", 0.124504},
           {"天气", "zh", 0.587494},
           {"Привет, как дела?", "ru", 0.95998},
       }) {
    const std::vector<Answer> answers = model().classify(known.text, 1, 0);
    ASSERT_EQ(answers.size(), 1U) << known.text;
    EXPECT_EQ(answers[0].label, known.label) << known.text;
    // fastText prints six digits; float sums may differ in the last.
    EXPECT_NEAR(answers[0].probability, known.probability, 2e-5) << known.text;
  }
}

TEST(FasttextModel, NamesSeveral) {
  const std::vector<Answer> two = model().classify("天气", 5, 0.01F);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].label, "zh");
  EXPECT_EQ(two[1].label, "ja");
  EXPECT_NEAR(two[1].probability, 0.403759, 2e-5);
  const std::vector<Answer> all = model().classify("天气", 176, 0);
  ASSERT_GT(all.size(), 20U);
  double sum = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    sum += static_cast<double>(all[i].probability);
    if (i > 0) {
      EXPECT_LE(all[i].probability, all[i - 1].probability);
    }
  }
  EXPECT_NEAR(sum, 1, 0.01);  // the rarest lie below the logarithm's floor
}

TEST(FasttextModel, BlanksAndMarksOfTheFormat) {
  const auto same = [](std::string_view a, std::string_view b) {
    const Answer x = model().classify(a, 1, 0)[0], y = model().classify(b, 1, 0)[0];
    EXPECT_EQ(x.label, y.label) << a;
    EXPECT_EQ(x.probability, y.probability) << a;
  };
  same("guten Tag", "  guten\t\r\n\vTag\f");
  same("guten Tag", std::string_view("guten\0Tag", 9));
  same("guten Tag", "guten Tag </s> bonjour");
  same("guten Tag", "guten __label__fr Tag");
  same("", "   ");
  // A list of the table is no word of the model.
  EXPECT_NO_THROW(model().classify("\x01labels", 1, 0));
}

TEST(ReferenceIdentifier, MakesCapitalsSmall) {
  const auto same = [](std::u32string_view a, std::u32string_view b) {
    const Answer x = identify_as_reference(model(), a, 1, 0)[0];
    const Answer y = identify_as_reference(model(), b, 1, 0)[0];
    EXPECT_EQ(x.label, y.label);
    EXPECT_EQ(x.probability, y.probability);
  };
  same(U"BONJOUR", U"bonjour");
  same(U"ÉTÉ 1", U"été 1");
  same(U"BONJOURs", U"bonjours");  // seven of eight
  same(U"我说BONJOUR", U"我说bonjour");
  const auto plain = [](std::u32string_view text) {
    EXPECT_EQ(identify_as_reference(model(), text, 1, 0)[0].probability,
              model().classify(encode_utf8(text), 1, 0)[0].probability);
  };
  plain(U"Bonjour");
  plain(U"OKs");  // as short a text must be all in capitals
}

TEST(ReferenceIdentifier, ReadsEightyCharacters) {
  const std::u32string head(80, U'猫');
  EXPECT_EQ(identify_as_reference(model(), head + U" the quick brown fox", 1, 0)[0].probability,
            identify_as_reference(model(), head, 1, 0)[0].probability);
}

class DamagedFasttextModel : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(lexicon_dir() / "fasttext_lid.lex", std::ios::binary);
    whole_.assign(std::istreambuf_iterator<char>(in), {});
    ASSERT_GT(whole_.size(), 500000U);
    path_ = std::filesystem::path(testing::TempDir()) / "myna_damaged_lid.lex";
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }
  ErrorCode code_of(const std::string& bytes) const {
    write(bytes);
    try {
      const LexiconFile file(path_);
      FasttextModel(file).classify("今天 the weather", 5, 0.01F);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  }
  /// Where the value of a list begins.
  size_t value_of(const std::string& name) const {
    write(whole_);
    return whole_.find(LexiconFile(path_).meta(name));
  }

  std::string whole_;
  std::filesystem::path path_;
};

TEST_F(DamagedFasttextModel, IsRefused) {
  EXPECT_EQ(code_of(whole_.substr(0, whole_.size() - 1)), ErrorCode::kInvalidModel);
  // Children of the first inner node: out of the tree, then both the same.
  const size_t tree = value_of("tree");
  ASSERT_NE(tree, std::string::npos);
  std::string bytes = whole_;
  bytes[tree + 1] = '\x7F';
  EXPECT_EQ(code_of(bytes), ErrorCode::kInvalidModel);
  bytes = whole_;
  bytes.replace(tree, 2, bytes.substr(tree + 2, 2));
  EXPECT_EQ(code_of(bytes), ErrorCode::kInvalidModel);
  // A first norm that is not finite.
  const size_t norms = value_of("norms");
  ASSERT_NE(norms, std::string::npos);
  bytes = whole_;
  bytes.replace(norms, 4, "\xFF\xFF\xFF\x7F");
  EXPECT_EQ(code_of(bytes), ErrorCode::kInvalidModel);
}

TEST_F(DamagedFasttextModel, NeverCrashes) {
  std::mt19937 random(7);
  size_t refused = 0;
  for (int round = 0; round < 200; ++round) {
    std::string bytes = whole_;
    for (int flip = 0; flip < 200; ++flip) bytes[random() % bytes.size()] = char(random());
    refused += code_of(bytes) == ErrorCode::kInvalidModel;
  }
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace myna::text
