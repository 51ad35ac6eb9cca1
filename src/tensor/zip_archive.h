// The records of a zip archive that stores them uncompressed, as torch checkpoints do. Nothing is
// unpacked or written: a record is a view of the mapped file. The whole directory is checked before
// a record is handed out: names (no absolute path, no "..", no doubles), places (inside the file,
// no overlap, each local header where the directory says), counts, checksums.
// Format: APPNOTE.TXT 6.3 of PKWARE, with the zip64 extension.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace myna::tensor {

struct ZipRecord {
  std::string name;
  uint64_t offset = 0;  ///< of the first data byte in the archive
  std::span<const std::byte> bytes;
};

struct ZipOptions {
  /// The first two bytes hold something else than the "PK" of the first record's signature.
  bool patched_signature = false;
  /// Compare each record's bytes with the checksum in the directory (reads the whole file).
  bool verify_checksums = true;
};

/// Throws Error(kInvalidModel) naming `subject`, the place and what is wrong; Error(kUnsupported)
/// for a record that is compressed or encrypted.
std::vector<ZipRecord> read_zip(std::span<const std::byte> bytes, const std::string& subject,
                                const ZipOptions& options = {});

}  // namespace myna::tensor
