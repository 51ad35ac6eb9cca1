// Export of a voice's networks as ONNX graphs, by its name.
#pragma once

#include <filesystem>
#include <string>

#include "models/onnx_export.h"

namespace myna::voice {

/// The name under which the starter base is exported.
inline constexpr const char* kStarterName = "starter";

/// Writes the graphs of an imported voice, or of the starter, into `folder` (see
/// models/onnx_export.h). Throws as write_onnx_graphs, and Error(kNotFound) for an unknown voice,
/// Error(kUsage) for a recording, which has no networks of its own, Error(kUnsupported) for
/// versions whose graphs are not written.
models::OnnxExport export_onnx(const std::string& voice, const std::filesystem::path& folder,
                               const CancelToken& cancel = {});

}  // namespace myna::voice
