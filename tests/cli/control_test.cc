// Control over the reading as a user gives it: markup, SSML, lexicons, tables, streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "audio/io.h"
#include "base/files.h"
#include "base/json.h"
#include "support/program_test.h"

namespace myna::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::run;
using testing::run_line;
using testing::shell_quoted;

class ControlCommand : public testing::ProgramTest {
 protected:
  std::string phones(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"phones", "--json"});
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    std::string all;
    const Json line = parse_json(result.output, "phones");
    for (const Json& phone : line.at("phones"))
      all += (all.empty() ? "" : " ") + phone.get<std::string>();
    return all;
  }
};

TEST_F(ControlCommand, TheTableSaysWhyItIsReadSo) {
  const auto result = run({"phones", "--text", "银<行|xing2>有3个iPhone[pause 300ms]。"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* part : {"languages zh", "en iPhone", "read as", "三个", "x ing2", "word", "ids",
                           "银行 *", "as you told it", "a pause of 0.3 s"}) {
    EXPECT_THAT(result.output, HasSubstr(part));
  }
}

TEST_F(ControlCommand, JsonLinesHaveEveryField) {
  const std::string input = file("lines.txt", "你好，world。\n[pause soon]\n...\n");
  const auto result = run({"phones", "--json"}, input);
  EXPECT_EQ(result.exit_code, 0);
  std::istringstream lines(result.output);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const Json first = parse_json(line, "line");
  EXPECT_EQ(first["text"], "你好，world。");
  EXPECT_EQ(first["phones"].size(), first["ids"].size());
  EXPECT_EQ(first["runs"].size(), 2u);
  EXPECT_EQ(first["runs"][0]["word2ph"], Json::parse("[2, 2, 1]"));
  for (const char* key : {"normalized", "word2ph", "words", "notes"})
    EXPECT_TRUE(first.contains(key));
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_THAT(parse_json(line, "line")["error"]["message"].get<std::string>(),
              HasSubstr("[pause 300ms]"));
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(parse_json(line, "line")["error"]["code"], "invalid_text");

  const auto table = run({"phones"}, input);
  EXPECT_EQ(table.exit_code, 1);
  EXPECT_THAT(table.output, HasSubstr("line 2: "));
}

TEST_F(ControlCommand, LexiconsWinInOrder) {
  EXPECT_EQ(phones({"--text", "行"}), "x ing2");
  file("data/myna/lexicon.tsv", "行\thang2\n");
  EXPECT_EQ(phones({"--text", "行"}), "h ang2");
  const std::string named = file("named.tsv", "行\theng2\n");
  EXPECT_EQ(phones({"--text", "行", "--lexicon", named}), "h eng2");
  EXPECT_EQ(phones({"--text", "<行|xing4>", "--lexicon", named}), "x ing4");
  EXPECT_EQ(phones({"--text", "<行|xing4>", "--plain"}), phones({"--text", "\\<行\\|xing4\\>"}));

  const auto absent = run({"phones", "--text", "行", "--lexicon", out("absent.tsv")});
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_THAT(absent.output, HasSubstr("absent.tsv"));
  const auto bad = run({"phones", "--text", "行", "--lexicon", file("bad.tsv", "行\n")});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.output, HasSubstr("bad.tsv: line 1"));
}

TEST_F(ControlCommand, WrongMarkupFailsBeforeAnythingIsSpoken) {
  struct Row {
    std::vector<std::string> arguments;
    const char* says;
  };
  const Row rows[] = {
      {{"--text", "Hello. [pause soon]"}, "line 1, column 8"},
      {{"--text", "Hello. [lang:en]x"}, "[/lang]"},
      {{"--text", "<speak>Hello. <shout/></speak>"}, "<shout>"},
      {{"--ssml", "--text", "Hello."}, "line 1"},
      {{"--text", "Hello.", "--lexicon", out("absent.tsv")}, "absent.tsv"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> all = {"speak", "--voice", "slt", "-o", out("x.wav")};
    all.insert(all.end(), row.arguments.begin(), row.arguments.end());
    const auto result = run(all);
    EXPECT_EQ(result.exit_code, 1) << result.output;
    EXPECT_THAT(result.output, HasSubstr(row.says));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "x.wav"));
  }
}

TEST_F(ControlCommand, APauseHasItsLengthAndTheTableIsShown) {
  const auto seconds = [&](const std::string& text) {
    const auto result = run({"speak", "--voice", "slt", "--text", text, "--seed", "3", "--pause",
                             "0.2", "--no-self-check", "--show-phones", "-o", out("a.wav")});
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_THAT(result.output, HasSubstr("read as   One now."));
    return audio::read_clip(out("a.wav")).seconds();
  };
  const double without = seconds("One now. Two now.");
  EXPECT_NEAR(seconds("One now.[pause 1.5s] Two now.") - without, 1.5 - 0.2, 1e-3);
}

TEST_F(ControlCommand, AVoiceCarriesItsLexicon) {
  std::filesystem::create_directories(folder_ / "data/myna/voices/me");
  std::filesystem::copy_file(MYNA_SOURCE_DIR "/assets/samples/slt.flac",
                             folder_ / "data/myna/voices/me/a.flac");
  file("data/myna/voices/me/lexicon.tsv", "now\tY UW1\n");
  const auto result = run({"speak", "--voice", "me", "--text", "Now.", "--no-self-check",
                           "--show-phones", "-o", out("a.wav")});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("Y UW1"));
}

TEST_F(ControlCommand, AStreamGivesTheSamplesOfTheFile) {
  const std::string text = "First one here. Second [pause 400ms]part. 第三句。";
  const std::string input = file("text.txt", text);
  const std::vector<std::string> rest = {"--seed", "5", "--no-self-check"};
  const auto speak = [&](std::vector<std::string> source, const std::string& name) {
    source.insert(source.begin(), {"speak", "--voice", "rms", "-o", out(name)});
    source.insert(source.end(), rest.begin(), rest.end());
    const auto result = run(source, input);
    EXPECT_EQ(result.exit_code, 0) << result.output;
  };
  speak({"--text-file", input}, "file.wav");
  speak({"--text", "-"}, "stream.wav");
  EXPECT_EQ(read_text(out("file.wav")), read_text(out("stream.wav")));
}

TEST_F(ControlCommand, AStreamIsSpokenBeforeItEnds) {
  // The table of the first sentence must be there while the input is still open.
  const std::string command =
      "(printf 'First one here.\\n'; i=0; while ! grep -q First " + shell_quoted(out("log")) +
      " && [ $i -lt 300 ]; do sleep 0.2; i=$((i+1)); done; echo \"waited $i\" >> " +
      shell_quoted(out("waited")) + "; printf 'Second one.\\n') | " + shell_quoted(MYNA_PROGRAM) +
      " speak --voice slt --text - --no-self-check --show-phones -o " + shell_quoted(out("a.wav")) +
      " > " + shell_quoted(out("log")) + " 2>&1";
  file("log", "");
  EXPECT_EQ(run_line(command).exit_code, 0);
  EXPECT_THAT(read_text(out("waited")), Not(HasSubstr("waited 300")));
  EXPECT_THAT(read_text(out("log")), HasSubstr("Second one."));
}

}  // namespace
}  // namespace myna::cli
