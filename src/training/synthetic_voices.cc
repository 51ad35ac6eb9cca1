#include "training/synthetic_voices.h"

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdlib>

#include "audio/io.h"
#include "audio/resample.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/files.h"

namespace myna::training {
namespace {

constexpr double kWordsPerMinute = 165;  // espeak-ng's unit; near the tempo of the recorded sets
constexpr float kTempoLow = 0.9f, kTempoHigh = 1.12f;
constexpr int kPitch = 50, kPitchSpread = 12;  // espeak-ng's scale of 0 to 99

std::string fixed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

void run_flite(const SyntheticSpeaker& speaker, const std::string& text_file,
               const std::string& wav, double tempo) {
  run_program({"flite", "-voice", speaker.voice, "--setf",
               "duration_stretch=" + fixed(speaker.scale / tempo), "-f", text_file, "-o", wav},
              "install the package flite");
}

void run_espeak(const SyntheticSpeaker& speaker, const std::string& text_file,
                const std::string& wav, double tempo, int pitch) {
  const std::string voice =
      speaker.variant.empty() ? speaker.voice : speaker.voice + "+" + speaker.variant;
  const auto speed = std::lround(kWordsPerMinute * tempo / speaker.scale);
  run_program({"espeak-ng", "-v", voice, "-s", std::to_string(speed), "-p", std::to_string(pitch),
               "-b", "1", "-f", text_file, "-w", wav},
              "install the package espeak-ng");
}

}  // namespace

std::string SyntheticSpeaker::id() const {
  std::string name = engine + "/" + voice;
  if (!variant.empty()) name += "+" + variant;
  return name + "@" + fixed(scale);
}

std::vector<SyntheticSpeaker> speakers_of(const VoiceRecipe& voice) {
  std::vector<SyntheticSpeaker> speakers;
  for (const auto& variant : voice.variants) {
    for (const double scale : voice.scales) {
      speakers.push_back({voice.engine, voice.voice, variant, scale});
    }
  }
  return speakers;
}

SyntheticStudio::SyntheticStudio() {
  std::string pattern = (std::filesystem::temp_directory_path() / "myna-speech-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorCode::kIo, "no temporary folder can be made there", pattern);
  }
  folder_ = pattern;
}

SyntheticStudio::~SyntheticStudio() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<float> SyntheticStudio::speak(const std::string& spoken,
                                          const SyntheticSpeaker& speaker, int sample_rate,
                                          Rng rng) const {
  static std::atomic<uint64_t> counter{0};
  const auto base = folder_ / std::to_string(counter++);
  const std::string text_file = base.string() + ".txt", wav = base.string() + ".wav";
  write_file(text_file, spoken + "\n");
  const double tempo = rng.uniform(kTempoLow, kTempoHigh);
  const int pitch = kPitch - kPitchSpread + static_cast<int>(rng.below(2 * kPitchSpread + 1));
  if (speaker.engine == "flite") {
    run_flite(speaker, text_file, wav, tempo);
  } else if (speaker.engine == "espeak-ng") {
    run_espeak(speaker, text_file, wav, tempo, pitch);
  } else {
    throw Error(ErrorCode::kUnsupported, "the engines are flite and espeak-ng", speaker.engine);
  }
  audio::ReadOptions options;
  options.mono = true;
  audio::Clip clip = audio::read_clip(wav, options);
  std::filesystem::remove(text_file);
  std::filesystem::remove(wav);
  clip.sample_rate = static_cast<int>(std::lround(clip.sample_rate * speaker.scale));
  return audio::resample(clip, sample_rate).samples;
}

}  // namespace myna::training
