// Recordings -> voice: which stretch is used, the style of all of them, the prompt of the best.
#include <algorithm>

#include "audio/loudness.h"
#include "audio/quality.h"
#include "audio/resample.h"
#include "audio/spectrum.h"
#include "audio/vad.h"
#include "base/error.h"
#include "models/sovits.h"
#include "voice/engine.h"
#include "voice/hubert_features.h"
#include "voice/listener.h"
#include "voice/voice.h"

namespace myna::voice {
namespace {

constexpr double kMinStretch = 3.0, kMaxStretch = 10.0;  // seconds
constexpr double kReferenceLoudness = -23.0;             // LUFS, as the training material

/// The part of one recording that is used: mono, at the model's rate, at the training loudness.
struct Reference {
  std::vector<float> samples;
  std::string transcript;  ///< of exactly these samples, or empty
  double score = 0;
  ReferenceNote note;
};

Reference choose_stretch(const Recording& recording, const Engine& engine) {
  const int sample_rate = engine.sample_rate();
  const audio::QualityReport quality = audio::check_quality(recording.clip);
  audio::require_usable(quality, recording.name);
  audio::Clip clip = audio::to_mono(recording.clip, sample_rate);
  const audio::Stretch stretch =
      audio::best_stretch(clip.samples, sample_rate, kMinStretch, kMaxStretch);

  Reference reference;
  reference.note.recording = recording.name;
  reference.note.begin_seconds = double(stretch.span.begin) / sample_rate;
  reference.note.end_seconds = double(stretch.span.end) / sample_rate;
  for (const audio::Finding& finding : quality.findings) {
    reference.note.warnings.push_back(finding.message + " " + finding.remedy);
  }
  reference.score = stretch.score;
  // A transcript tells of the whole recording: it fits only when all the speech is used.
  const bool whole =
      audio::trim_silence(clip, 0.0).seconds() <= double(stretch.span.size()) / sample_rate + 0.3;
  if (whole) {
    reference.transcript = recording.transcript;
  } else if (!recording.transcript.empty()) {
    reference.note.warnings.push_back(
        "Its transcript is of the whole recording and only a part is used, so the words are heard "
        "instead.");
  }
  audio::Clip part{
      {clip.samples.begin() + stretch.span.begin, clip.samples.begin() + stretch.span.end},
      sample_rate,
      1};
  // Official weights were trained on recordings of any loudness and are given them as they are.
  if (engine.hubert_file().empty()) audio::normalize_loudness(part, kReferenceLoudness);
  reference.samples = std::move(part.samples);
  return reference;
}

compute::Tensor spectrogram(const Engine& engine, const std::vector<float>& samples) {
  const models::SovitsConfig& config = engine.sovits().config();
  audio::Matrix spec =
      audio::linear_spectrogram(samples, {int(config.filter_length), int(config.hop_length)});
  return engine.backend().from_host(
      tensor::HostTensor::from_floats({1, spec.rows, spec.cols}, std::move(spec.values)));
}

/// How much longer phones last here than DurationPredictor says, by those of the prompt. A pause,
/// which is heard as a part of the phone before it, counts as a long phone.
double slowness(const Engine& engine, const Heard& heard, const std::vector<int32_t>& phones) {
  constexpr double kPause = 3, kSlowest = 1.3, kFastest = 0.8;
  constexpr size_t kEnoughPhones = 10;
  const auto blank = int32_t(engine.content_encoder().config().blank());
  const std::vector<uint16_t> places = align_to(heard, phones, blank);
  if (!engine.durations() || places.empty() || phones.size() < kEnoughPhones) return 1;
  const std::vector<float> usual =
      engine.durations()->tokens(std::vector<int64_t>(phones.begin(), phones.end()));
  std::vector<double> frames(phones.size());
  for (const uint16_t place : places) frames[place] += 1;
  double lasted = 0, expected = 0;
  for (size_t i = 0; i < phones.size(); ++i) {
    if (!engine.phone_classes().spoken(phones[i])) continue;
    lasted += std::min(frames[i], kPause * double(usual[i]));
    expected += double(usual[i]);
  }
  return expected > 0 ? std::clamp(lasted / expected, kFastest, kSlowest) : 1;
}

void set_prompt(Voice& voice, const Engine& engine, const Reference& reference,
                const VoiceOptions& options) {
  const Heard heard = listen(engine, reference.samples, engine.sample_rate());
  if (!reference.transcript.empty()) {
    voice.prompt_phones =
        engine.frontend().analyse(reference.transcript, options.transcript_mode).ids;
  } else if (options.hear_prompt) {
    voice.prompt_phones = heard.phones;
  }
  if (voice.prompt_phones.empty()) return;
  const compute::Tensor features =
      engine.hubert_file().empty()
          ? heard.features
          : hubert_features(engine, reference.samples, engine.sample_rate());
  voice.prompt_codes = engine.sovits().extract_codes(features);
  voice.slowness = slowness(engine, heard, voice.prompt_phones);
}

}  // namespace

Voice make_voice(const Engine& engine, const std::string& name,
                 const std::vector<Recording>& recordings, const VoiceOptions& options) {
  if (recordings.empty()) {
    throw Error(ErrorCode::kUsage, "needs at least one recording.", "voice");
  }
  Voice voice;
  voice.name = name;
  std::vector<Reference> references;
  std::vector<compute::Tensor> spectrograms;
  for (const Recording& recording : recordings) {
    references.push_back(choose_stretch(recording, engine));
    spectrograms.push_back(spectrogram(engine, references.back().samples));
    voice.notes.push_back(references.back().note);
  }
  voice.style = engine.sovits().style(spectrograms);
  const auto best =
      std::max_element(references.begin(), references.end(),
                       [](const Reference& a, const Reference& b) { return a.score < b.score; });
  set_prompt(voice, engine, *best, options);
  return voice;
}

}  // namespace myna::voice
