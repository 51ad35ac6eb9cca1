#include "models/posterior_encoder.h"

namespace myna::models {

PosteriorEncoder::PosteriorEncoder(Backend& backend, ParameterSource& source,
                                   const std::string& name, const SovitsConfig& c,
                                   Precision precision)
    : pre_(backend, source, name + ".pre",
           same_conv(c.spec_bins(), c.hidden_channels, 1, 1, 1, precision)),
      net_(backend, source, name + ".enc", c.hidden_channels, c.wavenet_kernel, c.posterior_layers,
           c.gin_channels, precision),
      proj_(backend, source, name + ".proj",
            same_conv(c.hidden_channels, 2 * c.inter_channels, 1, 1, 1, precision)),
      inter_(c.inter_channels) {}

Posterior PosteriorEncoder::operator()(Backend& backend, const Tensor& spec, const Lengths& lengths,
                                       const Tensor& style, const Tensor& noise) const {
  Tensor x = backend.mask_frames(pre_(backend, spec), lengths);
  x = net_(backend, x, lengths, backend.detach(style));
  const Tensor stats = backend.mask_frames(proj_(backend, x), lengths);
  Posterior posterior;
  posterior.mean = backend.slice(stats, 1, 0, inter_);
  posterior.log_std = backend.slice(stats, 1, inter_, 2 * inter_);
  const Tensor deviation = backend.activate(posterior.log_std, compute::Activation::kExp);
  posterior.z =
      backend.mask_frames(backend.add(posterior.mean, backend.mul(noise, deviation)), lengths);
  return posterior;
}

}  // namespace myna::models
