#include "training/trained_content.h"

#include "base/digest.h"
#include "models/model_file.h"
#include "training/checkpoint.h"

namespace myna::training {

std::map<std::string, tensor::HostTensor> snapshot_weights(const std::filesystem::path& snapshot,
                                                           const std::string& part) {
  const tensor::SafetensorsFile file(snapshot);
  std::map<std::string, tensor::HostTensor> out;
  for (const std::string kind : {"parameter", "ema"}) {  // means replace plain weights
    const std::string prefix = part + "/" + kind + "/";
    for (const std::string& name : file.names())
      if (name.starts_with(prefix)) out[name.substr(prefix.size())] = file.get(name);
  }
  if (out.empty())
    throw Error(ErrorCode::kInvalidModel, "holds no weights of '" + part + "'", snapshot.string());
  return out;
}

TrainedContent load_trained_content(const std::filesystem::path& where, bool bf16) {
  TrainedContent out;
  out.backend = std::make_unique<compute::TorchBackend>(
      compute::TorchOptions{.training = false, .autocast_bf16 = bf16});
  if (std::filesystem::is_directory(where)) {
    const std::filesystem::path snapshot = newest_checkpoint(where);
    const Checkpoint header = load_checkpoint(snapshot);
    const auto config = models::ContentConfig::from_json(
        require<Json>(header.config, "model", snapshot.string()), snapshot.string());
    const auto source =
        models::MapSource::from_map(snapshot_weights(snapshot, "content"), snapshot.string());
    out.encoder = std::make_unique<models::ContentEncoder>(*out.backend, *source, config);
    out.digest = hex(sha256_file(snapshot));
  } else {
    const models::ModelFile file = models::open_model_file(where, "content");
    const auto config = models::ContentConfig::from_json(file.config, file.subject());
    out.encoder = std::make_unique<models::ContentEncoder>(*out.backend, *file.source(), config);
    out.digest = hex(sha256_file(where));
  }
  return out;
}

}  // namespace myna::training
