// Recordings -> voice: which stretch is used, the style of all of them, the prompt of the best.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "audio/loudness.h"
#include "audio/quality.h"
#include "audio/resample.h"
#include "audio/spectrum.h"
#include "audio/vad.h"
#include "base/error.h"
#include "compute/cpu/cpu_backend.h"
#include "text/unicode.h"
#include "voice/engine.h"
#include "voice/hubert_features.h"
#include "voice/listener.h"
#include "voice/reference_cache.h"
#include "voice/speaker_vector.h"
#include "voice/speech_decoder.h"
#include "voice/voice.h"

namespace myna::voice {
namespace {

constexpr double kMinStretch = 3.0, kMaxStretch = 10.0;  // seconds
constexpr double kReferenceLoudness = -23.0;             // LUFS, as the training material

/// The part of one recording that is used: mono, at the model's rate, at the training loudness.
struct Reference {
  std::vector<float> samples;
  int sample_rate = 0;
  bool whole = false;  ///< all the speech of the recording
  double score = 0;
  ReferenceNote note;
};

bool as_reference(const Engine& engine) { return engine.compat() == Compat::kReference; }
bool has_official_weights(const Engine& engine) { return !engine.hubert_file().empty(); }

Reference choose_stretch(const Recording& recording, const Engine& engine) {
  const int sample_rate = engine.reference_rate();
  const audio::QualityReport quality = audio::check_quality(recording.clip);
  audio::require_usable(quality, recording.name);
  audio::Clip clip = audio::to_mono(recording.clip, sample_rate);
  audio::Stretch stretch{{0, std::ssize(clip.samples)}, 0, {}};
  if (!as_reference(engine))
    stretch = audio::best_stretch(clip.samples, sample_rate, kMinStretch, kMaxStretch);

  Reference reference;
  reference.note.begin_seconds = double(stretch.span.begin) / sample_rate;
  reference.note.end_seconds = double(stretch.span.end) / sample_rate;
  for (const audio::Finding& finding : quality.findings) {
    reference.note.warnings.push_back(finding.message + " " + finding.remedy);
  }
  reference.score = stretch.score;
  // A transcript tells of the whole recording: it fits only when all the speech is used.
  reference.whole =
      audio::trim_silence(clip, 0.0).seconds() <= double(stretch.span.size()) / sample_rate + 0.3;
  audio::Clip part{
      {clip.samples.begin() + stretch.span.begin, clip.samples.begin() + stretch.span.end},
      sample_rate,
      1};
  // Official weights were trained on recordings of any loudness and are given them as they are.
  if (!has_official_weights(engine)) audio::normalize_loudness(part, kReferenceLoudness);
  reference.samples = std::move(part.samples);
  reference.sample_rate = sample_rate;
  return reference;
}

compute::Tensor spectrogram(const Engine& engine, const std::vector<float>& samples) {
  const models::SovitsConfig& config = engine.sovits().config();
  audio::Matrix spec =
      audio::linear_spectrogram(samples, {int(config.filter_length), int(config.hop_length)});
  return engine.backend().from_host(
      tensor::HostTensor::from_floats({1, spec.rows, spec.cols}, std::move(spec.values)));
}

/// For a network that reads recordings, which is large and used rarely: nothing is kept for other
/// work while it is there, and nothing of its own is kept afterwards.
void make_room(const Engine& engine) {
  compute::give_back_memory(engine.backend());
  if (engine.chinese_context()) engine.chinese_context()->drop_pages();
}

/// The speaker network, loaded for the first recording that needs it.
class SpeakerNetwork {
 public:
  explicit SpeakerNetwork(const Engine& engine) : engine_(engine) {}
  /// None for voices that do not want one.
  std::vector<compute::Tensor> vectors(const Reference& reference) {
    if (engine_.speaker_file().empty()) return {};
    if (!network_) {
      make_room(engine_);
      network_ = load_speaker_network(engine_);
    }
    return {speaker_vector(engine_, *network_, reference.samples, reference.sample_rate)};
  }
  void release() {
    if (!network_) return;
    network_.reset();
    compute::give_back_memory(engine_.backend());
  }

 private:
  const Engine& engine_;
  std::shared_ptr<const models::Eres2net> network_;
};

/// What the codebook was made of: features by HuBERT or those that the listener has.
compute::Tensor content_features(const Engine& engine, const Reference& reference, Heard& heard) {
  compute::Tensor features = std::exchange(heard.features, {});
  if (!has_official_weights(engine)) return features;
  make_room(engine);
  features = hubert_features(engine, reference.samples, reference.sample_rate);
  compute::give_back_memory(engine.backend());
  return features;
}

/// What lies above full scale comes down, by half at most, as in the reference.
void bring_within_range(std::vector<float>& samples) {
  constexpr float kMostReduction = 2.0f;
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  if (peak <= 1.0f) return;
  for (float& sample : samples) sample /= std::min(peak, kMostReduction);
}

ReferenceStyle read_style(const Engine& engine, const Recording& recording,
                          SpeakerNetwork& speakers) {
  Reference reference = choose_stretch(recording, engine);
  if (has_official_weights(engine)) bring_within_range(reference.samples);
  ReferenceStyle read;
  read.note = std::move(reference.note);
  read.score = reference.score;
  read.whole = reference.whole;
  read.style =
      engine.sovits().style({spectrogram(engine, reference.samples)}, speakers.vectors(reference));
  return read;
}

ReferencePrompt read_prompt(const Engine& engine, const Recording& recording) {
  const Reference reference = choose_stretch(recording, engine);
  ReferencePrompt read;
  read.heard = listen(engine, reference.samples, reference.sample_rate);
  read.codes = engine.sovits().extract_codes(content_features(engine, reference, read.heard));
  read.mel = engine.decoder().prompt_mel(reference.samples);
  if (!engine.durations()) read.heard.logits = {};
  return read;
}

/// How much longer phones last here than DurationPredictor says, by those of the prompt. A pause,
/// which is heard as a part of the phone before it, counts as a long phone.
double slowness(const Engine& engine, const Heard& heard, const std::vector<int32_t>& phones) {
  constexpr double kPause = 3, kSlowest = 1.3, kFastest = 0.8;
  constexpr size_t kEnoughPhones = 10;
  const auto blank = int32_t(engine.content_encoder().config().blank());
  if (!engine.durations() || phones.size() < kEnoughPhones) return 1;
  const std::vector<uint16_t> places = align_to(heard, phones, blank);
  if (places.empty()) return 1;
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

/// The transcript with a mark at its end, as the official text networks were prompted: without one
/// the first words of the text hang on to the prompt's last.
std::string closed(const std::string& transcript) {
  constexpr std::u32string_view kMarks = U"，。？！,.?!~:：—…";
  const std::u32string written = text::decode_utf8(transcript);
  if (written.empty() || kMarks.find(written.back()) != std::u32string_view::npos)
    return transcript;
  return transcript + (written.back() < 0x80 ? "." : "。");
}

void set_prompt(Voice& voice, const Engine& engine, const Recording& recording,
                const ReferencePrompt& prompt, bool with_transcript, const VoiceOptions& options) {
  if (with_transcript) {
    const std::string transcript =
        has_official_weights(engine) ? closed(recording.transcript) : recording.transcript;
    const text::Utterance said = engine.frontend().analyse(transcript, options.transcript_mode);
    voice.prompt_phones = said.ids;
    if (engine.chinese_context()) voice.prompt_context = engine.chinese_context()->features(said);
  } else if (options.hear_prompt && !as_reference(engine)) {
    voice.prompt_phones = prompt.heard.phones;
  }
  if (voice.prompt_phones.empty()) return;
  voice.prompt_codes = prompt.codes;
  voice.prompt_mel = prompt.mel;
  voice.slowness = slowness(engine, prompt.heard, voice.prompt_phones);
}

compute::Tensor mean_style(const Engine& engine,
                           const std::vector<std::shared_ptr<const ReferenceStyle>>& styles) {
  compute::Backend& backend = engine.backend();
  compute::Tensor sum = styles.front()->style;
  for (size_t i = 1; i < styles.size(); ++i) sum = backend.add(sum, styles[i]->style);
  return styles.size() == 1 ? sum : backend.affine(sum, 1.0f / float(styles.size()), 0.0f);
}

void require_reference_length(const Recording& prompt) {
  const double seconds = prompt.clip.seconds();
  if (seconds >= kMinStretch && seconds <= kMaxStretch) return;
  throw Error(ErrorCode::kInvalidAudio,
              "the reference takes 3 to 10 seconds and these are " +
                  std::to_string(std::lround(seconds)) +
                  "; cut the recording, or leave --compat out: then the best part is chosen",
              prompt.name);
}

}  // namespace

Digest reference_digest(const audio::Clip& clip) {
  const std::string shape =
      std::to_string(clip.sample_rate) + " Hz, " + std::to_string(clip.channels) + " channels\n";
  const auto* bytes = reinterpret_cast<const uint8_t*>(clip.samples.data());
  return Sha256().update(shape).update({bytes, clip.samples.size() * sizeof(float)}).finish();
}

Voice make_voice(const Engine& engine, const std::string& name,
                 const std::vector<Recording>& recordings, const VoiceOptions& options) {
  if (recordings.empty()) {
    throw Error(ErrorCode::kUsage, "needs at least one recording.", "voice");
  }
  if (as_reference(engine)) require_reference_length(recordings.front());
  Voice voice;
  voice.name = name;
  ReferenceCache& cache = engine.references();
  SpeakerNetwork speakers(engine);
  std::vector<Digest> digests;
  std::vector<std::shared_ptr<const ReferenceStyle>> styles;
  size_t best = 0;  // the reference prompts with the first recording
  for (const Recording& recording : recordings) {
    digests.push_back(reference_digest(recording.clip));
    styles.push_back(
        cache.styles.get(digests.back(), [&] { return read_style(engine, recording, speakers); }));
    const ReferenceStyle& style = *styles.back();
    if (style.score > styles[best]->score && !as_reference(engine)) best = styles.size() - 1;
    ReferenceNote note = style.note;
    note.recording = recording.name;
    if (!style.whole && !recording.transcript.empty()) {
      note.warnings.emplace_back(
          "Its transcript is of the whole recording and only a part is used, so the words are "
          "heard instead.");
    }
    voice.notes.push_back(std::move(note));
  }
  voice.style = mean_style(engine, styles);

  speakers.release();

  const bool with_transcript = styles[best]->whole && !recordings[best].transcript.empty();
  if (with_transcript || options.hear_prompt) {
    const auto prompt =
        cache.prompts.get(digests[best], [&] { return read_prompt(engine, recordings[best]); });
    set_prompt(voice, engine, recordings[best], *prompt, with_transcript, options);
  }
  engine.decoder().add_prompt(voice);
  return voice;
}

}  // namespace myna::voice
