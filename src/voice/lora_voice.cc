#include "voice/lora_voice.h"

#include "base/error.h"
#include "models/lora.h"
#include "voice/bases.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using models::Checkpoint;
using models::CheckpointIdentity;
using models::NetworkKind;

/// The version of a file that can be a base: an original, or one that import_base has converted.
std::string base_version(const Checkpoint& file) {
  const CheckpointIdentity identity = models::identify(file);
  if (identity.kind == NetworkKind::kSovitsCfm && !identity.resume) return identity.version;
  for (const char* version : {"v3", "v4"}) {
    if (identity.kind == NetworkKind::kMyna && identity.version == lora_base_part(version)->name)
      return version;
  }
  throw Error(ErrorCode::kInvalidModel,
              "a base for LoRA files is wanted here, s2Gv3.pth or s2Gv4.pth, and this is a " +
                  models::describe(identity),
              file.subject());
}

[[noreturn]] void refuse_without_base(const Checkpoint& lora, const CheckpointIdentity& identity) {
  const BasePart* part = lora_base_part(identity.version);
  const std::string base =
      part != nullptr ? where_to_get(*part) + "; then run `myna import --base DIR` once"
                      : "say which with --sovits-base s2Gv3.pth or --sovits-base s2Gv4.pth";
  throw Error(ErrorCode::kNotFound,
              "this is a " + models::describe(identity) +
                  ", which changes a base that is not there: " +
                  (part != nullptr ? "give it with --sovits-base FILE, or get " : "") + base,
              lora.subject());
}

}  // namespace

LoraVoice with_base(const Checkpoint& lora, const CheckpointIdentity& identity,
                    const fs::path& base, const fs::path& bases) {
  fs::path path = base;
  if (path.empty()) {
    const BasePart* part = lora_base_part(identity.version);
    std::error_code ignored;
    if (part != nullptr) path = base_file(bases, part->kind);
    if (path.empty() || !fs::is_regular_file(path, ignored)) refuse_without_base(lora, identity);
  }
  const Checkpoint whole = Checkpoint::open(path);
  const std::string of_base = base_version(whole), of_lora = identity.version;
  if (!of_base.empty() && !of_lora.empty() && of_base != of_lora) {
    throw Error(ErrorCode::kInvalidModel,
                "this is a " + models::describe(identity) + " and " + path.filename().string() +
                    " is SoVITS " + of_base + "; give the base of its own version",
                lora.subject());
  }
  const std::string version = of_lora.empty() ? of_base : of_lora;
  if (version.empty()) {
    throw Error(ErrorCode::kInvalidModel,
                "neither this LoRA nor its base " + path.filename().string() +
                    " tells v3 from v4; give the official s2Gv3.pth or s2Gv4.pth as base",
                lora.subject());
  }
  return {models::merge_lora(whole, lora), path, version};
}

}  // namespace myna::voice
