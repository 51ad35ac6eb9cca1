#include "voice/onnx_export.h"

#include "base/error.h"
#include "base/json.h"
#include "base/paths.h"
#include "voice/voice.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;

/// Where the model files of `voice` lie.
fs::path models_of(const std::string& voice) {
  if (voice == kStarterName) return assets_dir() / "starter";
  const fs::path path = find_voice(voice);
  if (path.empty()) {
    std::string names = kStarterName;
    for (const std::string& name : known_voices()) {
      if (fs::exists(voices_dir() / name / "voice.json")) names += ", " + name;
    }
    throw Error(ErrorCode::kNotFound,
                "is no voice with networks of its own; those here are: " + names, voice);
  }
  if (!fs::is_regular_file(path / "voice.json")) {
    throw Error(ErrorCode::kUsage,
                std::string("is a recording, which the starter's networks speak for; export these "
                            "with the name ") +
                    kStarterName,
                voice);
  }
  const std::string subject = (path / "voice.json").string();
  const auto version = require<std::string>(read_json(path / "voice.json"), "version", subject);
  if (version != "v1" && version != "v2" && version != "v2Pro" && version != "v2ProPlus") {
    throw Error(
        ErrorCode::kUnsupported,
        "is a voice of version " + version + "; graphs are written for v1, v2, v2Pro and v2ProPlus",
        voice);
  }
  return path;
}

}  // namespace

models::OnnxExport export_onnx(const std::string& voice, const fs::path& folder,
                               const CancelToken& cancel) {
  return models::write_onnx_graphs(models_of(voice), folder, cancel);
}

}  // namespace myna::voice
