// k-means on the CPU: k-means++ seeding (Arthur and Vassilvitskii 2007) on a sample, then Lloyd
// rounds over a larger sample.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "base/progress.h"

namespace myna::training {

struct KMeansOptions {
  int64_t clusters = 512;
  int64_t seeding_rows = 30000;  ///< sample for k-means++
  int64_t rounds = 25;           ///< full passes over the sample used for Lloyd
  int64_t lloyd_rows = 200000;   ///< rows that the rounds see
  uint64_t seed = 1;
};

struct KMeansResult {
  at::Tensor centres;       ///< [clusters, dim] f32
  double distortion = 0;    ///< mean squared distance of the Lloyd sample
  int64_t empty_moved = 0;  ///< centres that lost all rows and were put on far rows
};

/// rows [N, dim] f32 CPU, N >= clusters. Deterministic by seed. Throws Error(kUsage) for too few
/// rows.
KMeansResult k_means(const at::Tensor& rows, const KMeansOptions& options,
                     const CancelToken& cancel = {});

/// Index of the nearest centre of every row (the lowest wins a tie): [N] int64.
at::Tensor nearest_centres(const at::Tensor& rows, const at::Tensor& centres);

}  // namespace myna::training
