#include "text/ja/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace myna::text::ja {

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw Error(ErrorCode::kNotFound,
                "cannot open the Japanese dictionary; install the package "
                "open-jtalk-mecab-naist-jdic",
                path.string());
  }
  struct stat info {};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    const auto bytes = static_cast<size_t>(info.st_size);
    void* mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped != MAP_FAILED) data_ = {static_cast<const char*>(mapped), bytes};
  }
  ::close(fd);
  if (data_.empty()) damaged("it cannot be mapped");
}

MappedFile::~MappedFile() {
  if (!data_.empty()) ::munmap(const_cast<char*>(data_.data()), data_.size());
}

void MappedFile::damaged(const char* what) const {
  throw Error(ErrorCode::kInvalidModel,
              std::string("the Japanese dictionary is damaged (") + what + "); install it again",
              path_.string());
}

}  // namespace myna::text::ja
