// Linear discriminant analysis (Fisher 1936; Rao 1948): the directions of a feature space that tell
// classes apart, so that clusters of the projected features follow the classes.
#pragma once

#include <ATen/core/Tensor.h>

namespace myna::training {

struct Projection {
  at::Tensor matrix;  ///< [dim, dim] f32, rows are directions, the most telling first
  at::Tensor offset;  ///< [dim] f32
  /// rows [N, dim] -> rows * matrix^T + offset.
  at::Tensor operator()(const at::Tensor& rows) const;
};

Projection identity_projection(int64_t dim);

/// rows [N, dim] f32, classes i64 [N]. Projected, the classes' mean covariance is the identity but
/// for a weight sqrt(l / (1 + l)) of every direction, where l is its variance between the classes:
/// what does not tell classes apart nearly vanishes, and no number of directions has to be chosen.
/// Throws Error(kUsage) when fewer than two classes or fewer rows than 2 * dim are given.
Projection discriminant_projection(const at::Tensor& rows, const at::Tensor& classes);

}  // namespace myna::training
