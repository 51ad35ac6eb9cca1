// Batches for the text-to-semantic decoder: phones and the codes that say them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "training/dataset.h"
#include "training/sampler.h"

namespace myna::training {

struct T2sBatch {
  at::Tensor phones;  ///< i64 [B, Tx], zero behind each row's end
  std::vector<int64_t> phone_lengths;
  at::Tensor inputs;  ///< i64 [B, Ty], the end token behind each row's end; some replaced by noise
  std::vector<int64_t> token_lengths;
  at::Tensor targets;  ///< i64 [B, Ty + 1]: codes, one end token, then kIgnored
  static constexpr int64_t kIgnored = -100;
  /// i64 [B, Ty + 1]: for each target the position in its row's phones of the phone that it says
  /// (of the last phone for the end token), -1 where that is not known.
  at::Tensor aligned;
};

struct T2sDataOptions {
  double max_seconds = 12;
  /// Chance that another utterance of the same speaker comes first, phones and codes, as the prompt
  /// does when speaking.
  double prompt = 0.5;
  /// Phones are spread, one per code, as their alignment tells (T2sConfig::spread_text), and
  /// utterances without an alignment are left out. Goes without prompts.
  bool spread = false;
  double input_noise = 0.05;  ///< share of input codes replaced by random ones
};

/// Thread-safe (const).
class T2sData {
 public:
  /// Throws Error(kUsage) when the data set has no codes. `eos`: the end token; codes lie below it.
  T2sData(const Dataset& dataset, int64_t eos, const T2sDataOptions& options);
  std::vector<SampleUnit> units(Split split) const;
  /// `random` chooses prompts and noise; `plain`: neither (validation).
  T2sBatch make(const std::vector<int64_t>& items, Rng random, bool plain = false) const;

 private:
  bool usable(const Item& item) const;

  const Dataset& dataset_;
  int64_t eos_;
  T2sDataOptions options_;
  std::map<std::string, std::vector<int64_t>> by_speaker_;  ///< training items
};

}  // namespace myna::training
