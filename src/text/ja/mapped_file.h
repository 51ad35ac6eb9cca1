// A file mapped into memory, read only.
#pragma once

#include <filesystem>
#include <string_view>

namespace myna::text::ja {

class MappedFile {
 public:
  /// Throws Error(kNotFound) when there is no such file.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view data() const { return data_; }
  /// Throws Error(kInvalidModel).
  [[noreturn]] void damaged(const char* what) const;

 private:
  std::filesystem::path path_;
  std::string_view data_;
};

}  // namespace myna::text::ja
