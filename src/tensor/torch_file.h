// Checkpoints of torch.save as data: the zip format (torch 1.6 and later), the older format of
// five pickles followed by raw storages, and zip files whose first two bytes were replaced by a
// version mark ("03" ... as GPT-SoVITS writes them; see the reference, process_ckpt.py).
//
// The file is mapped. A contiguous tensor whose data is aligned is a view of the mapping; others
// are copied when they are asked for. Nothing in the file can execute: see pickle.h.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tensor/host_tensor.h"
#include "tensor/pickle.h"

namespace myna::tensor {

enum class TorchContainer { kZip, kLegacy };

struct TorchOptions {
  bool verify_checksums = true;  ///< of the zip records
};

/// Immutable after construction, thread-safe. Tensors keep the mapping alive.
class TorchFile {
 public:
  /// Throws Error(kNotFound | kIo | kInvalidModel | kUnsupported) naming the file, the place in it
  /// and what was refused.
  explicit TorchFile(const std::filesystem::path& path, const TorchOptions& options = {});
  /// From bytes held by `owner`; `subject` names them in errors.
  TorchFile(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
            std::string subject, const TorchOptions& options = {});

  TorchContainer container() const { return container_; }
  /// The version mark "00" ... "06" in the place of "PK"; empty for ordinary files.
  const std::string& mark() const { return mark_; }
  const std::string& subject() const { return subject_; }
  /// What torch.load would return, as data.
  PickleValue root() const { return tree_.value(root_); }
  size_t tensor_count() const { return tree_.tensors.size(); }

  /// `value`: a kTensor of this file. dtype and shape cost nothing.
  DType dtype(const PickleValue& value) const;
  const Shape& shape(const PickleValue& value) const { return value.tensor().shape; }
  HostTensor tensor(const PickleValue& value) const;

 private:
  void read(const TorchOptions& options);
  void read_zip_container(const TorchOptions& options);
  void read_legacy_container();

  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> owner_;
  std::string subject_;
  TorchContainer container_ = TorchContainer::kZip;
  std::string mark_;
  PickleTree tree_;
  uint32_t root_ = 0;
};

/// Whether the bytes begin as one of the formats above: "PK", a version mark or a legacy magic.
bool looks_like_torch(std::span<const std::byte> bytes);

}  // namespace myna::tensor
