#include "models/checkpoint_kind.h"

#include <algorithm>
#include <string_view>

#include "tensor/byte_reader.h"

namespace myna::models {
namespace {

constexpr const char* kPhoneTable = "enc_p.text_embedding.weight";
constexpr int64_t kPlusChannels = 768;  ///< first width of the v2ProPlus decoder; v2Pro has 512

bool any_name(const Checkpoint& file, std::string_view part) {
  return std::any_of(file.entries().begin(), file.entries().end(), [&](const auto& entry) {
    return entry.first.find(part) != std::string::npos;
  });
}

bool has_prefix(const Checkpoint& file, const std::string& prefix) {
  const auto found = file.entries().lower_bound(prefix);
  return found != file.entries().end() && found->first.starts_with(prefix);
}

/// The version that the configuration states, or empty.
std::string stated_version(const Json& config) {
  const Json* places[] = {
      config.is_object() && config.contains("model") ? &config["model"] : nullptr, &config};
  for (const Json* place : places) {
    if (place == nullptr || !place->is_object()) continue;
    const auto found = place->find("version");
    if (found != place->end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

std::string marked_version(const std::string& mark) {
  static const std::map<std::string, std::string> kMarks = {
      {"00", "v1"}, {"01", "v2"},    {"02", "v3"},       {"03", "v3"},
      {"04", "v4"}, {"05", "v2Pro"}, {"06", "v2ProPlus"}};
  const auto found = kMarks.find(mark);
  return found == kMarks.end() ? "" : found->second;
}

void because(CheckpointIdentity& id, const std::string& fact) { id.reasons.push_back(fact); }

/// Notes where configuration and mark disagree with what was decided.
void compare_statements(const Checkpoint& file, CheckpointIdentity& id) {
  const std::string stated = stated_version(file.config()), marked = marked_version(file.mark());
  if (!stated.empty() && stated != id.version) {
    id.doubts.push_back("its configuration says " + tensor::shown(stated));
  }
  if (!marked.empty() && marked != id.version) {
    id.doubts.push_back("its mark \"" + file.mark() + "\" says " + marked);
  }
}

/// The version in the name of an official file, "s2Gv3.pth" or "s2Gv4.pth", or empty.
std::string named_version(const Checkpoint& file) {
  const std::string stem = file.path().stem().string();
  return stem == "s2Gv3" || stem == "s2Gv4" ? stem.substr(3) : std::string();
}

/// v3 or v4, whose tensors are the same: by the configuration, else by the mark, else by the name
/// that the official file has.
void decide_cfm_version(const Checkpoint& file, CheckpointIdentity& id) {
  const std::string stated = stated_version(file.config()), marked = marked_version(file.mark());
  if (stated == "v3" || stated == "v4") {
    id.version = stated;
    because(id, "its configuration says " + stated);
  } else if (marked == "v3" || marked == "v4") {
    id.version = marked;
    because(id, "its mark \"" + file.mark() + "\" means " + marked);
  } else if (const std::string named = named_version(file); !named.empty()) {
    id.version = named;
    because(id, "nothing in it tells v3 from v4, but its name is that of the official " + named);
  } else {
    because(id, "nothing in it tells v3 from v4");
  }
  if (!id.version.empty()) compare_statements(file, id);
}

void identify_pro(const Checkpoint& file, CheckpointIdentity& id) {
  because(id, "it has a speaker-verification input (sv_emb)");
  const int64_t width = file.dim("dec.conv_pre.weight", 0);
  const std::string stated = stated_version(file.config());
  if (width == kPlusChannels || width == 512) {
    id.version = width == kPlusChannels ? "v2ProPlus" : "v2Pro";
    because(id, "its decoder begins with " + std::to_string(width) + " channels");
  } else {
    const std::string marked = marked_version(file.mark());
    id.version =
        stated == "v2ProPlus" || (stated.empty() && marked == "v2ProPlus") ? "v2ProPlus" : "v2Pro";
    because(id, stated.empty() ? "of its version mark" : "its configuration says " + stated);
  }
}

void identify_sovits(const Checkpoint& file, CheckpointIdentity& id) {
  if (any_name(file, ".lora_A")) {
    id.kind = NetworkKind::kSovitsLora;
    because(id, "it has LoRA matrices (lora_A, lora_B) and not the weights they change");
    for (const auto& [name, entry] : file.entries()) {
      if (name.find(".lora_A") == std::string::npos || entry.shape.empty()) continue;
      id.lora_rank = entry.shape[0];
      break;
    }
    if (file.lora_rank() > 0 && file.lora_rank() != id.lora_rank) {
      id.doubts.push_back("it states rank " + std::to_string(file.lora_rank()));
    }
    return decide_cfm_version(file, id);
  }
  if (has_prefix(file, "cfm.")) {
    id.kind = NetworkKind::kSovitsCfm;
    because(id, "it has a flow-matching network (cfm) instead of a waveform decoder");
    return decide_cfm_version(file, id);
  }
  id.kind = NetworkKind::kSovits;
  const int64_t symbols = file.dim(kPhoneTable, 0);
  because(id, "its phone table has " + std::to_string(symbols) + " rows");
  if (file.contains("sv_emb.weight")) {
    identify_pro(file, id);
  } else {
    id.version = symbols == kSymbolsV1 ? "v1" : "v2";
  }
  compare_statements(file, id);
}

void identify_t2s(const Checkpoint& file, const std::string& table, CheckpointIdentity& id) {
  id.kind = NetworkKind::kT2s;
  const int64_t rows = file.dim(table, 0);
  id.version = rows < kSymbolsV2 ? "v1" : "v2";
  because(id, "its phone table has " + std::to_string(rows) + " rows (v1: 512, v2 and later: 732)");
}

/// The extractors and vocoders, each known by a few names that no other network has.
bool identify_part(const Checkpoint& file, CheckpointIdentity& id) {
  struct Sign {
    NetworkKind kind;
    const char* name;
    const char* also;
  };
  constexpr Sign kSigns[] = {{NetworkKind::kG2pw, "char_descriptor.weight",
                              "second_order_descriptor.weight"},  // has the tensors of a BERT too
                             {NetworkKind::kHubert, "feature_extractor.conv_layers.0.conv.weight",
                              "feature_projection.projection.weight"},
                             {NetworkKind::kRoberta, "embeddings.word_embeddings.weight",
                              "encoder.layer.0.attention.self.query.weight"},
                             {NetworkKind::kEres2net, "seg_1.weight", "layer1.0.conv1.weight"},
                             {NetworkKind::kBigvgan, "activation_post.act.alpha", "conv_pre.bias"},
                             {NetworkKind::kV4Vocoder, "ups.0.bias", "resblocks.0.convs1.0.bias"},
                             {NetworkKind::kDiscriminator, "discriminators.0.conv_post.bias",
                              "discriminators.0.convs.0.bias"}};
  for (const Sign& sign : kSigns) {
    for (const char* prefix : {"", "hubert.", "bert.", "model."}) {
      if (!file.contains(std::string(prefix) + sign.name) ||
          !file.contains(std::string(prefix) + sign.also)) {
        continue;
      }
      id.kind = sign.kind;
      because(id, "it has the tensors " + std::string(prefix) + sign.name + " and " +
                      std::string(prefix) + sign.also);
      return true;
    }
  }
  return false;
}

}  // namespace

CheckpointIdentity identify(const Checkpoint& file) {
  CheckpointIdentity id;
  const auto& keys = file.other_keys();
  id.resume = std::find(keys.begin(), keys.end(), "optimizer") != keys.end() ||
              std::find(keys.begin(), keys.end(), "optimizer_states") != keys.end();
  if (const auto kind = file.metadata().find("kind");
      kind != file.metadata().end() && file.metadata().contains("format")) {
    id.kind = NetworkKind::kMyna;
    id.version = kind->second;
    because(id, "its metadata says so");
    return id;
  }
  for (const char* prefix : {"model.", ""}) {
    const std::string table = std::string(prefix) + "ar_text_embedding.word_embeddings.weight";
    if (file.contains(table) && file.contains(std::string(prefix) + "ar_predict_layer.weight")) {
      identify_t2s(file, table, id);
      return id;
    }
  }
  if (file.contains(kPhoneTable) || any_name(file, ".lora_A") ||
      (has_prefix(file, "cfm.") && has_prefix(file, "ref_enc."))) {
    identify_sovits(file, id);
    return id;
  }
  if (identify_part(file, id)) return id;
  because(id, "its tensors are those of no network that is known here");
  return id;
}

std::string describe(const CheckpointIdentity& id) {
  const std::string version = id.version.empty() ? " of an unclear version" : " " + id.version;
  switch (id.kind) {
    case NetworkKind::kT2s:
      return "text-to-semantic model (GPT) " +
             (id.version == "v2" ? std::string("v2 or later") : id.version);
    case NetworkKind::kSovits:
    case NetworkKind::kSovitsCfm:
      return "SoVITS" + version;
    case NetworkKind::kSovitsLora:
      return "LoRA of SoVITS" + version + ", rank " + std::to_string(id.lora_rank);
    case NetworkKind::kDiscriminator:
      return "SoVITS discriminator";
    case NetworkKind::kHubert:
      return "HuBERT";
    case NetworkKind::kRoberta:
      return "RoBERTa";
    case NetworkKind::kG2pw:
      return "g2pW, readings of Mandarin polyphones";
    case NetworkKind::kEres2net:
      return "ERes2NetV2 speaker encoder";
    case NetworkKind::kBigvgan:
      return "BigVGAN vocoder (v3)";
    case NetworkKind::kV4Vocoder:
      return "vocoder of SoVITS v4";
    case NetworkKind::kMyna:
      return "Myna model file, network " + tensor::shown(id.version);
    case NetworkKind::kUnknown:
      break;
  }
  return "unknown network";
}

}  // namespace myna::models
