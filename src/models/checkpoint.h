// A file of weights of any origin as named tensors and what is written about them: torch
// checkpoints (see tensor/torch_file.h), safetensors, ONNX initialisers. A file that is no model is
// refused by what it is: a web page, a Git-LFS pointer, half a download.
//
// Torch checkpoints come as {"weight": tensors, "config": ..., "info": ...} (the reference's
// trainers), as {"model": tensors, "iteration": ..., "optimizer": ...} (to resume a training), as
// {"generator": tensors} or {"state_dict": tensors} or as tensors alone.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/parameters.h"
#include "tensor/file_format.h"
#include "tensor/host_tensor.h"

namespace myna::models {

struct CheckpointEntry {
  tensor::DType dtype = tensor::DType::kF32;
  tensor::Shape shape;
};

/// Immutable; tensors are views of the mapped file where alignment allows and keep it alive.
class Checkpoint {
 public:
  /// Throws Error(kNotFound | kIo | kInvalidModel | kUnsupported) naming the file and the reason.
  static Checkpoint open(const std::filesystem::path& path);

  /// A checkpoint with the path, container, mark and info of `origin`, but another configuration
  /// and tensors that `load` gives by name.
  static Checkpoint assembled(const Checkpoint& origin, Json config,
                              std::map<std::string, CheckpointEntry> entries,
                              std::function<tensor::HostTensor(const std::string&)> load);

  const std::filesystem::path& path() const { return path_; }
  std::string subject() const { return path_.string(); }
  tensor::FileFormat format() const { return format_; }
  /// "torch zip", "torch legacy", "safetensors" or "ONNX".
  const std::string& container() const { return container_; }
  /// Version mark in the place of a zip file's signature ("03"), or empty.
  const std::string& mark() const { return mark_; }
  /// Where in the file the tensors were: "weight", "model", "generator", ... or empty.
  const std::string& section() const { return section_; }
  /// Keys beside the tensors: "config", "info", "optimizer", ...
  const std::vector<std::string>& other_keys() const { return other_keys_; }
  const std::string& info() const { return info_; }
  int64_t lora_rank() const { return lora_rank_; }  ///< 0: none stated
  const Json& config() const { return config_; }    ///< an object, or null
  /// "__metadata__" of a safetensors file.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  const std::map<std::string, CheckpointEntry>& entries() const { return entries_; }
  bool contains(const std::string& name) const { return entries_.contains(name); }
  /// Dimension `axis` of a tensor, 0 when there is no such tensor or axis.
  int64_t dim(const std::string& name, size_t axis) const;
  /// Throws Error(kInvalidModel) when there is no such tensor.
  tensor::HostTensor get(const std::string& name) const;

 private:
  void open_torch();
  void open_safetensors();
  void open_onnx();

  std::filesystem::path path_;
  tensor::FileFormat format_ = tensor::FileFormat::kUnknown;
  std::string container_, mark_, section_, info_;
  std::vector<std::string> other_keys_;
  int64_t lora_rank_ = 0;
  Json config_;
  std::map<std::string, std::string> metadata_;
  std::map<std::string, CheckpointEntry> entries_;
  std::function<tensor::HostTensor(const std::string&)> load_;
};

/// The file as a source of parameters; it must outlive the source.
MapSource source_of(const Checkpoint& file);

}  // namespace myna::models
