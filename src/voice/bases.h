// The feature extractors and vocoders that all imported voices share, and the models that LoRA
// files change. They are converted once (see import_base.h) and lie as model files in one folder.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "models/checkpoint_kind.h"

namespace myna::voice {

enum class BaseKind {
  kHubert,
  kRoberta,
  kEres2net,
  kBigvgan,
  kV4Vocoder,
  kSovitsV3,  ///< base of LoRA files
  kSovitsV4,
  kG2pw,
};

struct BasePart {
  BaseKind kind;
  models::NetworkKind network;
  const char* name;          ///< kind in the model file; NAME.safetensors is its file
  const char* original;      ///< where it lies in `folder`
  const char* use;           ///< who needs it
  bool used;                 ///< whether this program has the network
  const char* version = "";  ///< where the network has several
  /// Name that the original must have, so that nobody's fine-tune is taken for it; empty: any.
  const char* stem = "";
  const char* folder = "GPT_SoVITS/pretrained_models";  ///< of GPT-SoVITS
};

std::span<const BasePart> base_parts();
const BasePart& base_part(BaseKind kind);

/// data_dir()/bases: where the converted parts are kept. Not created.
std::filesystem::path bases_dir();

std::filesystem::path base_file(const std::filesystem::path& bases, BaseKind kind);

/// The part that a checkpoint is the original of, or null.
const BasePart* part_of(const models::CheckpointIdentity& identity,
                        const std::filesystem::path& path);

/// The model that LoRA files of `version` ("v3", "v4") change, or null for other versions.
const BasePart* lora_base_part(const std::string& version);

/// bases_dir(), or empty for a user without a home folder.
std::filesystem::path find_bases_dir();
/// The file of a part where it is there, else empty.
std::filesystem::path find_base(const std::filesystem::path& bases, BaseKind kind);

/// The file of a part. Throws Error(kNotFound) naming the part, where its original is to be had and
/// the command that converts it, when it is not there.
std::filesystem::path require_base(const std::filesystem::path& bases, BaseKind kind);

/// "chinese-hubert-base/pytorch_model.bin of the pretrained models; the README of GPT-SoVITS ..."
std::string where_to_get(const BasePart& part);

}  // namespace myna::voice
