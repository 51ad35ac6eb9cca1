#include "models/flow.h"

namespace myna::models {

Flow::Flow(Backend& backend, ParameterSource& source, const std::string& name,
           const SovitsConfig& c, Precision precision)
    : half_(c.inter_channels / 2),
      context_(c.flow_couplings * c.flow_layers * (c.wavenet_kernel / 2)) {
  Conv1d::Options zero;  // the flow starts as the identity
  zero.init = Init::zeros();
  zero.bias_init = Init::zeros();
  for (int64_t i = 0; i < c.flow_couplings; ++i) {
    // The reference's list alternates couplings and flips.
    const std::string n = name + ".flows." + std::to_string(2 * i);
    couplings_.push_back(
        Coupling{Conv1d(backend, source, n + ".pre",
                        same_conv(half_, c.hidden_channels, 1, 1, 1, precision)),
                 WaveNet(backend, source, n + ".enc", c.hidden_channels, c.wavenet_kernel,
                         c.flow_layers, c.gin_channels, precision),
                 Conv1d(backend, source, n + ".post",
                        same_conv(c.hidden_channels, half_, 1, 1, 1, precision), zero)});
  }
}

Tensor Flow::mean(Backend& backend, const Coupling& coupling, const Tensor& first,
                  const Lengths& lengths, const Tensor& style) const {
  const Tensor h = backend.mask_frames(coupling.pre(backend, first), lengths);
  return backend.mask_frames(coupling.post(backend, coupling.net(backend, h, lengths, style)),
                             lengths);
}

Tensor Flow::forward(Backend& backend, const Tensor& z, const Lengths& lengths,
                     const Tensor& style) const {
  Tensor x = z;
  for (const Coupling& coupling : couplings_) {
    const Tensor first = backend.slice(x, 1, 0, half_);
    const Tensor second = backend.mask_frames(backend.slice(x, 1, half_, 2 * half_), lengths);
    const Tensor moved = backend.add(second, mean(backend, coupling, first, lengths, style));
    x = backend.flip(backend.concat({first, moved}, 1), 1);
  }
  return x;
}

Tensor Flow::reverse(Backend& backend, const Tensor& z_p, const Lengths& lengths,
                     const Tensor& style) const {
  Tensor x = z_p;
  for (auto coupling = couplings_.rbegin(); coupling != couplings_.rend(); ++coupling) {
    x = backend.flip(x, 1);
    const Tensor first = backend.slice(x, 1, 0, half_);
    const Tensor second = backend.slice(x, 1, half_, 2 * half_);
    const Tensor moved = backend.sub(second, mean(backend, *coupling, first, lengths, style));
    x = backend.concat({first, backend.mask_frames(moved, lengths)}, 1);
  }
  return x;
}

}  // namespace myna::models
