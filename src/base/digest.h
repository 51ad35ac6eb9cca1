// SHA-256 digests of bytes and files (libsodium), as lower-case hexadecimal.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace myna {

using Digest = std::array<uint8_t, 32>;

/// Incremental SHA-256. finish() may be called once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& update(std::span<const uint8_t> bytes);
  Sha256& update(std::string_view bytes);
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(std::span<const uint8_t> bytes);
Digest sha256(std::string_view bytes);

/// Reads the file in pieces; throws Error(kNotFound/kIo) naming it.
Digest sha256_file(const std::filesystem::path& path);

/// Lower-case hexadecimal of any bytes.
std::string hex(std::span<const uint8_t> bytes);

}  // namespace myna
