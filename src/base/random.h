// Deterministic random numbers. The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw:
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011): block n of a stream is a function of
// (seed, stream, n) alone, so any number of independent streams can be drawn in any order and from
// any thread and give the same values. Integers and uniform floats are the same on every machine;
// normal and exponential go through the C library's log, sin and cos.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace myna {

/// One Philox4x32-10 block.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// A stream of numbers; a small value type (copying it copies its position). Not thread-safe.
class Rng {
 public:
  explicit Rng(uint64_t seed, uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  uint32_t next_u32();
  uint64_t next_u64();
  /// Uniform in [0, 1), 24 bits.
  float uniform();
  /// Uniform in [lo, hi).
  float uniform(float lo, float hi) { return lo + (hi - lo) * uniform(); }
  /// Uniform integer in [0, n), n > 0, without bias.
  uint64_t below(uint64_t n);
  /// Standard normal (Box-Muller; both values of a pair are used).
  float normal();
  /// Exponential with rate 1, > 0.
  float exponential();
  void fill_uniform(std::span<float> out);
  void fill_normal(std::span<float> out);
  void fill_exponential(std::span<float> out);
  /// A generator whose values are independent of this one's; does not advance this one.
  Rng split(uint64_t label) const;

 private:
  uint64_t seed_;
  uint64_t stream_;
  uint64_t block_ = 0;
  std::array<uint32_t, 4> buffer_{};
  int used_ = 4;
  float spare_ = 0;
  bool has_spare_ = false;
};

/// A seed from the operating system, for callers that were given none (report it to the user).
uint64_t random_seed();

}  // namespace myna
