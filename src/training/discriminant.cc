#include "training/discriminant.h"

#include <ATen/ATen.h>

#include "base/error.h"

namespace myna::training {
namespace {

/// Share of the mean variance added to every direction, so that dead features divide by something.
constexpr double kRidge = 1e-4;

/// a [M, K] times b [K, N] in f32. As a convolution, because Debian's libtorch has a fast one and a
/// slow matrix product.
at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  return at::conv1d(b.unsqueeze(0), a.unsqueeze(2)).squeeze(0);
}

at::Tensor covariance(const at::Tensor& rows) {
  at::Tensor sum = at::zeros({rows.size(1), rows.size(1)}, at::kDouble);
  for (const at::Tensor& part : rows.split(16384)) sum += product(part.t().contiguous(), part);
  return sum / double(rows.size(0));
}

}  // namespace

at::Tensor Projection::operator()(const at::Tensor& rows) const {
  return product(matrix, rows.t()).t().contiguous() + offset;
}

Projection identity_projection(int64_t dim) { return {at::eye(dim), at::zeros({dim})}; }

Projection discriminant_projection(const at::Tensor& rows, const at::Tensor& classes) {
  const int64_t dim = rows.size(1), count = rows.size(0);
  const int64_t kinds = count > 0 ? classes.max().item<int64_t>() + 1 : 0;
  const at::Tensor counts = at::bincount(classes, {}, kinds).to(at::kFloat);
  if (count < 2 * dim || (counts > 0).sum().item<int64_t>() < 2)
    throw Error(ErrorCode::kUsage, "too few labelled frames for a discriminant analysis",
                "tokeniser");
  const at::Tensor means =
      at::zeros({kinds, dim}).index_add_(0, classes, rows) / counts.clamp_min(1.0).unsqueeze(1);
  const at::Tensor mean = rows.mean(0);
  at::Tensor within = covariance(rows - means.index_select(0, classes));
  within += at::eye(dim, at::kDouble) * (kRidge * within.diagonal().mean().item<double>());
  const at::Tensor apart = ((means - mean) * (counts / double(count)).sqrt().unsqueeze(1));
  const at::Tensor between = at::matmul(apart.t().to(at::kDouble), apart.to(at::kDouble));

  const auto [noise, axes] = at::linalg_eigh(within);
  const at::Tensor whiten = axes / noise.sqrt();  // columns
  const auto [signal, turn] = at::linalg_eigh(at::matmul(whiten.t(), at::matmul(between, whiten)));
  const at::Tensor strength = signal.clamp_min(0.0);
  const at::Tensor weight = (strength / (strength + 1.0)).sqrt();
  const at::Tensor matrix = (at::matmul(whiten, turn) * weight).t().flip(0);
  Projection out;
  out.matrix = matrix.to(at::kFloat).contiguous();
  out.offset = -at::matmul(out.matrix, mean);
  return out;
}

}  // namespace myna::training
