#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/files.h"

namespace myna {
namespace {

// Paths of the temporary files, readable from a signal handler: a slot is free (0), being filled
// or emptied (1), or holds a path (2).
struct Slot {
  std::atomic<int> state{0};
  std::array<char, 4096> path{};
};

constexpr int kSlots = 64;
std::array<Slot, kSlots> g_slots;

int register_temporary(const std::string& path) {
  if (path.size() >= g_slots[0].path.size()) return -1;
  for (int i = 0; i < kSlots; ++i) {
    int expected = 0;
    if (g_slots[i].state.compare_exchange_strong(expected, 1)) {
      std::memcpy(g_slots[i].path.data(), path.c_str(), path.size() + 1);
      g_slots[i].state.store(2);
      return i;
    }
  }
  return -1;  // more files open than slots: the destructor still removes this one
}

void unregister_temporary(int slot) {
  if (slot >= 0) g_slots[slot].state.store(0);
}

std::string temporary_name(const std::filesystem::path& target) {
  static std::atomic<unsigned> counter{0};
  return "." + target.filename().string().substr(0, 200) + "." + std::to_string(::getpid()) + "-" +
         std::to_string(counter++) + ".tmp";
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& target) : target_(target) {
  const std::string name = target.string();
  if (name.empty() || target.filename().empty()) {
    throw Error(ErrorCode::kIo, "a file name is wanted for the output", name);
  }
  struct stat status {};
  if (::stat(name.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      throw Error(ErrorCode::kIo, "this is a folder; name a file for the output", name);
    }
    if (!S_ISREG(status.st_mode)) {
      fd_ = ::open(name.c_str(), O_WRONLY | O_CLOEXEC);
      if (fd_ < 0) {
        throw Error(ErrorCode::kIo, std::string("cannot be written: ") + std::strerror(errno),
                    name);
      }
      return;
    }
    if (::access(name.c_str(), W_OK) != 0) {
      throw Error(ErrorCode::kIo, "the file exists and may not be written; choose another name",
                  name);
    }
    std::error_code ignored;  // write through a symbolic link, do not replace the link
    const auto real = std::filesystem::canonical(target, ignored);
    if (!ignored) target_ = real;
  }
  temporary_ = target_.parent_path() / temporary_name(target_);
  fd_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd_ < 0) {
    const int error = errno;
    const std::string what = error == ENOENT ? "its folder does not exist; create it first"
                             : error == EACCES || error == EROFS
                                 ? "its folder may not be written; choose another one"
                                 : std::string("cannot be created: ") + std::strerror(error);
    throw Error(ErrorCode::kIo, what, name);
  }
  slot_ = register_temporary(temporary_.string());
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
  unregister_temporary(slot_);
  slot_ = -1;
}

void AtomicFile::write(std::span<const uint8_t> bytes) { write_all(fd_, bytes, target_.string()); }

void AtomicFile::write(std::string_view bytes) {
  write(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

void AtomicFile::commit() {
  if (fd_ < 0) throw Error(ErrorCode::kInternal, "committed twice", target_.string());
  if (!direct()) {
    if (::fsync(fd_) != 0 || ::rename(temporary_.c_str(), target_.c_str()) != 0) {
      throw Error(ErrorCode::kIo, std::string("the file cannot be completed: ") + strerror(errno),
                  target_.string());
    }
    temporary_.clear();
  }
  discard();
}

void remove_temporary_files() noexcept {
  for (Slot& slot : g_slots) {
    if (slot.state.load() == 2) ::unlink(slot.path.data());
  }
}

}  // namespace myna
