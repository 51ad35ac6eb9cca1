#include "training/kmeans.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "compute/torch/torch_ops.h"

namespace myna::training {
namespace {

constexpr int64_t kBlock = 16384;

/// `count` different row indices in random order.
at::Tensor choose_rows(int64_t total, int64_t count, Rng& rng) {
  std::vector<int64_t> index(static_cast<size_t>(total));
  std::iota(index.begin(), index.end(), 0);
  count = std::min(count, total);
  for (int64_t i = 0; i < count; ++i)
    std::swap(index[size_t(i)], index[size_t(i) + rng.below(uint64_t(total - i))]);
  return at::tensor(at::ArrayRef<int64_t>(index.data(), size_t(count)), at::kLong);
}

/// 2 x . c - |c|^2 for all rows and centres: largest where the distance is smallest. [N, clusters]
at::Tensor scores(const at::Tensor& rows, const at::Tensor& centres) {
  return compute::torch_ops::linear(rows, 2 * centres, -centres.square().sum(1), /*bf16=*/false);
}

struct Assignment {
  at::Tensor index, distance;  ///< [N]
};

Assignment assign(const at::Tensor& rows, const at::Tensor& centres) {
  std::vector<at::Tensor> index, distance;
  for (int64_t begin = 0; begin < rows.size(0); begin += kBlock) {
    const at::Tensor block = rows.narrow(0, begin, std::min(kBlock, rows.size(0) - begin));
    const auto [best, where] = scores(block, centres).max(1);
    index.push_back(where);
    distance.push_back((block.square().sum(1) - best).clamp_min(0));
  }
  return {at::cat(index), at::cat(distance)};
}

at::Tensor seed_centres(const at::Tensor& rows, int64_t clusters, Rng& rng) {
  at::Tensor centres = at::empty({clusters, rows.size(1)});
  centres[0].copy_(rows[int64_t(rng.below(uint64_t(rows.size(0))))]);
  at::Tensor nearest = (rows - centres[0]).square().sum(1);
  for (int64_t k = 1; k < clusters; ++k) {
    const at::Tensor cumulative = nearest.to(at::kDouble).cumsum(0);
    const double pick = double(rng.uniform()) * cumulative[-1].item<double>();
    const double* sums = cumulative.data_ptr<double>();
    const int64_t chosen = std::min<int64_t>(
        std::upper_bound(sums, sums + rows.size(0), pick) - sums, rows.size(0) - 1);
    centres[k].copy_(rows[chosen]);
    nearest = at::minimum(nearest, (rows - centres[k]).square().sum(1));
  }
  return centres;
}

}  // namespace

KMeansResult k_means(const at::Tensor& rows, const KMeansOptions& options,
                     const CancelToken& cancel) {
  const at::NoGradGuard no_grad;
  if (rows.size(0) < options.clusters)
    throw Error(ErrorCode::kUsage,
                "a codebook of " + std::to_string(options.clusters) +
                    " entries needs at least as many content frames; there are " +
                    std::to_string(rows.size(0)));
  Rng rng(options.seed, 0x6b6d);
  const int64_t seeding = std::max(options.seeding_rows, options.clusters);
  KMeansResult result;
  result.centres = seed_centres(rows.index_select(0, choose_rows(rows.size(0), seeding, rng)),
                                options.clusters, rng);
  const at::Tensor sample = rows.index_select(
      0, choose_rows(rows.size(0), std::max(options.lloyd_rows, options.clusters), rng));
  for (int64_t round = 0; round < options.rounds; ++round) {
    cancel.check("making the codebook");
    const Assignment assigned = assign(sample, result.centres);
    result.distortion = assigned.distance.mean().item<double>();
    at::Tensor sums = at::zeros_like(result.centres);
    sums.index_add_(0, assigned.index, sample);
    const at::Tensor counts = at::bincount(assigned.index, {}, options.clusters).to(at::kFloat);
    result.centres = sums / counts.clamp_min(1).unsqueeze(1);
    const at::Tensor empty = at::nonzero(counts == 0).squeeze(1);
    if (empty.numel() > 0) {
      const at::Tensor far = std::get<1>(assigned.distance.topk(empty.numel()));
      result.centres.index_copy_(0, empty, sample.index_select(0, far));
      result.empty_moved += empty.numel();
    }
  }
  return result;
}

at::Tensor nearest_centres(const at::Tensor& rows, const at::Tensor& centres) {
  const at::NoGradGuard no_grad;
  return assign(rows, centres).index;
}

}  // namespace myna::training
