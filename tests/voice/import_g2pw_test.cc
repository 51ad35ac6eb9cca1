#include "voice/import_g2pw.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "compute/cpu/cpu_backend.h"
#include "models/model_file.h"
#include "models/polyphones.h"
#include "support/g2pw_model.h"
#include "support/official_weights.h"
#include "voice/bases.h"
#include "voice/front_end.h"
#include "voice/import_base.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

class ImportG2pw : public ::testing::Test {
 protected:
  void SetUp() override {
    MYNA_REQUIRE_ONNX_CHECKER();
    myna::testing::write_g2pw_tables(folder_ / "text" / "G2PWModel");
    myna::testing::write_g2pw_graph(model() / "g2pW.onnx", "folded");
  }
  fs::path model() const { return folder_ / "text" / "G2PWModel"; }
  fs::path bases() const { return folder_ / "bases"; }
  fs::path converted() const { return base_file(bases(), BaseKind::kG2pw); }
  std::string refusal(ErrorCode code) const {
    try {
      import_base(folder_ / "text", bases());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_FALSE(fs::exists(converted()));
      return error.what();
    }
    ADD_FAILURE() << "was imported";
    return {};
  }
  myna::testing::TempDir folder_;
  std::shared_ptr<compute::Backend> backend_ = compute::make_cpu_backend();
};

TEST_F(ImportG2pw, TheFolderBecomesAReader) {
  fs::create_directories(folder_ / "text" / "g2pw");
  write_file(folder_ / "text" / "g2pw" / "polyphonic.rep", "银行: ['yin2','hang1']\n唉: ['ai4']\n");
  write_file(folder_ / "text" / "g2pw" / "polyphonic-fix.rep", "银行: ['yin2', 'hang2']\n");
  const BaseImport done = import_base(folder_ / "text", bases());
  EXPECT_TRUE(done.parts.back().converted);
  EXPECT_EQ(done.parts.back().from, model() / "g2pW.onnx");

  const models::PolyphoneModel reader(backend_, converted());
  EXPECT_EQ(reader.correction(U"银行"), (std::vector<std::string>{"yin2", "hang2"}));
  EXPECT_EQ(reader.correction(U"唉"), std::vector<std::string>{"ai4"});
  EXPECT_TRUE(reader.correction(U"行").empty());
  // 长 is asked as 長; 一 is not asked, 似 not certain, 天 unknown.
  const auto said = reader.read(U"你长行,一似天好重.");
  ASSERT_EQ(said.size(), 10u);
  EXPECT_EQ(said[0].pinyin, "ni3");
  EXPECT_FALSE(said[0].by_context);
  EXPECT_THAT(said[1].pinyin, ::testing::AnyOf("zhang3", "chang2"));
  EXPECT_TRUE(said[1].by_context);
  EXPECT_THAT(said[2].pinyin, ::testing::AnyOf("hang2", "xing2", "shi4"));
  for (const size_t unknown : {3u, 4u, 5u, 6u, 9u}) EXPECT_EQ(said[unknown].pinyin, "");
  EXPECT_EQ(said[7].pinyin, "hao3");
  EXPECT_THAT(said[8].pinyin, ::testing::AnyOf("chong2", "zhong4"));

  // The network itself says what they are.
  const models::ModelFile file = models::open_model_file(converted(), "g2pw");
  const models::G2pw network(backend_, *file.source(),
                             models::G2pwConfig::from_json(file.config, "test"));
  const std::vector<int64_t> ids = {2, 4, 8, 6, 9, 11, 1, 1, 5, 7, 10, 3};
  const auto probabilities =
      network.read(ids, std::vector<models::G2pw::Query>{{2, 3}, {3, 1}, {9, 2}});
  const std::vector<std::vector<std::string>> readings = {
      {"zhang3", "chang2"}, {"hang2", "xing2", "shi4"}, {"zhong4", "chong2"}};
  for (const auto& [place, query] : {std::pair<size_t, size_t>{1, 0}, {2, 1}, {8, 2}}) {
    const auto best = std::max_element(probabilities[query].begin(), probabilities[query].end());
    EXPECT_EQ(said[place].pinyin, readings[query][size_t(best - probabilities[query].begin())]);
  }
}

TEST_F(ImportG2pw, LongClausesAreReadInPieces) {
  import_base(folder_ / "text", bases());
  const models::PolyphoneModel reader(backend_, converted());
  std::u32string clause;  // the network has 24 places
  for (int i = 0; i < 100; ++i) clause += i % 3 == 0 ? U'行' : i % 3 == 1 ? U'好' : U'重';
  const auto said = reader.read(clause);
  for (size_t i = 0; i < clause.size(); ++i) {
    EXPECT_NE(said[i].pinyin, "") << i;
    EXPECT_EQ(said[i].by_context, clause[i] != U'好');
  }
  EXPECT_TRUE(reader.read(U"").empty());
}

TEST_F(ImportG2pw, TheFrontEndAsksIt) {
  import_base(folder_ / "text", bases());
  const fs::path lexicons = MYNA_SOURCE_DIR "/assets/lexicons";
  const models::PolyphoneModel reader(backend_, converted());
  const text::Frontend plain = make_frontend(lexicons);
  const text::Frontend asking = make_frontend(lexicons, {}, find_base(bases(), BaseKind::kG2pw));
  size_t changed = 0;
  for (const std::string text : {"行。", "重。", "你好行。", "你重。", "行好。"}) {
    const auto before = plain.analyse(text, text::Mode::kZh).phones;
    changed += asking.analyse(text, text::Mode::kZh).phones != before;
  }
  EXPECT_GT(changed, 0u);  // a network of arbitrary weights does not agree with the dictionary
  EXPECT_TRUE(find_base(folder_ / "elsewhere", BaseKind::kG2pw).empty());
}

TEST_F(ImportG2pw, TheVocabularyMayBeRobertas) {
  fs::remove(model() / "vocab.txt");
  EXPECT_THAT(refusal(ErrorCode::kNotFound), HasSubstr("chinese-roberta-wwm-ext-large"));
  myna::testing::write_reduced_roberta(folder_ / "text");
  const BaseImport done = import_base(folder_ / "text", bases());
  EXPECT_TRUE(done.parts.back().converted);
  const models::ModelFile file = models::open_model_file(converted(), "g2pw");
  EXPECT_THAT(file.record.at("vocabulary").get<std::string>(), HasSubstr("[CLS]\n[SEP]\n你\n"));
}

TEST_F(ImportG2pw, WhatDoesNotFitIsNamed) {
  for (const char* name :
       {"POLYPHONIC_CHARS.txt", "MONOPHONIC_CHARS.txt", "bopomofo_to_pinyin_wo_tune_dict.json"}) {
    fs::remove(model() / name);
    EXPECT_THAT(refusal(ErrorCode::kNotFound), AllOf(HasSubstr(name), HasSubstr("G2PWModel")));
    myna::testing::write_g2pw_tables(model());
  }
  const auto changed = [this](const char* name, const std::string& text, ErrorCode code) {
    write_file(model() / name, text);
    const std::string message = refusal(code);
    myna::testing::write_g2pw_tables(model());
    return message;
  };
  constexpr ErrorCode kInvalid = ErrorCode::kInvalidModel;
  EXPECT_THAT(changed("POLYPHONIC_CHARS.txt", "重\tㄔㄨㄥ2\n行好\tㄏㄤ2\n", kInvalid),
              AllOf(HasSubstr("POLYPHONIC_CHARS.txt"), HasSubstr("line 2")));
  EXPECT_THAT(changed("POLYPHONIC_CHARS.txt", "重\tㄔㄨㄥ2\n", kInvalid),
              HasSubstr("do not belong together"));
  EXPECT_THAT(changed("MONOPHONIC_CHARS.txt", "\n\n", kInvalid), HasSubstr("empty"));
  EXPECT_THAT(changed("bopomofo_to_pinyin_wo_tune_dict.json", "{", kInvalid),
              HasSubstr("bopomofo_to_pinyin"));
  EXPECT_THAT(changed("config.py", "use_char_phoneme = True", ErrorCode::kUnsupported),
              AllOf(HasSubstr("config.py"), HasSubstr("use_char_phoneme")));
  std::string words = read_text(model() / "vocab.txt");
  EXPECT_THAT(changed("vocab.txt", words + "more\n", kInvalid), HasSubstr("13"));
  fs::create_directories(folder_ / "text" / "g2pw");
  write_file(folder_ / "text" / "g2pw" / "polyphonic.rep", "银行: ['yin2','hang2']\n银行\n");
  EXPECT_THAT(refusal(kInvalid), AllOf(HasSubstr("polyphonic.rep"), HasSubstr("line 2")));
}

TEST_F(ImportG2pw, DamagedGraphsAreNotedOrNamed) {
  const std::string whole = read_text(model() / "g2pW.onnx");
  write_file(model() / "g2pW.onnx", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(refusal(ErrorCode::kNotFound), HasSubstr("none of the shared parts"));
  write_file(model() / "g2pW.onnx", "<html>not found</html>");
  EXPECT_THAT(refusal(ErrorCode::kNotFound), HasSubstr("none of the shared parts"));
}

TEST_F(ImportG2pw, ADamagedModelFileIsNamed) {
  import_base(folder_ / "text", bases());
  const models::ModelFile file = models::open_model_file(converted(), "g2pw");
  std::map<std::string, tensor::HostTensor> tensors;
  for (const std::string& name : file.tensors->names()) tensors[name] = file.tensors->get(name);
  const auto refused = [&](const char* key, const std::string& value) {
    Json record = file.record;
    record[key] = value;
    models::write_model_file(folder_ / "damaged.safetensors", "g2pw", file.config, record, tensors,
                             false);
    try {
      models::PolyphoneModel(backend_, folder_ / "damaged.safetensors");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      return std::string(error.what());
    }
    return std::string("was read");
  };
  EXPECT_THAT(refused("polyphones", "行\thang2\n"), HasSubstr("do not go with its network"));
  EXPECT_THAT(refused("polyphones", "no tab"), HasSubstr("line 1"));
  EXPECT_THAT(refused("vocabulary", "[CLS]\n[SEP]\n"), HasSubstr("[UNK]"));
}

}  // namespace
}  // namespace myna::voice
