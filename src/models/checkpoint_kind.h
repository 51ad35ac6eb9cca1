// What network a file of weights holds and of which version, decided by its tensors: by their names
// and shapes first, by its configuration second and by its version mark last. (The reference
// decides by a digest of the first bytes, the mark and the file size, process_ckpt.py, and takes a
// fully trained v4 for v3.)
#pragma once

#include <string>
#include <vector>

#include "models/checkpoint.h"

namespace myna::models {

enum class NetworkKind {
  kT2s,            ///< text-to-semantic ("GPT", s1)
  kSovits,         ///< SoVITS generator, v1 to v2ProPlus
  kSovitsCfm,      ///< SoVITS v3 or v4
  kSovitsLora,     ///< LoRA of SoVITS v3 or v4
  kDiscriminator,  ///< s2D, only for training
  kHubert,
  kRoberta,
  kG2pw,  ///< readings of Mandarin polyphones
  kEres2net,
  kBigvgan,    ///< vocoder of v3
  kV4Vocoder,  ///< vocoder of v4
  kMyna,       ///< a model file of this program (models/model_file.h)
  kUnknown,
};

struct CheckpointIdentity {
  NetworkKind kind = NetworkKind::kUnknown;
  /// "v1", "v2", "v2Pro", "v2ProPlus", "v3", "v4"; of a T2S "v1" or "v2" (v2 and later share one);
  /// the kind of a model file of ours; empty where there is no version or it cannot be told.
  std::string version;
  int64_t lora_rank = 0;
  bool resume = false;               ///< a file to resume a training from, not a finished model
  std::vector<std::string> reasons;  ///< why, one fact each
  std::vector<std::string> doubts;   ///< what contradicts that
};

CheckpointIdentity identify(const Checkpoint& checkpoint);

/// "text-to-semantic model (GPT) v2", "LoRA of SoVITS v3, rank 32", ...
std::string describe(const CheckpointIdentity& identity);

/// Phone symbols of the version's table: rows of enc_p.text_embedding.
inline constexpr int64_t kSymbolsV1 = 322, kSymbolsV2 = 732;

}  // namespace myna::models
