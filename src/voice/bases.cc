#include "voice/bases.h"

#include <array>
#include <string_view>

#include "base/error.h"
#include "base/paths.h"

namespace myna::voice {
namespace {

using models::NetworkKind;

constexpr std::array kParts = {
    BasePart{BaseKind::kHubert, NetworkKind::kHubert, "hubert",
             "chinese-hubert-base (config.json and pytorch_model.bin)",
             "content features of the reference recording, all versions", true},
    BasePart{BaseKind::kRoberta, NetworkKind::kRoberta, "roberta",
             "chinese-roberta-wwm-ext-large (config.json, tokenizer.json and pytorch_model.bin)",
             "context of Chinese text, all versions", true},
    BasePart{BaseKind::kEres2net, NetworkKind::kEres2net, "eres2netv2",
             "sv/pretrained_eres2netv2w24s4ep4.ckpt", "speaker vector, v2Pro and v2ProPlus", true},
    BasePart{BaseKind::kBigvgan, NetworkKind::kBigvgan, "bigvgan",
             "models--nvidia--bigvgan_v2_24khz_100band_256x (bigvgan_generator.pt)",
             "vocoder of v3", true},
    BasePart{BaseKind::kV4Vocoder, NetworkKind::kV4Vocoder, "v4-vocoder",
             "gsv-v4-pretrained/vocoder.pth", "vocoder of v4", true},
    BasePart{BaseKind::kSovitsV3, NetworkKind::kSovitsCfm, "sovits-v3", "s2Gv3.pth",
             "base of LoRA voices of v3", true, "v3", "s2Gv3"},
    BasePart{BaseKind::kSovitsV4, NetworkKind::kSovitsCfm, "sovits-v4",
             "gsv-v4-pretrained/s2Gv4.pth", "base of LoRA voices of v4", true, "v4", "s2Gv4"},
    BasePart{BaseKind::kG2pw, NetworkKind::kG2pw, "g2pw",
             "G2PWModel (g2pW.onnx and the tables beside it)",
             "readings of Mandarin polyphones, optional", true, "", "", "GPT_SoVITS/text"},
};

}  // namespace

std::span<const BasePart> base_parts() { return kParts; }

const BasePart& base_part(BaseKind kind) {
  for (const BasePart& part : kParts) {
    if (part.kind == kind) return part;
  }
  throw Error(ErrorCode::kInternal, "no such part of a base");
}

const BasePart* part_of(const models::CheckpointIdentity& identity,
                        const std::filesystem::path& path) {
  for (const BasePart& part : kParts) {
    const std::string_view version = part.version, stem = part.stem;
    if (part.network == identity.kind && !identity.resume &&
        (version.empty() || version == identity.version) &&
        (stem.empty() || stem == path.stem().string())) {
      return &part;
    }
  }
  return nullptr;
}

const BasePart* lora_base_part(const std::string& version) {
  for (const BasePart& part : kParts) {
    if (part.network == NetworkKind::kSovitsCfm && version == part.version) return &part;
  }
  return nullptr;
}

std::filesystem::path bases_dir() { return data_dir() / "bases"; }

std::filesystem::path base_file(const std::filesystem::path& bases, BaseKind kind) {
  return bases / (std::string(base_part(kind).name) + ".safetensors");
}

std::string where_to_get(const BasePart& part) {
  return std::string(part.original) + " of the folder " + part.folder +
         "; the README of the GPT-SoVITS project says "
         "under \"Pretrained Models\" where it is to be had";
}

std::filesystem::path find_bases_dir() {
  try {
    return bases_dir();
  } catch (const Error&) {
    return {};
  }
}

std::filesystem::path find_base(const std::filesystem::path& bases, BaseKind kind) {
  const std::filesystem::path path = base_file(bases, kind);
  std::error_code ignored;
  const bool there = !bases.empty() && std::filesystem::is_regular_file(path, ignored);
  return there ? path : std::filesystem::path();
}

std::filesystem::path require_base(const std::filesystem::path& bases, BaseKind kind) {
  const std::filesystem::path path = base_file(bases, kind);
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return path;
  const BasePart& part = base_part(kind);
  throw Error(ErrorCode::kNotFound,
              std::string("imported voices need ") + part.name + " (" + part.use +
                  "), which is not there yet: get " + where_to_get(part) +
                  "; then run `myna import --base DIR` once, DIR being the folder it is in",
              path.string());
}

}  // namespace myna::voice
