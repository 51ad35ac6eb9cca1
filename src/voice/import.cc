#include "voice/import.h"

#include <algorithm>

#include "audio/io.h"
#include "audio/quality.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/paths.h"
#include "base/utf8.h"
#include "compute/cpu/cpu_backend.h"
#include "models/model_file.h"
#include "models/sovits.h"
#include "models/sovits_cfm.h"
#include "models/t2s.h"
#include "voice/bases.h"
#include "voice/lora_voice.h"
#include "voice/voice.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using models::Checkpoint;
using models::CheckpointIdentity;
using models::NetworkKind;

constexpr const char* kVoiceFormat = "myna-voice-1";
constexpr size_t kLongestName = 100;

[[noreturn]] void refuse(const Checkpoint& file, const std::string& what,
                         ErrorCode code = ErrorCode::kInvalidModel) {
  throw Error(code, what, file.subject());
}

void require_finished(const Checkpoint& file, const CheckpointIdentity& id) {
  if (id.resume) refuse(file, "this is " + models::describe(id) + "; " + import_verdict(id));
}

void require_gpt(const Checkpoint& file, const CheckpointIdentity& id) {
  if (id.kind != NetworkKind::kT2s) {
    const bool sovits = id.kind == NetworkKind::kSovits || id.kind == NetworkKind::kSovitsCfm ||
                        id.kind == NetworkKind::kSovitsLora;
    refuse(file, "a text-to-semantic model (GPT, .ckpt) is wanted here and this is a " +
                     models::describe(id) +
                     (sovits ? "; give it behind --sovits" : "; " + import_verdict(id)));
  }
  require_finished(file, id);
}

void require_sovits(const Checkpoint& file, const CheckpointIdentity& id) {
  switch (id.kind) {
    case NetworkKind::kSovits:
      require_finished(file, id);
      return;
    case NetworkKind::kSovitsCfm:
    case NetworkKind::kSovitsLora:  // with its base by now
      require_finished(file, id);
      if (!id.version.empty()) return;
      break;
    default:
      refuse(file, "a SoVITS generator (.pth) is wanted here and this is a " +
                       models::describe(id) +
                       (id.kind == NetworkKind::kT2s ? "; give it behind --gpt"
                                                     : "; " + import_verdict(id)));
  }
  refuse(file, "this is a " + models::describe(id) + ": " + import_verdict(id),
         ErrorCode::kUnsupported);
}

void require_pair(const Checkpoint& gpt, const CheckpointIdentity& gpt_id, const Checkpoint& sovits,
                  const CheckpointIdentity& sovits_id) {
  if ((gpt_id.version == "v1") == (sovits_id.version == "v1")) return;
  refuse(gpt, "this is a " + models::describe(gpt_id) + " and " +
                  sovits.path().filename().string() + " is a " + models::describe(sovits_id) +
                  ": they read different phone symbols; take both from one version");
}

const Json& config_section(const Checkpoint& file, const char* key) {
  const Json& config = file.config();
  if (!config.is_object() || !config.contains(key) || !config[key].is_object()) {
    refuse(file, std::string("it has no configuration (\"") + key +
                     "\"); import the file from the folder of finished weights");
  }
  return config[key];
}

Json sovits_config(const Checkpoint& file, const CheckpointIdentity& id) {
  Json model = config_section(file, "model"), data = config_section(file, "data");
  model["version"] = id.version;
  model["n_symbols"] = file.dim("enc_p.text_embedding.weight", 0);
  if (file.contains("sv_emb.weight")) model["speaker_channels"] = file.dim("sv_emb.weight", 1);
  if (id.kind != NetworkKind::kSovits) model["cfm"] = models::cfm_sizes(file);
  data.erase("exp_dir");  // a path of the machine that trained it
  return {{"data", data}, {"model", model}};
}

/// The tensors that speaking needs.
std::map<std::string, tensor::HostTensor> tensors_of(const Checkpoint& file) {
  std::map<std::string, tensor::HostTensor> tensors;
  for (const auto& [name, entry] : file.entries()) {
    if (!name.starts_with("enc_q.")) tensors[name] = file.get(name);
  }
  return tensors;
}

Json origin_of(const Checkpoint& file) {
  return {{"file", file.path().filename().string()},
          {"sha256", hex(sha256_file(file.path()))},
          {"info", file.info()}};
}

/// What the weights of a version were trained to speak, by the reference's documentation.
Json languages_of(const std::string& version) {
  if (version == "v1") return {"zh", "en", "ja"};
  return {"zh", "en", "ja", "ko", "yue"};
}

std::string chosen_name(const ImportRequest& request) {
  std::string name = request.name.empty() ? request.sovits.stem().string() : request.name;
  const bool plain = !name.empty() && name.size() <= kLongestName && name[0] != '.' &&
                     !find_invalid_utf8(name) && std::none_of(name.begin(), name.end(), [](char c) {
                       return uint8_t(c) < 0x20 || c == '/' || c == '\\' || c == 0x7F;
                     });
  if (!plain) {
    throw Error(ErrorCode::kUsage,
                "cannot be the name of a voice; use up to 100 letters without slashes", "--name");
  }
  return name;
}

/// A folder that is removed unless it gets its final name.
class PendingFolder {
 public:
  explicit PendingFolder(const fs::path& target)
      : target_(target),
        path_(target.parent_path() / ("." + target.filename().string() + ".importing")) {
    ensure_writable_directory(target.parent_path());
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  ~PendingFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  PendingFolder(const PendingFolder&) = delete;
  PendingFolder& operator=(const PendingFolder&) = delete;
  const fs::path& path() const { return path_; }
  void commit() { fs::rename(path_, target_); }

 private:
  fs::path target_, path_;
};

/// Copies the reference and its transcript; refuses one that cannot be used.
void add_reference(const ImportRequest& request, const fs::path& folder,
                   std::vector<std::string>& notes) {
  if (request.reference.empty()) {
    notes.emplace_back(
        "there is no reference recording in it: give one when speaking, --voice NAME --voice WAV");
    return;
  }
  audio::format_of(request.reference);  // of a kind that a voice's folder may hold
  const audio::QualityReport quality = audio::check_quality(audio::read_clip(request.reference));
  audio::require_usable(quality, request.reference.string());
  for (const audio::Finding& finding : quality.findings) {
    notes.push_back("reference: " + finding.message + " " + finding.remedy);
  }
  const fs::path copy = folder / ("reference" + request.reference.extension().string());
  fs::copy_file(request.reference, copy);
  if (request.prompt_text.empty()) {
    notes.emplace_back(
        "without --prompt-text the reference's words are heard, which is less exact");
  } else {
    require_utf8(request.prompt_text, "--prompt-text");
    write_file(folder / "reference.txt", request.prompt_text + "\n");
  }
}

}  // namespace

ImportedVoice import_voice(const ImportRequest& request, const fs::path& voices,
                           const fs::path& bases, const CancelToken& cancel) {
  ImportedVoice voice;
  voice.name = chosen_name(request);
  voice.folder = voices / voice.name;
  if (fs::exists(voice.folder)) {
    throw Error(ErrorCode::kUsage,
                "there is a voice of this name already; give another one with --name",
                voice.folder.string());
  }
  const Checkpoint gpt = Checkpoint::open(request.gpt);
  voice.gpt = models::identify(gpt);
  require_gpt(gpt, voice.gpt);
  cancel.check("importing");
  Checkpoint sovits = Checkpoint::open(request.sovits);
  voice.sovits = models::identify(sovits);
  if (voice.sovits.kind == NetworkKind::kSovitsLora) {
    LoraVoice whole = with_base(sovits, voice.sovits, request.sovits_base, bases);
    voice.sovits_base = whole.base;
    voice.sovits.version = whole.version;
    sovits = std::move(whole.model);
  } else if (!request.sovits_base.empty()) {
    throw Error(ErrorCode::kUsage,
                "is only for a LoRA, and " + request.sovits.filename().string() + " is a " +
                    models::describe(voice.sovits) + "; leave it out",
                "--sovits-base");
  }
  require_sovits(sovits, voice.sovits);
  require_pair(gpt, voice.gpt, sovits, voice.sovits);
  voice.version = voice.sovits.version;
  require_base(bases, BaseKind::kHubert);
  if (sovits.contains("sv_emb.weight")) require_base(bases, BaseKind::kEres2net);
  if (voice.version == "v3") require_base(bases, BaseKind::kBigvgan);
  if (voice.version == "v4") require_base(bases, BaseKind::kV4Vocoder);
  cancel.check("importing");

  // Building the networks checks every tensor and its shape.
  const auto backend = compute::make_cpu_backend();
  models::T2sConfig t2s = models::T2sConfig::from_json(config_section(gpt, "model"), gpt.subject());
  if (!gpt.contains("model.ar_predict_layer.weight")) t2s.prefix.clear();
  models::MapSource gpt_source = models::source_of(gpt), sovits_source = models::source_of(sovits);
  models::T2s(backend, gpt_source, t2s);
  cancel.check("importing");
  const Json config = sovits_config(sovits, voice.sovits);
  const auto spoken = models::SovitsConfig::from_json(config, sovits.subject());
  if (spoken.is_cfm())
    models::SovitsCfm(*backend, sovits_source, spoken);
  else
    models::Sovits(*backend, sovits_source, spoken);
  if (t2s.eos != spoken.codebook_size) {
    refuse(gpt, "its " + std::to_string(t2s.eos) + " tokens are not the " +
                    std::to_string(spoken.codebook_size) + " codes of " +
                    sovits.path().filename().string() + "; take both from one voice");
  }
  cancel.check("importing");

  PendingFolder folder(voice.folder);
  add_reference(request, folder.path(), voice.notes);
  const Json gpt_origin = origin_of(gpt), sovits_origin = origin_of(sovits);
  models::write_model_file(folder.path() / "t2s.safetensors", "t2s", t2s.to_json(),
                           {{"origin", gpt_origin}, {"languages", languages_of(voice.version)}},
                           tensors_of(gpt), false);
  cancel.check("importing");
  models::write_model_file(folder.path() / "sovits.safetensors", "sovits", config,
                           {{"origin", sovits_origin}}, tensors_of(sovits), false);
  Json manifest = {{"format", kVoiceFormat},   {"name", voice.name}, {"weights", "GPT-SoVITS"},
                   {"version", voice.version}, {"gpt", gpt_origin},  {"sovits", sovits_origin}};
  if (!voice.sovits_base.empty()) {
    manifest["sovits_base"] = {{"file", voice.sovits_base.filename().string()},
                               {"sha256", hex(sha256_file(voice.sovits_base))}};
  }
  write_file(folder.path() / "voice.json",
             manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  cancel.check("importing");
  folder.commit();
  return voice;
}

std::shared_ptr<const Engine> engine_for(const std::vector<std::string>& voices,
                                         const EngineOptions& options) {
  fs::path imported;
  for (const std::string& name : voices) {
    const fs::path folder = find_voice(name);
    std::error_code ignored;
    if (folder.empty() || !fs::is_regular_file(folder / "voice.json", ignored)) continue;
    if (!imported.empty()) {
      throw Error(ErrorCode::kUsage,
                  "is the second voice with weights of its own; one sentence can have only one",
                  name);
    }
    imported = folder;
  }
  if (imported.empty()) return Engine::load_starter(options);
  const Json manifest = read_json(imported / "voice.json");
  const std::string subject = (imported / "voice.json").string();
  const auto format = require<std::string>(manifest, "format", subject);
  if (format != kVoiceFormat) {
    throw Error(ErrorCode::kInvalidModel,
                "has the format \"" + format + "\"; this program reads " + kVoiceFormat, subject);
  }
  return Engine::load_imported(assets_dir(), imported, bases_dir(), options);
}

}  // namespace myna::voice
