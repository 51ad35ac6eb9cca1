// The program as a user runs it: exit codes, one-sentence errors, files that appear whole or not at
// all, and speech that the program itself can read back.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "audio/io.h"
#include "base/files.h"
#include "base/json.h"
#include "support/program_test.h"

namespace myna::cli {
namespace {

using testing::run;
using Result = testing::ProgramResult;

using SpeakCommand = testing::ProgramTest;

/// A row of the bad-input table: what is given, the exit code, and a word of the message.
struct BadInput {
  std::vector<std::string> arguments;
  int exit_code;
  std::string says;
};

TEST_F(SpeakCommand, EveryBadInputGetsOneClearSentence) {
  audio::Clip silent{std::vector<float>(48000, 0.0f), 16000, 1};
  audio::Clip brief{std::vector<float>(6000, 0.2f), 16000, 1};
  audio::write_clip(folder_ / "silent.wav", silent);
  audio::write_clip(folder_ / "brief.wav", brief);
  const std::string sample = read_text(MYNA_SOURCE_DIR "/assets/samples/slt.flac");
  const std::string truncated = file("truncated.flac", sample.substr(0, sample.size() / 3));
  const std::string page = file("page.wav", "<!DOCTYPE html><html><body>404</body></html>");
  const std::string empty = file("empty.wav", "");
  const std::string noise = file("noise.mp3", std::string(3000, '\x5a'));
  const std::string bad_text = file("bad.txt", "ok \xff\xfe not ok");
  const auto speak = [&](std::vector<std::string> more) {
    std::vector<std::string> all = {"speak", "-o", out("result.wav")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const std::vector<BadInput> table = {
      {speak({"--voice", out("absent.wav"), "--text", "Hi."}), 1, "absent.wav"},
      {speak({"--voice", "nobody", "--text", "Hi."}), 1, "slt"},
      {speak({"--voice", empty, "--text", "Hi."}), 1, "empty.wav"},
      {speak({"--voice", truncated, "--text", "Hi."}), 1, "truncated.flac"},
      {speak({"--voice", page, "--text", "Hi."}), 1, "page.wav"},
      {speak({"--voice", noise, "--text", "Hi."}), 1, "noise.mp3"},
      {speak({"--voice", out("silent.wav"), "--text", "Hi."}), 1, "silent.wav"},
      {speak({"--voice", out("brief.wav"), "--text", "Hi."}), 1, "brief.wav"},
      {speak({"--voice", "slt", "--text", ""}), 1, "text"},
      {speak({"--voice", "slt", "--text", "... !!"}), 1, "spoken"},
      {speak({"--voice", "slt", "--text-file", bad_text}), 1, "UTF-8"},
      {speak({"--voice", "slt", "--text-file", out("absent.txt")}), 1, "absent.txt"},
      {speak({"--voice", "slt"}), 2, "--text"},
      {speak({"--text", "Hi."}), 2, "--voice"},
      {speak({"--voice", "slt", "--text", "Hi.", "--language", "tlh"}), 2, "zh"},
      {speak({"--voice", "slt", "--text", "Hi.", "--speed", "9"}), 2, "--speed"},
      {speak({"--voice", "slt", "--text", "Hi.", "--speed", "fast"}), 2, "--speed"},
      {speak({"--voice", "slt", "--text", "Hi.", "--compat", "reference"}), 2, "imported weights"},
      {speak({"--voice", "slt", "--text", "Hi.", "--compat", "me"}), 2, "--compat"},
      {{"speak", "--voice", "slt", "--text", "Hi.", "-o", out("x.xyz")}, 2, ".wav"},
      {{"speak", "--voice", "slt", "--text", "Hi.", "-o", out("no/such/folder/x.wav")},
       1,
       "folder"},
      {{"speak", "--voice", "slt", "--text", "Hi."}, 2, "--output"},
      {{"frobnicate"}, 2, "myna --help"},
  };
  for (const BadInput& row : table) {
    const Result result = run(row.arguments);
    std::string line;
    for (const std::string& word : row.arguments) line += word + " ";
    EXPECT_EQ(result.exit_code, row.exit_code) << line << "\n" << result.output;
    EXPECT_NE(result.output.find(row.says), std::string::npos) << line << "\n" << result.output;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "result.wav")) << line;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      EXPECT_EQ(entry.path().filename().string().find("result"), std::string::npos)
          << "left behind by " << line << ": " << entry.path();
    }
  }
}

TEST_F(SpeakCommand, SpeaksWithTheStarterAndReadsItBack) {
  const Result result =
      run({"speak", "--voice", "slt", "--text", "The morning was cool and bright.", "--seed", "1",
           "-o", out("a.wav"), "--report", out("a.json")});
  ASSERT_EQ(result.exit_code, 0) << result.output;
  const audio::Clip clip = audio::read_clip(out("a.wav"));
  EXPECT_GT(clip.seconds(), 0.8);
  EXPECT_LT(clip.seconds(), 8.0);
  const Json report = read_json(out("a.json"));
  EXPECT_EQ(report["seed"], 1);
  EXPECT_TRUE(report["self_check"]["checked"]);
  EXPECT_EQ(report["sentences"].size(), 1u);
  // The program must hear most of the text in it; docs/starter.md has the figures of the base.
  const Json& sentence = report["sentences"][0];
  const int wanted = sentence["phones_wanted"];
  EXPECT_GT(wanted, 15);
  EXPECT_LT(sentence["phones_missing"].get<int>() + sentence["phones_substituted"].get<int>() +
                sentence["phones_inserted"].get<int>(),
            0.6 * wanted);
  EXPECT_NE(sentence["verdict"], "silent");
  EXPECT_NE(sentence["verdict"], "unchecked");
}

TEST_F(SpeakCommand, TheSameSeedGivesTheSameFile) {
  for (const char* name : {"a.wav", "b.wav"}) {
    const Result result = run({"speak", "--voice", "rms", "--text", "Once more, 再来一次。",
                               "--seed", "11", "-o", out(name)});
    ASSERT_EQ(result.exit_code, 0) << result.output;
  }
  EXPECT_EQ(read_text(out("a.wav")), read_text(out("b.wav")));
}

TEST_F(SpeakCommand, ReadsStandardInputAndWritesEveryFormat) {
  const std::string text = file("text.txt", "Hello from a pipe.\n");
  for (const char* name : {"a.flac", "a.mp3", "a.ogg", "a.opus"}) {
    const Result result =
        run({"speak", "--voice", "slt", "-", "--no-self-check", "-o", out(name)}, text);
    ASSERT_EQ(result.exit_code, 0) << name << ": " << result.output;
    EXPECT_GT(audio::read_clip(out(name)).seconds(), 0.3) << name;
  }
}

TEST_F(SpeakCommand, AnInterruptLeavesNothingBehind) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "This is a long text that takes a while to read. ";
  const std::string input = file("long.txt", text);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    execl(MYNA_PROGRAM, MYNA_PROGRAM, "speak", "--voice", "slt", "--text-file", input.c_str(), "-o",
          out("long.wav").c_str(), nullptr);
    _exit(127);
  }
  sleep(2);
  kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(entry.path().filename().string(), "long.txt");
  }
}

}  // namespace
}  // namespace myna::cli
