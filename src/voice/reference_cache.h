// What the networks make of reference recordings, kept by content: the same samples are read once
// per engine, under whatever path or name they come, and other samples under an old path are read
// anew.
#pragma once

#include <cstdint>
#include <vector>

#include "base/digest.h"
#include "base/once_cache.h"
#include "compute/tensor.h"
#include "voice/listener.h"
#include "voice/voice.h"

namespace myna::voice {

/// What every recording gives: which part of it is used, and its style.
struct ReferenceStyle {
  ReferenceNote note;     ///< without the recording's name
  double score = 0;       ///< how good a prompt it would be
  bool whole = false;     ///< all its speech is used, so that a transcript of it fits
  compute::Tensor style;  ///< [1, gin, 1]
};

/// What the recording gives that is the prompt.
struct ReferencePrompt {
  std::vector<int64_t> codes;
  compute::Tensor mel;  ///< what flow matching continues; absent for other voices
  Heard heard;          ///< without features; without logits where nothing is aligned with them
};

/// Safe to use from many threads.
struct ReferenceCache {
  static constexpr size_t kStyles = 256;  ///< some KB each
  static constexpr size_t kPrompts = 32;  ///< up to 2 MB each

  OnceCache<Digest, ReferenceStyle> styles{kStyles};
  OnceCache<Digest, ReferencePrompt> prompts{kPrompts};

  void clear() {
    styles.clear();
    prompts.clear();
  }
};

/// The key of a recording: a digest of its samples, their rate and channels. All other settings
/// belong to the engine.
Digest reference_digest(const audio::Clip& clip);

}  // namespace myna::voice
