// inspect and import as a user runs them. Importing and speaking with real checkpoints of reduced
// networks is tested in tests/voice/import_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "support/program_test.h"
#include "support/torch_writer.h"

namespace myna::cli {
namespace {

using myna::testing::run;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ImportCommand : public testing::ProgramTest {
 protected:
  /// A checkpoint with the two tensors by which a text-to-semantic model is known.
  std::string tiny_gpt() const {
    const auto table = tensor::HostTensor::zeros({732, 2});
    const auto head = tensor::HostTensor::from_floats({2}, {1, 2});
    return file("tiny.ckpt",
                testing::checkpoint_of({{"model.ar_text_embedding.word_embeddings.weight", table},
                                        {"model.ar_predict_layer.weight", head}},
                                       {{"model", {{"hidden_dim", 2}}}}));
  }
};

TEST_F(ImportCommand, InspectTellsWhatAFileIs) {
  const auto text = run({"inspect", tiny_gpt()});
  EXPECT_EQ(text.exit_code, 0) << text.output;
  EXPECT_THAT(text.output,
              AllOf(HasSubstr("text-to-semantic model (GPT) v2 or later"), HasSubstr("because"),
                    HasSubstr("732 rows"), HasSubstr("model.hidden_dim = 2"),
                    HasSubstr("2 (2 x F32)"), HasSubstr("myna import --gpt")));
  const auto all = run({"inspect", "--tensors", tiny_gpt()});
  EXPECT_THAT(all.output, HasSubstr("ar_text_embedding.word_embeddings.weight [732, 2]"));
  const auto machine = run({"inspect", "--json", "--tensors", tiny_gpt()});
  const Json json = parse_json(machine.output, "inspect");
  EXPECT_EQ(json.at("version"), "v2");
  EXPECT_EQ(json.at("values"), 2 * 732 + 2);
  EXPECT_EQ(json.at("tensor_list").size(), 2u);
}

TEST_F(ImportCommand, InspectNamesWhatIsNoModel) {
  const std::string page = file("s2G.pth", "<!DOCTYPE html><html><body>404</body></html>");
  const std::string pointer =
      file("s1.ckpt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
  EXPECT_EQ(run({"inspect", page}).exit_code, 1);
  EXPECT_THAT(run({"inspect", page}).output, HasSubstr("web page"));
  EXPECT_THAT(run({"inspect", pointer}).output, HasSubstr("Git-LFS pointer"));
  EXPECT_THAT(run({"inspect", out("absent.pth")}).output, HasSubstr("no such file"));
  // One bad file does not hide the others.
  const auto both = run({"inspect", page, tiny_gpt()});
  EXPECT_EQ(both.exit_code, 1);
  EXPECT_THAT(both.output, AllOf(HasSubstr("web page"), HasSubstr("GPT")));
}

TEST_F(ImportCommand, InspectExecutesNothing) {
  const std::string marker = out("executed");
  const std::string command = "touch " + marker;
  const std::string evil =
      file("evil.pth",
           testing::zip_of({{"a/data.pkl",
                             "\x80\x02"
                             "cos\nsystem\nX" +
                                 testing::little_endian(command.size(), 4) + command + "\x85R."}}));
  const auto result = run({"inspect", evil});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, AllOf(HasSubstr("evil.pth"), HasSubstr("os.system")));
  EXPECT_FALSE(std::filesystem::exists(marker));
}

TEST_F(ImportCommand, ImportSaysWhatItNeeds) {
  EXPECT_EQ(run({"import"}).exit_code, 2);
  EXPECT_EQ(run({"import", "--gpt", tiny_gpt()}).exit_code, 2);
  const auto swapped = run({"import", "--gpt", tiny_gpt(), "--sovits", tiny_gpt()});
  EXPECT_EQ(swapped.exit_code, 1);
  EXPECT_THAT(swapped.output, HasSubstr("give it behind --gpt"));
  const auto base = run({"import", "--base", folder_.path().string()});
  EXPECT_EQ(base.exit_code, 1);
  EXPECT_THAT(base.output, AllOf(HasSubstr("chinese-hubert-base"), HasSubstr("README")));
}

}  // namespace
}  // namespace myna::cli
