#include "training/export.h"

#include "models/model_file.h"
#include "models/sovits_config.h"
#include "tensor/int8_matrix.h"
#include "training/checkpoint.h"
#include "training/sovits_codebook.h"
#include "training/trained_networks.h"

namespace myna::training {

namespace {

/// Letter-to-sound keeps the matrices of its linear layers in 8 bits; the program reads them so.
void pack_matrices(std::map<std::string, tensor::HostTensor>* tensors) {
  const std::string tail = ".weight";
  std::map<std::string, tensor::HostTensor> out;
  for (const auto& [name, value] : *tensors) {
    const bool table = name == "letters.weight" || name == "history.weight";
    const bool matrix = !table && name.ends_with(tail) && value.shape().size() == 2;
    out[matrix ? name + tensor::kInt8Suffix : name] = matrix ? tensor::pack_int8(value) : value;
  }
  tensors->swap(out);
}

}  // namespace

Json export_model(const std::filesystem::path& run, const std::filesystem::path& codebook,
                  const std::filesystem::path& file) {
  const std::filesystem::path snapshot = newest_checkpoint(run);
  const Checkpoint header = load_checkpoint(snapshot);
  const std::string subject = snapshot.string();
  const auto kind = require<std::string>(header.notes, "kind", subject);
  Json config = require<Json>(header.config, "model", subject);
  std::map<std::string, tensor::HostTensor> tensors = snapshot_weights(snapshot, kind);
  std::erase_if(tensors, [](const auto& entry) {
    return entry.first.starts_with("enc_q.") || entry.first.starts_with("discriminators.") ||
           entry.first.starts_with("head.");
  });
  if (kind == "verifier") config["speakers"] = 0;
  if (kind == "letters") pack_matrices(&tensors);
  if (kind == "sovits") {
    if (codebook.empty())
      throw Error(ErrorCode::kUsage, "a SoVITS model needs its codebook; give --codebook", subject);
    const auto sizes = models::SovitsConfig::from_json(config, subject);
    for (auto& [name, value] : codebook_tensors(codebook, sizes)) tensors[name] = value;
  }
  Json record = header.notes;
  record["steps"] = header.step;
  record["training_seconds"] = header.seconds;
  record["recipe"] = header.config;
  record["recipe"].erase("model");
  models::write_model_file(file, kind, config, record, tensors, /*half=*/true);
  return record;
}

}  // namespace myna::training
