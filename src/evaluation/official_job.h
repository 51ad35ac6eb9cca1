// The job of somebody with an official v2Pro voice, measured through the whole pipeline: load, read
// the reference, speak Chinese text.
#pragma once

#include <vector>

#include "base/progress.h"

namespace myna::evaluation {

/// Seconds, one value a repetition, after one that is not counted.
struct OfficialJob {
  std::vector<double> load;         ///< engine from model files in the page cache
  std::vector<double> reference;    ///< 3-10 s of a recording: HuBERT, codes, style, speaker
  std::vector<double> first_audio;  ///< text in hand -> first samples, token streaming
  std::vector<double> spoken;       ///< text in hand -> 10 s of speech, token streaming
  double peak_memory_mb = 0;        ///< of all that, without the making of the weights
};

inline constexpr double kSpokenSeconds = 10;

/// `threads` 0: one per core. Writes about 1 GB below the folder for temporary files and removes
/// it. Throws Error(kCancelled).
OfficialJob measure_official_job(int threads, int repetitions, const CancelToken& cancel);

}  // namespace myna::evaluation
