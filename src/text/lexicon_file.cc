#include "text/lexicon_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace myna::text {
namespace {

constexpr size_t kHeaderBytes = 24;

uint32_t read_u32(const unsigned char* p) {
  return uint32_t(p[0]) | uint32_t(p[1]) << 8 | uint32_t(p[2]) << 16 | uint32_t(p[3]) << 24;
}

}  // namespace

/// Walks the entries of one block.
struct LexiconFile::Cursor {
  const LexiconFile& file;
  const unsigned char* at;
  const unsigned char* end;
  std::string key;
  std::string_view value;

  Cursor(const LexiconFile& f, size_t block)
      : file(f), at(f.data_ + f.block_offset(block)), end(f.data_ + f.data_bytes_) {}

  size_t varint() {
    size_t out = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (at == end) file.damaged("an entry runs past the end");
      unsigned char c = *at++;
      out |= size_t(c & 127) << shift;
      if (c < 128) return out;
    }
    file.damaged("an entry has an endless length");
  }
  const char* take(size_t n) {
    if (size_t(end - at) < n) file.damaged("an entry runs past the end");
    const char* p = reinterpret_cast<const char*>(at);
    at += n;
    return p;
  }
  void next() {
    size_t shared = static_cast<unsigned char>(*take(1));
    if (shared > key.size()) file.damaged("an entry shares more bytes than its neighbour has");
    key.resize(shared);
    size_t rest = varint();
    key.append(take(rest), rest);
    size_t length = varint();
    value = {take(length), length};
  }
};

LexiconFile::LexiconFile(const std::filesystem::path& path) : path_(path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw Error(ErrorCode::kNotFound,
                "cannot open the lexicon file; point to the folder assets/lexicons", path.string());
  }
  struct stat info {};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    bytes_ = static_cast<size_t>(info.st_size);
    void* mapped = ::mmap(nullptr, bytes_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped != MAP_FAILED) base_ = static_cast<const unsigned char*>(mapped);
  }
  ::close(fd);
  if (base_ == nullptr) damaged("it cannot be mapped");
  try {
    if (bytes_ < kHeaderBytes || std::memcmp(base_, "MYNALEX1", 8) != 0)
      damaged("it does not start as a lexicon");
    entries_ = read_u32(base_ + 8);
    blocks_ = read_u32(base_ + 12);
    per_block_ = read_u32(base_ + 16);
    data_bytes_ = read_u32(base_ + 20);
    if (per_block_ == 0 || blocks_ != (uint64_t(entries_) + per_block_ - 1) / per_block_ ||
        bytes_ != kHeaderBytes + uint64_t(blocks_) * 4 + data_bytes_) {
      damaged("its size is not what its header says");
    }
    data_ = base_ + kHeaderBytes + size_t(blocks_) * 4;
    for (size_t i = 0; i < blocks_; ++i) {
      if (block_offset(i) >= data_bytes_) damaged("a block starts past the end");
    }
  } catch (...) {
    ::munmap(const_cast<unsigned char*>(base_), bytes_);
    throw;
  }
}

LexiconFile::~LexiconFile() {
  if (base_ != nullptr) ::munmap(const_cast<unsigned char*>(base_), bytes_);
}

void LexiconFile::damaged(const char* what) const {
  throw Error(ErrorCode::kInvalidModel,
              std::string("the lexicon file is damaged (") + what +
                  "); restore it from the repository or run scripts/build_lexicons.py",
              path_.string());
}

uint32_t LexiconFile::block_offset(size_t block) const {
  return read_u32(base_ + kHeaderBytes + block * 4);
}

size_t LexiconFile::block_of(std::string_view key) const {
  size_t low = 0, high = blocks_;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    // The first entry of a block shares nothing: its key can be compared in place.
    const unsigned char* p = data_ + block_offset(middle);
    size_t room = data_bytes_ - block_offset(middle);
    if (room < 2) damaged("a block is too short");
    size_t length = p[1], skip = 2;
    if (length >= 128) {
      if (room < 3) damaged("a block is too short");
      length = (length & 127) | size_t(p[2] & 127) << 7;
      skip = 3;
    }
    if (length + skip > room) damaged("an entry runs past the end");
    std::string_view first(reinterpret_cast<const char*>(p) + skip, length);
    (first <= key ? low : high) = middle;
  }
  return low;
}

std::optional<LexiconFile::Entry> LexiconFile::lower_bound(std::string_view key) const {
  for (size_t block = block_of(key); block < blocks_; ++block) {
    Cursor cursor(*this, block);
    size_t count = std::min<size_t>(per_block_, entries_ - block * per_block_);
    for (size_t i = 0; i < count; ++i) {
      cursor.next();
      if (cursor.key >= key) return Entry{std::move(cursor.key), cursor.value};
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> LexiconFile::find(std::string_view key) const {
  if (blocks_ == 0) return std::nullopt;
  size_t block = block_of(key);
  Cursor cursor(*this, block);
  size_t count = std::min<size_t>(per_block_, entries_ - block * per_block_);
  for (size_t i = 0; i < count; ++i) {
    cursor.next();
    int order = std::string_view(cursor.key).compare(key);
    if (order == 0) return cursor.value;
    if (order > 0) return std::nullopt;
  }
  return std::nullopt;
}

bool LexiconFile::has_prefix(std::string_view prefix) const {
  auto entry = lower_bound(prefix);
  return entry && std::string_view(entry->key).substr(0, prefix.size()) == prefix;
}

std::string_view LexiconFile::meta(std::string_view name) const {
  auto value = find("\x01" + std::string(name));
  if (!value) damaged("one of its lists is missing");
  return *value;
}

std::vector<std::string> LexiconFile::meta_words(std::string_view name) const {
  std::vector<std::string> out;
  std::string_view text = meta(name);
  while (!text.empty()) {
    size_t space = std::min(text.find(' '), text.size());
    out.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

}  // namespace myna::text
