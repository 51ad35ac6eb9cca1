// Import of voices with official weights: a GPT and a SoVITS checkpoint of GPT-SoVITS become a
// voice folder of model files.
//
//   voice.json           what it is: version, where it came from, digests
//   t2s.safetensors      the text-to-semantic model
//   sovits.safetensors   the SoVITS generator
//   reference.wav ...    the reference recording, if one was given, and its transcript (.txt)
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.h"
#include "models/checkpoint_kind.h"
#include "voice/engine.h"

namespace myna::voice {

struct ImportRequest {
  std::filesystem::path gpt, sovits;
  /// What a LoRA given as `sovits` changes; empty: the converted base of its version.
  std::filesystem::path sovits_base;
  std::filesystem::path reference;  ///< empty: recordings are given when speaking
  std::string prompt_text;          ///< what the reference says
  std::string name;                 ///< empty: the SoVITS file's name
};

struct ImportedVoice {
  std::string name, version;
  std::filesystem::path folder;
  models::CheckpointIdentity gpt, sovits;
  std::filesystem::path sovits_base;  ///< of a LoRA, else empty
  std::vector<std::string> notes;
};

/// Detects, checks (kinds, pair, every tensor and shape, extractors in `bases`) and only then
/// writes `voices`/NAME, whole or not at all. Throws Error naming the file and what is wrong:
/// kUsage (a name that is taken or impossible), kInvalidModel (not such a model, a wrong pair, a
/// missing or misshapen tensor), kUnsupported (versions that cannot be spoken with yet), kNotFound
/// (a missing file or extractor), kInvalidAudio (the reference).
ImportedVoice import_voice(const ImportRequest& request, const std::filesystem::path& voices,
                           const std::filesystem::path& bases, const CancelToken& cancel = {});

/// Whether and how `import` can use such a file: one sentence.
std::string import_verdict(const models::CheckpointIdentity& identity);

/// The engine that speaks with the voices of one request: that of the imported voice among them, or
/// the starter. Throws Error(kUsage) when there are two imported voices.
std::shared_ptr<const Engine> engine_for(const std::vector<std::string>& voices,
                                         const EngineOptions& options = {});

}  // namespace myna::voice
