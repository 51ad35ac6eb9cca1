#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace myna {
namespace {

std::string reason(int error) { return std::strerror(error); }

/// Closes a descriptor at the end of a scope.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

int open_for_reading(const std::filesystem::path& path, struct stat& status) {
  const std::string name = path.string();
  if (name.empty()) throw Error(ErrorCode::kNotFound, "a file name is wanted here, it is empty");
  // Not blocking, so that a FIFO without a writer is refused below and never waited for.
  const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      throw Error(ErrorCode::kNotFound, "there is no such file; check the path", name);
    }
    if (errno == EACCES) {
      throw Error(ErrorCode::kIo, "the file may not be read; change its permissions", name);
    }
    throw Error(ErrorCode::kIo, "the file cannot be opened: " + reason(errno), name);
  }
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    const bool folder = S_ISDIR(status.st_mode);
    ::close(fd);
    throw Error(ErrorCode::kIo,
                folder ? "this is a folder; name a file in it" : "this is not an ordinary file",
                name);
  }
  return fd;
}

template <typename Container>
Container read_whole(const std::filesystem::path& path, uint64_t max_bytes) {
  struct stat status {};
  const Descriptor file{open_for_reading(path, status)};
  const auto size = static_cast<uint64_t>(status.st_size);
  if (size > max_bytes) {
    throw Error(ErrorCode::kIo,
                "the file has " + std::to_string(size) + " bytes, more than the " +
                    std::to_string(max_bytes) + " allowed here; use a smaller file",
                path.string());
  }
  Container bytes(size, 0);
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.fd, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorCode::kIo, "the file cannot be read: " + reason(errno), path.string());
    }
    if (got == 0) break;  // the file shrank meanwhile
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace

std::vector<uint8_t> read_file(const std::filesystem::path& path, uint64_t max_bytes) {
  return read_whole<std::vector<uint8_t>>(path, max_bytes);
}

std::string read_text(const std::filesystem::path& path, uint64_t max_bytes) {
  return read_whole<std::string>(path, max_bytes);
}

void read_pieces(const std::filesystem::path& path,
                 const std::function<void(std::span<const uint8_t>)>& visit) {
  struct stat status {};
  const Descriptor file{open_for_reading(path, status)};
  std::vector<uint8_t> buffer(size_t{1} << 18);
  while (true) {
    const ssize_t got = ::read(file.fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorCode::kIo, "the file cannot be read: " + reason(errno), path.string());
    }
    if (got == 0) return;
    visit({buffer.data(), static_cast<size_t>(got)});
  }
}

void ensure_writable_directory(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure || !std::filesystem::is_directory(path)) {
    throw Error(ErrorCode::kIo,
                "the folder cannot be created" + (failure ? ": " + failure.message() : "") +
                    "; name a folder that may be written",
                path.string());
  }
  std::string probe = (path / ".myna-probe-XXXXXX").string();
  const int fd = ::mkstemp(probe.data());
  if (fd < 0) {
    throw Error(ErrorCode::kIo,
                "no file can be created in this folder: " + reason(errno) +
                    "; change its permissions or name another one",
                path.string());
  }
  ::close(fd);
  ::unlink(probe.c_str());
}

void write_all(int fd, std::span<const uint8_t> bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      const std::string remedy = errno == ENOSPC ? "; free some space" : "";
      throw Error(ErrorCode::kIo, "writing failed: " + reason(errno) + remedy, name);
    }
    bytes = bytes.subspan(static_cast<size_t>(done));
  }
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void write_file(const std::filesystem::path& path, std::span<const uint8_t> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
  struct stat status {};
  const Descriptor file{open_for_reading(path, status)};
  size_ = static_cast<size_t>(status.st_size);
  if (size_ == 0) return;
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (mapped == MAP_FAILED) {
    throw Error(ErrorCode::kIo, "the file cannot be mapped: " + reason(errno), path.string());
  }
  data_ = static_cast<const uint8_t*>(mapped);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<uint8_t*>(data_), size_);
}

void MappedFile::drop_pages() const {
  // A wish: where it is not granted the pages only stay longer.
  if (data_ != nullptr) ::madvise(const_cast<uint8_t*>(data_), size_, MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace myna
