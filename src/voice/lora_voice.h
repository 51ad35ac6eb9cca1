// The base of a LoRA voice: which file it is, and both as one model.
#pragma once

#include <filesystem>

#include "models/checkpoint_kind.h"

namespace myna::voice {

struct LoraVoice {
  models::Checkpoint model;    ///< base and LoRA as one, see models/lora.h
  std::filesystem::path base;  ///< the file that was taken
  std::string version;         ///< "v3" or "v4"
};

/// `lora` (identified as kSovitsLora) with its base: the file `base` or, when that is empty, the
/// converted model of its version in `bases`. Throws Error(kNotFound) naming the missing base and
/// where to get it, Error(kInvalidModel) when the two do not belong together.
LoraVoice with_base(const models::Checkpoint& lora, const models::CheckpointIdentity& identity,
                    const std::filesystem::path& base, const std::filesystem::path& bases);

}  // namespace myna::voice
