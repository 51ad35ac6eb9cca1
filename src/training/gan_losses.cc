#include "training/gan_losses.h"

#include <ATen/ATen.h>

namespace myna::training {

at::Tensor discriminator_loss(const std::vector<at::Tensor>& real,
                              const std::vector<at::Tensor>& fake) {
  at::Tensor sum = at::zeros({}, real.front().options());
  for (size_t i = 0; i < real.size(); ++i)
    sum = sum + (real[i] - 1).square().mean() + fake[i].square().mean();
  return sum / double(real.size());
}

at::Tensor generator_loss(const std::vector<at::Tensor>& fake) {
  at::Tensor sum = at::zeros({}, fake.front().options());
  for (const at::Tensor& scores : fake) sum = sum + (scores - 1).square().mean();
  return sum / double(fake.size());
}

at::Tensor feature_loss(const std::vector<std::vector<at::Tensor>>& real,
                        const std::vector<std::vector<at::Tensor>>& fake) {
  at::Tensor sum = at::zeros({}, fake.front().front().options());
  int64_t layers = 0;
  for (size_t d = 0; d < real.size(); ++d)
    for (size_t i = 0; i < real[d].size(); ++i, ++layers)
      sum = sum + (real[d][i].detach() - fake[d][i]).abs().mean();
  return sum / double(layers);
}

at::Tensor kl_loss(const at::Tensor& z_p, const at::Tensor& log_std_q, const at::Tensor& mean_p,
                   const at::Tensor& log_std_p, const at::Tensor& mask) {
  const at::Tensor kl =
      log_std_p - log_std_q - 0.5 + 0.5 * (z_p - mean_p).square() * (-2 * log_std_p).exp();
  return (kl * mask).sum() / mask.sum();
}

}  // namespace myna::training
