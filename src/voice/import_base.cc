#include "voice/import_base.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "compute/cpu/cpu_backend.h"
#include "models/eres2net.h"
#include "models/hubert.h"
#include "models/model_file.h"
#include "models/roberta.h"
#include "models/vocoder.h"
#include "text/wordpiece.h"
#include "voice/import_g2pw.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using models::Checkpoint;

constexpr size_t kMostFiles = 10'000;

bool may_hold_weights(const fs::path& path) {
  static const char* const kExtensions[] = {".bin",  ".pth",         ".pt",
                                            ".ckpt", ".safetensors", ".onnx"};
  const std::string extension = path.extension().string();
  return std::any_of(std::begin(kExtensions), std::end(kExtensions),
                     [&](const char* known) { return extension == known; });
}

std::vector<fs::path> candidates(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw Error(ErrorCode::kNotFound,
                "there is no such folder; name the one with the pretrained "
                "models",
                folder.string());
  }
  std::vector<fs::path> files;
  const auto options = fs::directory_options::skip_permission_denied |
                       fs::directory_options::follow_directory_symlink;
  for (const auto& entry : fs::recursive_directory_iterator(folder, options)) {
    if (files.size() >= kMostFiles) break;
    std::error_code ignored;
    if (entry.is_regular_file(ignored) && may_hold_weights(entry.path())) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The configuration beside a network of the Hugging Face layout.
Json config_beside(const fs::path& weights) {
  const fs::path path = weights.parent_path() / "config.json";
  if (!fs::is_regular_file(path)) {
    throw Error(ErrorCode::kNotFound,
                "the config.json that belongs beside it is missing; copy the whole folder",
                weights.string());
  }
  return read_json(path);
}

/// The prefix under which a file has the tensor `name`, of those that people save it with.
std::string prefix_of(const Checkpoint& file, const std::string& name) {
  for (const char* prefix : {"", "hubert.", "bert.", "model."}) {
    if (file.contains(prefix + name)) return prefix;
  }
  return {};
}

std::map<std::string, tensor::HostTensor> tensors_of(const Checkpoint& file,
                                                     const std::string& prefix) {
  std::map<std::string, tensor::HostTensor> tensors;
  for (const auto& [name, entry] : file.entries()) {
    if (name.starts_with(prefix)) tensors[name.substr(prefix.size())] = file.get(name);
  }
  return tensors;
}

/// RoBERTa as compact_roberta keeps it; older files call the gains and shifts of norms otherwise.
std::map<std::string, tensor::HostTensor> compact(const Checkpoint& file, const std::string& prefix,
                                                  const Json& config) {
  const auto lookup = [&file, &prefix](const std::string& name) {
    std::string found = prefix + name;
    constexpr std::pair<const char*, const char*> kOld[] = {{".weight", ".gamma"},
                                                            {".bias", ".beta"}};
    for (const auto& [suffix, old] : kOld) {
      if (file.contains(found) || !found.ends_with(suffix)) continue;
      found.replace(found.size() - std::string_view(suffix).size(), std::string::npos, old);
    }
    return file.contains(found) ? file.get(found) : tensor::HostTensor();
  };
  models::MapSource source(lookup, file.subject());
  return models::compact_roberta(source, models::RobertaConfig::from_json(config, file.subject()));
}

/// What a part becomes: its tensors under the names that its network uses, and its sizes.
void convert(const Checkpoint& file, const BasePart& part, const fs::path& to) {
  Json config = Json::object();
  Json record = {
      {"origin",
       {{"file", file.path().filename().string()}, {"sha256", hex(sha256_file(file.path()))}}}};
  std::string prefix;
  std::map<std::string, tensor::HostTensor> tensors;
  if (part.kind == BaseKind::kHubert) {
    prefix = prefix_of(file, "feature_projection.projection.weight");
    config = config_beside(file.path());
  } else if (part.kind == BaseKind::kRoberta) {
    prefix = prefix_of(file, "embeddings.word_embeddings.weight");
    config = config_beside(file.path());
    const text::Vocabulary vocabulary = text::read_vocabulary(file.path().parent_path());
    const text::WordPiece words(vocabulary.lines, vocabulary.lower_case,
                                file.path().parent_path().string());
    record["vocabulary"] = vocabulary.lines;
    record["lower_case"] = vocabulary.lower_case;
    tensors = compact(file, prefix, config);
  } else if (part.kind == BaseKind::kEres2net) {
    config = models::Eres2netConfig::from_weights(
                 [&file](const std::string& name) {
                   const auto found = file.entries().find(name);
                   return found == file.entries().end() ? tensor::Shape{} : found->second.shape;
                 },
                 file.subject())
                 .to_json();
  } else if (part.kind == BaseKind::kBigvgan) {
    config = config_beside(file.path());
  } else if (part.kind == BaseKind::kV4Vocoder) {
    config = models::v4_vocoder_config(file);
  } else if (file.config().is_object()) {
    config = file.config();
  }
  if (part.kind != BaseKind::kRoberta) tensors = tensors_of(file, prefix);
  if (part.kind == BaseKind::kHubert) {  // building the network checks every tensor
    const auto sizes = models::HubertConfig::from_json(config, file.subject());
    const auto source = models::MapSource::from_map(tensors, file.subject());
    models::Hubert(compute::make_cpu_backend(), *source, sizes);
  } else if (part.kind == BaseKind::kEres2net) {
    const auto sizes = models::Eres2netConfig::from_json(config, file.subject());
    const auto source = models::MapSource::from_map(tensors, file.subject());
    models::Eres2net(*compute::make_cpu_backend(), *source, sizes);
  } else if (part.kind == BaseKind::kBigvgan || part.kind == BaseKind::kV4Vocoder) {
    const auto kind = part.kind == BaseKind::kBigvgan ? models::VocoderKind::kBigvgan
                                                      : models::VocoderKind::kHifigan;
    const auto sizes = models::VocoderConfig::from_json(kind, config, file.subject());
    const auto source = models::MapSource::from_map(tensors, file.subject());
    models::Vocoder(*compute::make_cpu_backend(), *source, sizes);
  }
  ensure_writable_directory(to.parent_path());
  models::write_model_file(to, part.name, config, record, tensors, false);
}

}  // namespace

BaseImport import_base(const fs::path& folder, const fs::path& bases, const CancelToken& cancel) {
  BaseImport result;
  for (const BasePart& part : base_parts()) {
    BaseResult entry;
    entry.part = &part;
    entry.to = base_file(bases, part.kind);
    entry.present = fs::is_regular_file(entry.to);
    result.parts.push_back(entry);
  }
  bool any = false;
  fs::path g2pw;
  for (const fs::path& path : candidates(folder)) {
    cancel.check("importing");
    std::optional<Checkpoint> file;
    try {
      file = Checkpoint::open(path);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kIo) throw;
      result.notes.emplace_back(error.what());
      continue;
    }
    const BasePart* part = part_of(models::identify(*file), path);
    if (part != nullptr && part->kind == BaseKind::kG2pw) {  // it needs what RoBERTa brings
      any = true;
      if (file->format() != tensor::FileFormat::kOnnx) {
        result.notes.push_back(path.string() + ": of g2pW only the ONNX file is read");
      } else if (g2pw.empty()) {
        g2pw = path;
      }
      continue;
    }
    for (BaseResult& entry : result.parts) {
      if (entry.part != part) continue;
      any = true;
      if (!entry.from.empty() || entry.present) continue;
      convert(*file, *entry.part, entry.to);
      entry.from = path;
      entry.converted = entry.present = true;
    }
  }
  for (BaseResult& entry : result.parts) {
    if (entry.part->kind != BaseKind::kG2pw || g2pw.empty() || entry.present) continue;
    convert_g2pw(g2pw, base_file(bases, BaseKind::kRoberta), entry.to);
    entry.from = g2pw;
    entry.converted = entry.present = true;
  }
  if (!any) {
    std::string wanted;
    for (const BasePart& part : base_parts()) {
      wanted += (wanted.empty() ? "" : "; ") + std::string(part.original);
    }
    throw Error(ErrorCode::kNotFound,
                "none of the shared parts is in this folder (" + wanted +
                    "); the README of the GPT-SoVITS project says under \"Pretrained Models\" "
                    "where they are to be had",
                folder.string());
  }
  return result;
}

}  // namespace myna::voice
