#include "tensor/zip_archive.h"

#include <zlib.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "tensor/byte_reader.h"

namespace myna::tensor {
namespace {

constexpr uint32_t kLocalHeader = 0x04034b50, kDirectoryEntry = 0x02014b50;
constexpr uint32_t kEndRecord = 0x06054b50, kEnd64Record = 0x06064b50, kEnd64Locator = 0x07064b50;
constexpr size_t kEndBytes = 22, kLocatorBytes = 20, kEnd64Bytes = 56, kLongestComment = 65535;
constexpr uint16_t kEncrypted = 1, kHasDescriptor = 8, kZip64Extra = 1;
constexpr uint32_t kIn64 = 0xFFFFFFFF;  ///< the true value is in the zip64 field

/// Where the directory lies, from the records at the archive's end.
struct Directory {
  uint64_t offset = 0, size = 0, entries = 0;
};

struct Entry {
  std::string name;
  uint16_t flags = 0;
  uint32_t crc = 0;
  uint64_t size = 0, header = 0;
};

ByteReader reader_of(std::span<const std::byte> bytes, const std::string& subject) {
  return {bytes, "zip archive", subject};
}

/// Replaces `found` and `end`, the place of the first end record, by what the 64-bit end records
/// before `at` say; false when there are none.
bool read_end64(ByteReader& in, size_t at, size_t total, Directory& found, uint64_t& end) {
  if (at < kLocatorBytes + kEnd64Bytes) return false;
  in.seek(at - kLocatorBytes);
  if (in.u32() != kEnd64Locator) return false;
  in.skip(4);
  const uint64_t place = in.u64();
  if (place > total - kEnd64Bytes) return false;
  in.seek(place);
  if (in.u32() != kEnd64Record) return false;
  in.skip(20);
  const uint64_t here = in.u64();
  found.entries = in.u64();
  found.size = in.u64();
  found.offset = in.u64();
  end = place;
  return here == found.entries;
}

/// The directory as told by the end record at `at`; false when that is not the archive's end.
bool read_end(ByteReader& in, size_t at, size_t total, Directory& found) {
  in.seek(at);
  if (in.u32() != kEndRecord) return false;
  const uint16_t disk = in.u16(), directory_disk = in.u16(), here = in.u16();
  found.entries = in.u16();
  found.size = in.u32();
  found.offset = in.u32();
  if (size_t(in.u16()) != in.left()) return false;
  if (disk != directory_disk || here != found.entries) return false;
  uint64_t end = at;
  // Torch writes the 64-bit records always, others only where the fields above are too small.
  const Directory small = found;
  if (read_end64(in, at, total, found, end)) {
    if ((small.size != kIn64 && small.size != found.size) ||
        (small.offset != kIn64 && small.offset != found.offset) ||
        (small.entries != 0xFFFF && small.entries != found.entries)) {
      return false;
    }
  }
  return found.size <= end && found.offset == end - found.size;
}

Directory find_directory(std::span<const std::byte> bytes, const std::string& subject) {
  ByteReader in = reader_of(bytes, subject);
  if (bytes.size() >= kEndBytes) {
    const size_t last = bytes.size() - kEndBytes;
    const size_t first = last > kLongestComment ? last - kLongestComment : 0;
    for (size_t at = last + 1; at-- > first;) {
      Directory found;
      if (bytes[at] == std::byte{'P'} && read_end(in, at, bytes.size(), found)) return found;
    }
  }
  in.fail_at(bytes.size(),
             "it has no directory of its records at its end, as when a download was cut short");
}

/// Takes the 64-bit values that the directory entry left to the zip64 field.
void read_zip64(ByteReader& in, uint64_t extra_end, uint64_t& packed, Entry& entry) {
  while (in.at() + 4 <= extra_end) {
    const uint16_t id = in.u16(), size = in.u16();
    if (in.at() + size > extra_end) in.fail("an extra field is longer than its record");
    const size_t next = in.at() + size;
    if (id == kZip64Extra) {
      for (uint64_t* value : {&entry.size, &packed, &entry.header}) {
        if (*value != kIn64) continue;
        if (in.at() + 8 > next) in.fail("a zip64 field is too short");
        *value = in.u64();
      }
    }
    in.seek(next);
  }
  if (entry.size == kIn64 || packed == kIn64 || entry.header == kIn64) {
    in.fail("record " + shown(entry.name) + " is marked zip64 and has no zip64 field");
  }
}

bool safe_name(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string::npos) return false;
  if (name.find(':') != std::string::npos || name.find('\0') != std::string::npos) return false;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    if (part == "." || part == ".." || part.empty()) return false;
    at = end + 1;
  }
  return true;
}

Entry read_entry(ByteReader& in, const std::string& subject) {
  Entry entry;
  const size_t begin = in.at();
  if (in.u32() != kDirectoryEntry) in.fail_at(begin, "its directory is damaged");
  in.skip(4);
  entry.flags = in.u16();
  const uint16_t method = in.u16();
  in.skip(4);
  entry.crc = in.u32();
  uint64_t packed = in.u32();
  entry.size = in.u32();
  const uint16_t name_size = in.u16(), extra_size = in.u16(), comment_size = in.u16();
  in.skip(8);
  entry.header = in.u32();
  entry.name = in.text(name_size);
  const size_t extra_end = in.at() + extra_size;
  if (extra_size > in.left()) in.fail("its directory is damaged");
  read_zip64(in, extra_end, packed, entry);
  in.seek(extra_end);
  in.skip(comment_size);
  if (!safe_name(entry.name)) {
    in.fail_at(begin, "record name " + shown(entry.name) + " is not a plain relative path");
  }
  if (method != 0 || (entry.flags & kEncrypted) != 0) {
    throw Error(ErrorCode::kUnsupported,
                "its record " + shown(entry.name) + " is " +
                    (method != 0 ? "compressed" : "encrypted") +
                    ", which torch never writes; save the checkpoint again with torch.save",
                subject);
  }
  if (packed != entry.size) {
    in.fail_at(begin, "record " + shown(entry.name) + " has two different sizes");
  }
  return entry;
}

/// The data of `entry`, found through its local header, which must agree with the directory.
ZipRecord locate(const Entry& entry, std::span<const std::byte> bytes, uint64_t limit,
                 const std::string& subject, bool patched) {
  ByteReader in = reader_of(bytes.first(size_t(limit)), subject);
  in.seek(entry.header);
  const uint32_t signature = in.u32();
  const bool right = patched && entry.header == 0 ? signature >> 16 == kLocalHeader >> 16
                                                  : signature == kLocalHeader;
  if (!right) {
    in.fail_at(entry.header, "record " + shown(entry.name) + " is not where the directory says");
  }
  in.skip(2);
  const uint16_t flags = in.u16(), method = in.u16();
  in.skip(4);
  const uint32_t crc = in.u32();
  const uint32_t packed = in.u32(), size = in.u32();
  const uint16_t name_size = in.u16(), extra_size = in.u16();
  const bool sizes_here = (flags & kHasDescriptor) == 0 && size != kIn64;
  if (in.text(name_size) != entry.name || method != 0 || (flags & kEncrypted) != 0 ||
      (sizes_here && (size != entry.size || packed != entry.size || crc != entry.crc))) {
    in.fail_at(entry.header, "record " + shown(entry.name) + " and the directory disagree");
  }
  in.skip(extra_size);
  ZipRecord record;
  record.name = entry.name;
  record.offset = in.at();
  record.bytes = in.take(entry.size);
  return record;
}

void require_checksum(const Entry& entry, const ZipRecord& record, const ByteReader& file) {
  const auto* data = reinterpret_cast<const Bytef*>(record.bytes.data());
  if (crc32_z(crc32_z(0, nullptr, 0), data, record.bytes.size()) != entry.crc) {
    file.fail_at(record.offset, "record " + shown(entry.name) +
                                    " does not have its checksum, as when a download was damaged");
  }
}

}  // namespace

std::vector<ZipRecord> read_zip(std::span<const std::byte> bytes, const std::string& subject,
                                const ZipOptions& options) {
  const Directory directory = find_directory(bytes, subject);
  const ByteReader file = reader_of(bytes, subject);
  ByteReader in(bytes.subspan(size_t(directory.offset), size_t(directory.size)), "zip archive",
                subject, directory.offset);
  std::vector<ZipRecord> records;
  std::set<std::string> names;
  while (in.left() > 0) {
    const Entry entry = read_entry(in, subject);
    if (!names.insert(entry.name).second) {
      in.fail("it has two records called " + shown(entry.name));
    }
    records.push_back(locate(entry, bytes, directory.offset, subject, options.patched_signature));
    if (options.verify_checksums) require_checksum(entry, records.back(), file);
  }
  if (records.size() != directory.entries) {
    in.fail("it promises " + std::to_string(directory.entries) + " records and lists " +
            std::to_string(records.size()));
  }
  std::vector<const ZipRecord*> order;
  for (const ZipRecord& record : records) order.push_back(&record);
  std::sort(order.begin(), order.end(),
            [](const ZipRecord* a, const ZipRecord* b) { return a->offset < b->offset; });
  for (size_t i = 1; i < order.size(); ++i) {
    if (order[i - 1]->offset + order[i - 1]->bytes.size() > order[i]->offset) {
      file.fail_at(order[i]->offset, "records " + shown(order[i - 1]->name) + " and " +
                                         shown(order[i]->name) + " overlap");
    }
  }
  return records;
}

}  // namespace myna::tensor
