// A voice is a value: everything the networks need to know of a speaker, made from recordings.
// It is immutable, cheap to copy and may be used by many requests at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "audio/clip.h"
#include "compute/tensor.h"
#include "text/frontend.h"

namespace myna::voice {

class Engine;

/// One recording of the speaker.
struct Recording {
  audio::Clip clip;        ///< any rate and channels
  std::string name;        ///< for messages, usually the file name
  std::string transcript;  ///< what is said, or empty
};

/// Which part of a recording is used, and what was noticed about it.
struct ReferenceNote {
  std::string recording;
  double begin_seconds = 0, end_seconds = 0;
  std::vector<std::string> warnings;
};

struct Voice {
  std::string name;
  compute::Tensor style;               ///< ge [1, gin, 1], averaged over the recordings
  std::vector<int32_t> prompt_phones;  ///< phones of the prompt; empty: speak without a prompt
  std::vector<int64_t> prompt_codes;   ///< semantic codes of the prompt
  /// Context of the prompt's Chinese, per phone (see chinese_context.h); empty: zeros.
  tensor::HostTensor prompt_context;
  compute::Tensor prompt_mel;         ///< v3, v4: normalised, [1, bands, frames]; else absent
  compute::Tensor prompt_conditions;  ///< v3, v4: what it was said from, [1, width, frames]
  double slowness = 1;  ///< how much longer the phones of the prompt last than is usual
  std::vector<ReferenceNote> notes;
};

struct VoiceOptions {
  text::Mode transcript_mode = text::Mode::kAuto;
  /// Let the content encoder read the prompt's phones when there is no transcript.
  bool hear_prompt = true;
};

/// Throws Error(kInvalidAudio) naming the recording and the remedy when one cannot be used: silent,
/// shorter than 1 s, longer than 10 min, not finite. Several recordings are fused: style from all
/// of them, the prompt from the best one. What the networks make of a recording is kept by its
/// content in the engine (reference_cache.h), so that coming back to it costs little more than
/// its digest. With Compat::kReference the prompt is the first recording, whole, without words
/// where it has no transcript, and refused unless it lasts 3 to 10 s.
Voice make_voice(const Engine& engine, const std::string& name,
                 const std::vector<Recording>& recordings, const VoiceOptions& options = {});

/// Finds what `--voice` names: an audio file, a folder of audio files, a voice of the user's voices
/// folder, or a bundled sample. A transcript is read from a .txt beside an audio file. Throws
/// Error(kNotFound) listing the names that exist. None for an imported voice without a recording.
std::vector<Recording> find_recordings(const std::string& file_or_name);

/// The file or folder that `--voice` names, or an empty path.
std::filesystem::path find_voice(const std::string& file_or_name);

/// The lexicon that a voice carries: lexicon.tsv in its folder (see text/user_lexicon.h). An empty
/// path for a voice without one, for an audio file and for an unknown name.
std::filesystem::path find_lexicon(const std::string& file_or_name);

/// Names that find_recordings accepts: the user's voices, then the bundled samples.
std::vector<std::string> known_voices();

}  // namespace myna::voice
