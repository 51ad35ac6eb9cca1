// Semantic tokens of a data set: content features of every item, projected to tell phones apart
// (discriminant.h), a codebook by k-means over the training split, and the nearest entry per 25 Hz
// frame.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/json.h"
#include "base/progress.h"

namespace myna::training {

struct TokeniseOptions {
  std::filesystem::path data;      ///< prepared data set; its codes are (re)written
  std::filesystem::path content;   ///< folder of a content run, or a shipped content model file
  std::filesystem::path codebook;  ///< safetensors file to write; when it exists and `keep`, reuse
  bool keep = false;               ///< use the codebook file as it is
  int64_t clusters = 512;
  uint64_t seed = 1;
  int threads = 0;
  bool bf16 = true;
  CancelToken cancel;
};

/// Writes codes, the forced alignment of each transcript with them (from the content encoder's CTC
/// output), heard.json (greedy readings of items without a transcript, by id) and the codebook
/// (tensors quantizer.vq.layers.0._codebook.embed [clusters, dim] and the projection,
/// ssl_proj.weight [dim, dim, 1] and ssl_proj.bias [dim]). Returns figures: entries used, entropy
/// in bits, perplexity, distortion, and phone purity (share of frames whose most likely phone is
/// the commonest one of their token; blanks left out), and how many items have phones and how many
/// of them could be aligned.
Json tokenise(const TokeniseOptions& options);

}  // namespace myna::training
