// Which utterances make up which batch. A plan is a pure function of (items, options, seed, batch
// number): a resumed run continues with exactly the batches that it would have seen.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace myna::training {

/// What the sampler needs to know of one utterance.
struct SampleUnit {
  int64_t item = 0;    ///< index in Dataset::items()
  int64_t length = 0;  ///< cost, in frames
  std::string group;   ///< balanced against the other groups, e.g. "real-en"
};

struct SamplerOptions {
  /// Padded frames per batch: rows * longest row <= max_frames (a longer single unit is alone).
  int64_t max_frames = 0;
  int64_t max_rows = 1 << 30;
  /// Exactly this many rows and no length limit when > 0 (max_frames is then ignored).
  int64_t fixed_rows = 0;
  /// Share of drawn frames per group; groups not named get their natural share of what is left.
  std::map<std::string, double> shares;
  /// Batches that are drawn and sorted by length together.
  int64_t pool_batches = 32;
};

/// Draws with replacement inside groups. Not thread-safe (keeps the last pool).
class BatchSampler {
 public:
  /// Throws Error(kUsage) when there is nothing to draw from.
  BatchSampler(std::vector<SampleUnit> units, SamplerOptions options, uint64_t seed);
  /// Item indices of batch `number`. Consecutive numbers are cheap.
  std::vector<int64_t> batch(int64_t number) const;
  int64_t pool_size() const { return options_.pool_batches; }

 private:
  std::vector<std::vector<int64_t>> make_pool(int64_t pool) const;

  struct Group {
    double share = 0;  ///< of drawn frames
    double mean_length = 0;
    std::vector<SampleUnit> units;
  };
  std::vector<Group> groups_;
  SamplerOptions options_;
  uint64_t seed_;
  mutable int64_t cached_pool_ = -1;
  mutable std::vector<std::vector<int64_t>> cached_;
};

}  // namespace myna::training
