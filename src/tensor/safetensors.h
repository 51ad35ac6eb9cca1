// The safetensors file format: 8-byte little-endian header length, JSON header, raw data.
// The reader maps the file, checks everything before use (header cap of 100 MB, contiguous
// offsets, no overlap, no trailing bytes, no duplicate keys, sizes against the file) and allocates
// nothing in proportion to a declared size.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "tensor/host_tensor.h"

namespace myna::tensor {

/// A read-only mapped file. Thread-safe after construction; tensors keep the mapping alive.
class SafetensorsFile {
 public:
  /// Throws Error(kNotFound | kInvalidModel) naming the file and the offending entry.
  explicit SafetensorsFile(const std::filesystem::path& path);

  bool contains(const std::string& name) const;
  /// Throws Error(kInvalidModel) naming file and tensor when absent.
  HostTensor get(const std::string& name) const;
  std::vector<std::string> names() const;
  /// The "__metadata__" entries.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::filesystem::path& path() const { return path_; }
  /// As MappedFile::drop_pages; tensors stay readable.
  void drop_pages() const { mapping_->drop_pages(); }

 private:
  std::filesystem::path path_;
  std::shared_ptr<const MappedFile> mapping_;
  std::map<std::string, HostTensor> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// Parses safetensors bytes held by `owner` (used by the file class and by the fuzzer). `subject`
/// names the source in errors.
void parse_safetensors(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                       const std::string& subject, std::map<std::string, HostTensor>& tensors,
                       std::map<std::string, std::string>& metadata);

/// Writes beside `path` and renames. Names are written in sorted order.
void write_safetensors(const std::filesystem::path& path,
                       const std::map<std::string, HostTensor>& tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace myna::tensor
