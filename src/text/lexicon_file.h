// A read-only table of strings in one memory-mapped file: sorted keys, front-coded in blocks, each
// with a short value. Opening maps the file and checks its frame; nothing is unpacked.
//
// Format, little-endian (written by scripts/build_lexicons.py):
//   "MYNALEX1", u32 entries, u32 blocks, u32 entries per block, u32 data bytes,
//   u32 offset of each block in the data, data.
//   entry: u8 bytes shared with the previous key of the block, varint rest length, rest,
//          varint value length, value.
// Keys that start with U+0001 hold the table's own lists (tag names, phone names).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text {

/// Immutable after construction; all members may be called from many threads.
class LexiconFile {
 public:
  /// Throws Error(kNotFound) when there is no such file, kInvalidModel when its frame is damaged.
  explicit LexiconFile(const std::filesystem::path& path);
  ~LexiconFile();
  LexiconFile(const LexiconFile&) = delete;
  LexiconFile& operator=(const LexiconFile&) = delete;

  /// Value of `key`; valid as long as the file object lives.
  std::optional<std::string_view> find(std::string_view key) const;

  /// Number of the first entry whose key is not less than `key`, with the key itself. Used to ask
  /// whether any key starts with a prefix.
  struct Entry {
    std::string key;
    std::string_view value;
  };
  std::optional<Entry> lower_bound(std::string_view key) const;
  bool has_prefix(std::string_view prefix) const;

  /// Value of one of the table's own lists ("\1tags"), throws Error(kInvalidModel) when absent.
  std::string_view meta(std::string_view name) const;
  std::vector<std::string> meta_words(std::string_view name) const;

  size_t size() const { return entries_; }

 private:
  [[noreturn]] void damaged(const char* what) const;
  uint32_t block_offset(size_t block) const;
  /// Last block whose first key is not greater than `key`; 0 when all are greater.
  size_t block_of(std::string_view key) const;
  struct Cursor;

  std::filesystem::path path_;
  const unsigned char* base_ = nullptr;
  size_t bytes_ = 0;
  const unsigned char* data_ = nullptr;
  uint32_t entries_ = 0, blocks_ = 0, per_block_ = 0, data_bytes_ = 0;
};

}  // namespace myna::text
