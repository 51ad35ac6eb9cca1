#include "base/random.h"

#include <sodium.h>

#include <cmath>
#include <numbers>

namespace myna {
namespace {

constexpr uint32_t kMul0 = 0xD2511F53, kMul1 = 0xCD9E8D57;    // round multipliers
constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;  // key increments

/// Uniform in (0, 1], 32 bits, for logarithms.
double open_uniform(uint32_t bits) { return (static_cast<double>(bits) + 1.0) * 0x1p-32; }

}  // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{kMul0} * c[0];
    const uint64_t p1 = uint64_t{kMul1} * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ key[0], static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ key[1], static_cast<uint32_t>(p0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return c;
}

uint32_t Rng::next_u32() {
  if (used_ == 4) {
    buffer_ = philox({static_cast<uint32_t>(block_), static_cast<uint32_t>(block_ >> 32),
                      static_cast<uint32_t>(stream_), static_cast<uint32_t>(stream_ >> 32)},
                     {static_cast<uint32_t>(seed_), static_cast<uint32_t>(seed_ >> 32)});
    ++block_;
    used_ = 0;
  }
  return buffer_[used_++];
}

uint64_t Rng::next_u64() {
  const uint64_t low = next_u32();
  return low | (uint64_t{next_u32()} << 32);
}

float Rng::uniform() { return static_cast<float>(next_u32() >> 8) * 0x1p-24F; }

uint64_t Rng::below(uint64_t n) {
  const uint64_t reject = (0 - n) % n;  // 2^64 mod n values would be drawn once too often
  uint64_t value = next_u64();
  while (value < reject) value = next_u64();
  return value % n;
}

float Rng::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(open_uniform(next_u32())));
  const double angle = 2.0 * std::numbers::pi * next_u32() * 0x1p-32;
  spare_ = static_cast<float>(radius * std::sin(angle));
  has_spare_ = true;
  return static_cast<float>(radius * std::cos(angle));
}

float Rng::exponential() {
  // The smallest draw keeps the result positive: log(1) would be 0.
  return static_cast<float>(-std::log((static_cast<double>(next_u32()) + 0.5) * 0x1p-32));
}

void Rng::fill_uniform(std::span<float> out) {
  for (float& x : out) x = uniform();
}

void Rng::fill_normal(std::span<float> out) {
  for (float& x : out) x = normal();
}

void Rng::fill_exponential(std::span<float> out) {
  for (float& x : out) x = exponential();
}

Rng Rng::split(uint64_t label) const {
  // A key derived by the generator itself, from a counter space that next_u32 reaches only after
  // 2^63 blocks.
  const auto a = philox({static_cast<uint32_t>(label), static_cast<uint32_t>(label >> 32),
                         static_cast<uint32_t>(stream_), static_cast<uint32_t>(stream_ >> 32)},
                        {static_cast<uint32_t>(seed_) ^ 0x6D796E61U,
                         static_cast<uint32_t>(seed_ >> 32) ^ 0x73706C74U});
  return Rng(a[0] | (uint64_t{a[1]} << 32), a[2] | (uint64_t{a[3]} << 32));
}

uint64_t random_seed() {
  uint64_t seed = 0;
  randombytes_buf(&seed, sizeof seed);
  return seed;
}

}  // namespace myna
