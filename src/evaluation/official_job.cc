#include "evaluation/official_job.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/paths.h"
#include "evaluation/benchmark.h"
#include "evaluation/official_weights.h"
#include "voice/engine.h"
#include "voice/reference_cache.h"
#include "voice/synthesizer.h"

namespace myna::evaluation {
namespace {

using Clock = std::chrono::steady_clock;

/// Some 47 characters, about ten seconds when a person reads it. Each text is another, because what
/// the context network makes of the latest ones is kept.
std::string text_of(int repetition) {
  constexpr std::array kWhen = {"春天", "夏天", "秋天", "冬天", "早上", "周末"};
  return std::string(kWhen[size_t(repetition) % kWhen.size()]) +
         "来了，公园里的花都开了，孩子们在草地上跑来跑去，老人们坐在长椅上晒着太阳，慢慢地聊着天。";
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("myna-bench-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Enough {};  ///< thrown by the listener

/// Speaks until kSpokenSeconds are there; the networks would never end.
void speak(const std::shared_ptr<const voice::Engine>& engine, const voice::Voice& voice,
           const std::string& text, const CancelToken& cancel, OfficialJob* job) {
  voice::SpeakOptions options;
  options.mode = text::Mode::kZh;
  options.seed = 1;
  options.self_check = false;
  options.stream_tokens = true;
  const auto wanted = size_t(kSpokenSeconds * engine->sample_rate());
  size_t count = 0;
  const Clock::time_point start = Clock::now();
  try {
    voice::Synthesizer(engine).speak(
        voice, text, options,
        [&](std::span<const float> samples) {
          if (count == 0 && job) job->first_audio.push_back(seconds_since(start));
          count += samples.size();
          if (count >= wanted) throw Enough();
        },
        cancel);
  } catch (const Enough&) {
  }
  // The last step spoke a little more than was wanted.
  if (job) job->spoken.push_back(seconds_since(start) * double(wanted) / double(count));
}

}  // namespace

OfficialJob measure_official_job(int threads, int repetitions, const CancelToken& cancel) {
  const TemporaryFolder folder;
  const std::filesystem::path voice_folder = folder.path() / "voice",
                              bases = folder.path() / "bases";
  write_official_weights(voice_folder, bases);
  reset_peak_memory();

  OfficialJob job;
  voice::EngineOptions options;
  options.threads = threads;
  const std::vector<voice::Recording> recordings = voice::find_recordings("slt");
  const auto load = [&] {
    return voice::Engine::load_imported(assets_dir(), voice_folder, bases, options);
  };
  std::shared_ptr<const voice::Engine> engine = load();
  for (int i = 0; i < repetitions; ++i) {
    cancel.check("measuring");
    engine.reset();
    const Clock::time_point start = Clock::now();
    engine = load();
    job.load.push_back(seconds_since(start));
  }
  voice::Voice voice;
  for (int i = 0; i <= repetitions; ++i) {
    cancel.check("measuring");
    engine->references().clear();
    const Clock::time_point start = Clock::now();
    voice = voice::make_voice(*engine, "slt", recordings);
    if (i > 0) job.reference.push_back(seconds_since(start));
  }
  for (int i = 0; i <= repetitions; ++i)
    speak(engine, voice, text_of(i), cancel, i > 0 ? &job : nullptr);
  // The most that there is at a time: a new reference is read while RoBERTa is mapped.
  engine->references().clear();
  voice::make_voice(*engine, "slt", recordings);
  job.peak_memory_mb = peak_memory_mb();
  return job;
}

}  // namespace myna::evaluation
