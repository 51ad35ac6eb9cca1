// myna export as a user runs it. What the graphs compute is tested in tests/models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "support/program_test.h"
#include "tensor/onnx_file.h"

namespace myna::cli {
namespace {

using myna::testing::run;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ExportCommand : public testing::ProgramTest {};

TEST_F(ExportCommand, WritesTheStartersGraphs) {
  const std::string folder = out("a/b");
  const auto result = run({"export", "--onnx", folder, "starter"});
  ASSERT_EQ(result.exit_code, 0) << result.output;
  const Json info = read_json(folder + "/model.json");
  EXPECT_EQ(info.at("sovits").at("sample_rate"), 16000);
  for (const Json& name : info.at("graphs")) {
    const std::string file = folder + "/" + name.get<std::string>();
    EXPECT_THAT(result.output, HasSubstr(file));
    EXPECT_FALSE(tensor::read_onnx_model(file).initializers.empty()) << file;
  }
}

TEST_F(ExportCommand, SaysWhatItNeeds) {
  EXPECT_EQ(run({"export"}).exit_code, 2);
  EXPECT_EQ(run({"export", "--onnx", out("graphs")}).exit_code, 2);

  const auto unknown = run({"export", "--onnx", out("graphs"), "nobody"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, AllOf(HasSubstr("nobody"), HasSubstr("starter")));

  const auto recording = run({"export", "--onnx", out("graphs"), "slt"});
  EXPECT_EQ(recording.exit_code, 2);
  EXPECT_THAT(recording.output, AllOf(HasSubstr("recording"), HasSubstr("starter")));

  file("data/myna/voices/new/voice.json", R"({"format": "myna-voice-1", "version": "v3"})");
  const auto version = run({"export", "--onnx", out("graphs"), "new"});
  EXPECT_EQ(version.exit_code, 1);
  EXPECT_THAT(version.output, AllOf(HasSubstr("version v3"), HasSubstr("v2ProPlus")));

  file("data/myna/voices/half/voice.json", R"({"format": "myna-voice-1", "version": "v2"})");
  EXPECT_THAT(run({"export", "--onnx", out("graphs"), "half"}).output,
              HasSubstr("sovits.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(out("graphs")));

  const std::string in_the_way = file("plain", "a file");
  const auto unwritable = run({"export", "--onnx", in_the_way, "starter"});
  EXPECT_EQ(unwritable.exit_code, 1);
  EXPECT_THAT(unwritable.output, HasSubstr(in_the_way));
}

}  // namespace
}  // namespace myna::cli
