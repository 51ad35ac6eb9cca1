// Reading whole files, writing files that are never seen half-written, and read-only mappings.
// Every function throws myna::Error with the path as its subject: kNotFound for a missing file,
// kIo for everything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myna {

inline constexpr uint64_t kDefaultMaxFileBytes = uint64_t{1} << 30;

/// The whole file. A file larger than `max_bytes` is refused before anything is allocated.
std::vector<uint8_t> read_file(const std::filesystem::path& path,
                               uint64_t max_bytes = kDefaultMaxFileBytes);

/// As read_file, into a string. The bytes are not checked; see utf8.h.
std::string read_text(const std::filesystem::path& path, uint64_t max_bytes = kDefaultMaxFileBytes);

/// Calls `visit` with consecutive pieces of the file.
void read_pieces(const std::filesystem::path& path,
                 const std::function<void(std::span<const uint8_t>)>& visit);

/// Creates the folder and its parents if needed and proves that a file can be created in it.
void ensure_writable_directory(const std::filesystem::path& path);

/// A file that appears under its name only when complete: bytes go to a temporary file in the same
/// folder, commit() flushes them to the disk and renames. Without commit() the temporary file is
/// removed by the destructor, and by remove_temporary_files() when the program is interrupted.
/// Devices and pipes (/dev/null, /dev/stdout, a FIFO) are written directly. Not thread-safe.
class AtomicFile {
 public:
  /// Throws when the target is a folder or its folder is missing or not writable.
  explicit AtomicFile(const std::filesystem::path& target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Open for reading and writing (writing only for devices and pipes), owned by this object.
  int fd() const { return fd_; }
  /// True for devices and pipes: no renaming, and seeking may be impossible.
  bool direct() const { return slot_ < 0 && temporary_.empty(); }
  const std::filesystem::path& target() const { return target_; }

  void write(std::string_view bytes);
  void write(std::span<const uint8_t> bytes);
  /// Makes the file appear. Throws, leaving the old file as it was, when that fails.
  void commit();

 private:
  void discard() noexcept;

  std::filesystem::path target_;
  std::filesystem::path temporary_;  ///< empty when direct
  int fd_ = -1;
  int slot_ = -1;  ///< place in the registry of temporary files
};

/// Writes the whole content through an AtomicFile.
void write_file(const std::filesystem::path& path, std::string_view bytes);
void write_file(const std::filesystem::path& path, std::span<const uint8_t> bytes);

/// Deletes the temporary files of all AtomicFiles that are open now. Async-signal-safe: meant for
/// the handler that ends the program.
void remove_temporary_files() noexcept;

/// Writes all bytes to a descriptor, continuing after short writes and EINTR. `name` is the subject
/// of the error.
void write_all(int fd, std::span<const uint8_t> bytes, const std::string& name);

/// A file mapped read-only for its lifetime; empty files give an empty span. Movable.
class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const uint8_t> bytes() const { return {data_, size_}; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }
  /// Lets go of the pages that were read so far, which then no longer count as memory of this
  /// process. The bytes stay readable: the system brings them back from its cache or the file.
  void drop_pages() const;

 private:
  std::filesystem::path path_;
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace myna
