#include "models/checkpoint.h"

#include "base/error.h"
#include "base/files.h"
#include "tensor/byte_reader.h"
#include "tensor/onnx_file.h"
#include "tensor/safetensors.h"
#include "tensor/torch_file.h"

namespace myna::models {
namespace {

using tensor::PickleKind;
using tensor::PickleValue;

constexpr const char* kSections[] = {"weight", "generator", "model", "state_dict"};
constexpr size_t kMostTensors = 100'000;

/// Whether a dict consists of named tensors (and perhaps a few other things).
bool holds_tensors(const PickleValue& dict) {
  if (!dict.is(PickleKind::kDict)) return false;
  size_t tensors = 0;
  for (size_t i = 0; i < dict.size(); ++i) tensors += dict.value(i).is(PickleKind::kTensor) ? 1 : 0;
  return tensors > 0 && 2 * tensors >= dict.size();
}

[[noreturn]] void refuse(const std::string& subject, const std::string& what) {
  throw Error(ErrorCode::kInvalidModel, what, subject);
}

}  // namespace

Checkpoint Checkpoint::open(const std::filesystem::path& path) {
  Checkpoint checkpoint;
  checkpoint.path_ = path;
  {
    const MappedFile file(path);
    checkpoint.format_ = tensor::file_format(std::as_bytes(file.bytes()));
  }
  switch (checkpoint.format_) {
    case tensor::FileFormat::kTorch:
      checkpoint.open_torch();
      break;
    case tensor::FileFormat::kSafetensors:
      checkpoint.open_safetensors();
      break;
    case tensor::FileFormat::kOnnx:
      checkpoint.open_onnx();
      break;
    default:
      refuse(path.string(),
             "this is " + std::string(tensor::format_description(checkpoint.format_)));
  }
  return checkpoint;
}

Checkpoint Checkpoint::assembled(const Checkpoint& origin, Json config,
                                 std::map<std::string, CheckpointEntry> entries,
                                 std::function<tensor::HostTensor(const std::string&)> load) {
  Checkpoint made = origin;
  made.config_ = std::move(config);
  made.entries_ = std::move(entries);
  made.load_ = std::move(load);
  return made;
}

void Checkpoint::open_torch() {
  const auto file = std::make_shared<const tensor::TorchFile>(path_);
  container_ = file->container() == tensor::TorchContainer::kZip ? "torch zip" : "torch legacy";
  mark_ = file->mark();
  const PickleValue root = file->root();
  if (!root.is(PickleKind::kDict)) refuse(subject(), "this checkpoint holds no named tensors");

  PickleValue tensors = root;
  for (const char* section : kSections) {
    const PickleValue inner = root.find(section);
    if (!inner.valid() || !holds_tensors(inner)) continue;
    tensors = inner;
    section_ = section;
    break;
  }
  const auto values = std::make_shared<std::map<std::string, PickleValue>>();
  if (tensors.size() > kMostTensors) refuse(subject(), "this checkpoint has too many tensors");
  for (size_t i = 0; i < tensors.size(); ++i) {
    const PickleValue key = tensors.key(i), value = tensors.value(i);
    if (!key.is(PickleKind::kString) || !value.is(PickleKind::kTensor)) continue;
    if (!values->emplace(key.text(), value).second) {
      refuse(subject(), "this checkpoint names tensor " + tensor::shown(key.text()) + " twice");
    }
    entries_[key.text()] = {file->dtype(value), file->shape(value)};
  }
  if (entries_.empty()) refuse(subject(), "this checkpoint holds no named tensors");
  load_ = [file, values](const std::string& name) { return file->tensor(values->at(name)); };

  for (size_t i = 0; i < root.size() && other_keys_.size() < 100; ++i) {
    const PickleValue key = root.key(i);
    const bool other = section_.empty() ? !root.value(i).is(PickleKind::kTensor)
                                        : key.is(PickleKind::kString) && key.text() != section_;
    if (other && key.is(PickleKind::kString)) other_keys_.push_back(key.text());
  }
  const PickleValue config = root.find("config"), info = root.find("info");
  if (config.valid()) config_ = config.to_json(subject());
  if (info.is(PickleKind::kString)) info_ = info.text();
  const PickleValue rank = root.find("lora_rank");
  if (rank.is(PickleKind::kInt)) lora_rank_ = rank.integer();
}

void Checkpoint::open_safetensors() {
  const auto file = std::make_shared<const tensor::SafetensorsFile>(path_);
  container_ = "safetensors";
  metadata_ = file->metadata();
  for (const std::string& name : file->names()) {
    const tensor::HostTensor value = file->get(name);
    entries_[name] = {value.dtype(), value.shape()};
  }
  load_ = [file](const std::string& name) { return file->get(name); };
}

void Checkpoint::open_onnx() {
  const auto tensors = std::make_shared<const std::map<std::string, tensor::HostTensor>>(
      tensor::read_onnx_model(path_).initializers);
  container_ = "ONNX";
  for (const auto& [name, value] : *tensors) entries_[name] = {value.dtype(), value.shape()};
  load_ = [tensors](const std::string& name) { return tensors->at(name); };
}

int64_t Checkpoint::dim(const std::string& name, size_t axis) const {
  const auto found = entries_.find(name);
  return found == entries_.end() || axis >= found->second.shape.size() ? 0
                                                                       : found->second.shape[axis];
}

tensor::HostTensor Checkpoint::get(const std::string& name) const {
  if (!contains(name)) {
    refuse(subject(), "the file has no tensor " + tensor::shown(name) +
                          "; it is incomplete or another kind of model");
  }
  return load_(name);
}

MapSource source_of(const Checkpoint& file) {
  return MapSource(
      [&file](const std::string& name) {
        return file.contains(name) ? file.get(name) : HostTensor();
      },
      file.subject());
}

}  // namespace myna::models
