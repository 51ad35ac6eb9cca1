// The graphs of one set of model files, for runtimes other than this program.
//
//   t2s_prompt.onnx, t2s_step.onnx                 text to semantic tokens
//   sovits_style.onnx, sovits_encoder.onnx,
//   sovits_decoder.onnx                            semantic tokens to samples
//   durations.onnx                                 where the text is given spread
//   model.json                                     sizes, rates and what else a caller needs
//
// What goes in and out of each is told in onnx_graphs.h and docs/export.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"

namespace myna::models {

struct OnnxExport {
  std::string version;                       ///< of SoVITS: "v1", "v2", ...
  std::vector<std::filesystem::path> files;  ///< as written
};

/// Writes the graphs of t2s, sovits and, for spread text, durations .safetensors of `models` into
/// `folder`, which is made where it is missing; files of these names in it are replaced. Throws
/// Error naming the model file that is missing or damaged, Error(kIo) for a folder that cannot be
/// written, Error(kCancelled) between files.
OnnxExport write_onnx_graphs(const std::filesystem::path& models,
                             const std::filesystem::path& folder, const CancelToken& cancel = {});

}  // namespace myna::models
