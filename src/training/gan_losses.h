// Losses of the adversarial game and of the variational autoencoder, on torch tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace myna::training {

/// Least squares (Mao et al. 2017): mean over discriminators of mean((real - 1)^2) + mean(fake^2).
at::Tensor discriminator_loss(const std::vector<at::Tensor>& real,
                              const std::vector<at::Tensor>& fake);

/// Mean over discriminators of mean((fake - 1)^2).
at::Tensor generator_loss(const std::vector<at::Tensor>& fake);

/// Mean over all layers of mean |real - fake|; no gradient into `real`.
at::Tensor feature_loss(const std::vector<std::vector<at::Tensor>>& real,
                        const std::vector<std::vector<at::Tensor>>& fake);

/// KL divergence of the posterior from the prior, by the sample z_p (losses.py of the reference):
/// summed over channels, mean over valid frames. All [B, C, T]; mask [B, 1, T].
at::Tensor kl_loss(const at::Tensor& z_p, const at::Tensor& log_std_q, const at::Tensor& mean_p,
                   const at::Tensor& log_std_p, const at::Tensor& mask);

}  // namespace myna::training
