#include "base/digest.h"

#include <sodium.h>

#include "base/files.h"

namespace myna {

struct Sha256::State {
  crypto_hash_sha256_state sodium;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->sodium); }

Sha256::~Sha256() = default;

Sha256& Sha256::update(std::span<const uint8_t> bytes) {
  crypto_hash_sha256_update(&state_->sodium, bytes.data(), bytes.size());
  return *this;
}

Sha256& Sha256::update(std::string_view bytes) {
  return update(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

Digest Sha256::finish() {
  Digest out;
  crypto_hash_sha256_final(&state_->sodium, out.data());
  return out;
}

Digest sha256(std::span<const uint8_t> bytes) { return Sha256().update(bytes).finish(); }

Digest sha256(std::string_view bytes) { return Sha256().update(bytes).finish(); }

Digest sha256_file(const std::filesystem::path& path) {
  Sha256 hash;
  read_pieces(path, [&](std::span<const uint8_t> piece) { hash.update(piece); });
  return hash.finish();
}

std::string hex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace myna
