// myna demo: the bundled sample voices read an English and a Mandarin sentence.
#include <filesystem>
#include <iostream>
#include <memory>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/speak_job.h"

namespace myna::cli {
namespace {

struct Sentence {
  const char* name;
  const char* text;
};

constexpr Sentence kSentences[] = {
    {"en", "Any text you like, read aloud in a voice you know."},
    {"zh", "今天天气很好，我们一起去公园散步吧。"},
};
constexpr const char* kVoices[] = {"slt", "rms"};
constexpr uint64_t kSeed = 5;

void run_demo(const std::filesystem::path& folder, uint64_t seed) {
  std::filesystem::create_directories(folder);
  ensure_writable_directory(folder);
  const auto engine = voice::Engine::load_starter();
  std::vector<SpeakOutcome> outcomes;
  for (const char* name : kVoices) {
    for (const Sentence& sentence : kSentences) {
      SpeakJob job;
      job.voices = {name};
      job.text = sentence.text;
      job.output = (folder / (std::string(name) + "-" + sentence.name + ".wav")).string();
      job.options.seed = seed;
      outcomes.push_back(run_speak_job(engine, job));
    }
  }
  std::cout << outcome_table(outcomes);
}

}  // namespace

void add_demo_command(CLI::App& app, int&) {
  auto folder = std::make_shared<std::string>("out");
  auto seed = std::make_shared<uint64_t>(kSeed);
  CLI::App* demo =
      app.add_subcommand("demo", "Let the two sample voices read two sentences into wav files");
  demo->add_option("-o,--output", *folder, "Folder for the wav files (default: out)")
      ->type_name("DIR");
  demo->add_option("--seed", *seed, "Default: 5")->type_name("N");
  demo->callback([folder, seed] { run_demo(*folder, *seed); });
}

}  // namespace myna::cli
