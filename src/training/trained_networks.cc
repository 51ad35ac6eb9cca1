#include "training/trained_networks.h"

#include "base/digest.h"
#include "models/model_file.h"
#include "training/checkpoint.h"

namespace myna::training {
namespace {

/// A network's sizes and weights, wherever they lie.
struct Found {
  Json config;
  std::string subject;
  std::unique_ptr<models::MapSource> source;
  std::string digest;
};

Found find_network(const std::filesystem::path& where, const std::string& kind) {
  Found out;
  if (std::filesystem::is_directory(where)) {
    const std::filesystem::path snapshot = newest_checkpoint(where);
    out.subject = snapshot.string();
    out.config = require<Json>(load_checkpoint(snapshot).config, "model", out.subject);
    out.source = models::MapSource::from_map(snapshot_weights(snapshot, kind), out.subject);
    out.digest = hex(sha256_file(snapshot));
  } else {
    const models::ModelFile file = models::open_model_file(where, kind);
    out.subject = file.subject();
    out.config = file.config;
    out.source = file.source();
    out.digest = hex(sha256_file(where));
  }
  return out;
}

std::unique_ptr<compute::TorchBackend> listening_backend(const ListeningOptions& options) {
  return std::make_unique<compute::TorchBackend>(compute::TorchOptions{
      .device = options.device, .training = false, .autocast_bf16 = options.bf16});
}

}  // namespace

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

TrainedContent load_trained_content(const std::filesystem::path& where,
                                    const ListeningOptions& options) {
  const Found found = find_network(where, "content");
  TrainedContent out;
  out.backend = listening_backend(options);
  out.encoder = std::make_unique<models::ContentEncoder>(
      *out.backend, *found.source, models::ContentConfig::from_json(found.config, found.subject));
  out.digest = found.digest;
  return out;
}

TrainedVerifier load_trained_verifier(const std::filesystem::path& where,
                                      const ListeningOptions& options) {
  const Found found = find_network(where, "verifier");
  TrainedVerifier out;
  out.backend = listening_backend(options);
  out.network = std::make_unique<models::SpeakerVerifier>(
      *out.backend, *found.source,
      models::SpeakerVerifierConfig::from_json(found.config, found.subject));
  out.digest = found.digest;
  return out;
}

}  // namespace myna::training
