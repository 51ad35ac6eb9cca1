#include "models/istft_decoder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace myna::models {
namespace {

using compute::Activation;
using compute::PadMode;

constexpr float kEpsilon = 1e-6f;
constexpr int64_t kPreKernel = 7;
/// Log magnitudes are kept in this range: silence, and far above what full-scale speech reaches.
constexpr float kLowestLog = -16.0f, kHighestLog = 7.0f;
/// Log gain of a fresh filter: an excitation of unit power comes out at speaking level.
constexpr float kQuiet = -3.0f;

std::vector<float> periodic_hann(int64_t n) {
  std::vector<float> window(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    window[size_t(i)] = float(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * double(i) / double(n)));
  }
  return window;
}

/// Row k: what a unit real (first half) or imaginary (second half) part of bin k adds to a frame.
HostTensor inverse_basis(int64_t n_fft, const std::vector<float>& window) {
  const int64_t bins = n_fft / 2 + 1;
  std::vector<float> basis(static_cast<size_t>(2 * bins * n_fft));
  for (int64_t k = 0; k < bins; ++k) {
    const bool edge = k == 0 || k == n_fft / 2;  // these bins have no mirror image
    const double weight = (edge ? 1.0 : 2.0) / double(n_fft);
    for (int64_t i = 0; i < n_fft; ++i) {
      const double angle = 2.0 * std::numbers::pi * double(k * i % n_fft) / double(n_fft);
      const double w = weight * double(window[size_t(i)]);
      basis[size_t(k * n_fft + i)] = float(w * std::cos(angle));
      basis[size_t((bins + k) * n_fft + i)] = edge ? 0.0f : float(-w * std::sin(angle));
    }
  }
  return HostTensor::from_floats({2 * bins, 1, n_fft}, std::move(basis));
}

/// Row k: real (first half) or imaginary (second half) part of bin k of a windowed frame.
HostTensor forward_basis(int64_t n_fft, const std::vector<float>& window) {
  const int64_t bins = n_fft / 2 + 1;
  std::vector<float> basis(static_cast<size_t>(2 * bins * n_fft));
  for (int64_t k = 0; k < bins; ++k) {
    for (int64_t i = 0; i < n_fft; ++i) {
      const double angle = 2.0 * std::numbers::pi * double(k * i % n_fft) / double(n_fft);
      const double weight = double(window[size_t(i)]);
      basis[size_t(k * n_fft + i)] = float(weight * std::cos(angle));
      basis[size_t((bins + k) * n_fft + i)] = float(-weight * std::sin(angle));
    }
  }
  return HostTensor::from_floats({2 * bins, 1, n_fft}, std::move(basis));
}

Tensor exponential(Backend& backend, const Tensor& x) {
  return backend.activate(backend.clamp(x, kLowestLog, kHighestLog), Activation::kExp);
}

/// The excitation's transform reaches as far again as the inverse one, but never as far as the
/// blocks do.
int64_t context(const IstftConfig& c, int64_t inverse_context) {
  const int64_t fine =
      inverse_context + std::max(c.layers * (c.kernel / 2), c.harmonic ? inverse_context : 0);
  int64_t coarse = (fine + c.upsample - 1) / c.upsample;
  if (c.learned_upsample) coarse += 1;
  return coarse + kPreKernel / 2;
}

}  // namespace

ForwardStft::ForwardStft(Backend& backend, int64_t n_fft, int64_t hop) {
  ConvSpec spec;
  spec.in = 1;
  spec.out = n_fft + 2;
  spec.kernel = n_fft;
  spec.stride = hop;
  spec.pad_left = spec.pad_right = (n_fft - hop) / 2;
  spec.precision = Precision::kF32;
  compute::WeightParameter basis;
  basis.weight = Parameter{{}, forward_basis(n_fft, periodic_hann(n_fft)), true};
  transform_ = Conv1d(backend, spec, basis, {});
}

InverseStft::InverseStft(Backend& backend, int64_t n_fft, int64_t hop) : n_fft_(n_fft), hop_(hop) {
  const std::vector<float> window = periodic_hann(n_fft);
  ConvSpec spec;
  spec.in = n_fft + 2;
  spec.out = 1;
  spec.kernel = n_fft;
  spec.stride = hop;
  spec.pad_left = spec.pad_right = (n_fft - hop) / 2;
  spec.transposed = true;
  spec.precision = Precision::kF32;
  compute::WeightParameter basis;
  basis.weight = Parameter{{}, inverse_basis(n_fft, window), true};
  overlap_add_ = Conv1d(backend, spec, basis, {});
  const int64_t near = context_frames();
  for (int64_t frame = -near; frame <= near; ++frame) {
    std::vector<float> squares(static_cast<size_t>(hop), 0.0f);
    for (int64_t i = 0; i < hop; ++i) {
      const int64_t n = i - frame * hop + spec.pad_left;
      if (n >= 0 && n < n_fft) squares[size_t(i)] = window[size_t(n)] * window[size_t(n)];
    }
    squares_.push_back(
        backend.buffer({{}, HostTensor::from_floats({1, 1, hop}, std::move(squares)), true}));
  }
}

Tensor InverseStft::inverse_envelope(Backend& backend, int64_t frames) const {
  const int64_t near = context_frames();
  const Tensor one = backend.from_host(HostTensor::from_floats({1, 1, 1}, {1.0f}));
  Tensor present = backend.pad(backend.repeat_frames(one, frames), near, near, PadMode::kZero);
  present = backend.transpose(present, 1, 2);
  Tensor sum;
  for (int64_t i = 0; i <= 2 * near; ++i) {
    const Tensor part = backend.mul(backend.slice(present, 1, i, i + frames), squares_[size_t(i)]);
    sum = sum ? backend.add(sum, part) : part;
  }
  const Tensor minus_log = backend.affine(backend.activate(sum, Activation::kLog), -1.0f, 0.0f);
  return backend.reshape(backend.activate(minus_log, Activation::kExp), {1, 1, frames * hop_});
}

Tensor InverseStft::operator()(Backend& backend, const Tensor& spectrum) const {
  return backend.mul(overlap_add_(backend, spectrum), inverse_envelope(backend, spectrum.dim(2)));
}

IstftDecoder::IstftDecoder(Backend& backend, ParameterSource& source, const std::string& name,
                           const IstftConfig& c, int64_t in_channels, int64_t gin_channels,
                           Precision precision)
    : config_(c),
      pre_(backend, source, name + ".conv_pre",
           same_conv(in_channels, c.dim, kPreKernel, 1, 1, precision)),
      cond_(backend, source, name + ".cond", same_conv(gin_channels, c.dim, 1, 1, 1, precision)),
      norm_(backend, source, name + ".norm", c.dim, kEpsilon),
      inverse_(backend, c.n_fft, c.hop),
      context_(context(c, inverse_.context_frames())) {
  if (c.learned_upsample) {
    ConvSpec up;
    up.in = up.out = c.dim;
    up.kernel = 2 * c.upsample;
    up.stride = c.upsample;
    up.pad_left = c.upsample / 2;
    up.pad_right = c.upsample - c.upsample / 2;
    up.transposed = true;
    up.precision = precision;
    up_ = Conv1d(backend, source, name + ".up", up);
  }
  Conv1d::Options small;
  small.init = Init::normal(0.02f);
  small.bias_init = Init::zeros();
  for (int64_t i = 0; i < c.layers; ++i) {
    const std::string n = name + ".blocks." + std::to_string(i);
    Block block;
    block.depthwise = Conv1d(backend, source, n + ".dwconv",
                             same_conv(c.dim, c.dim, c.kernel, 1, c.dim, precision));
    if (c.modulated) {
      Conv1d::Options still;  // modulation starts as none
      still.init = still.bias_init = Init::zeros();
      block.modulation = Conv1d(backend, source, n + ".modulation",
                                same_conv(gin_channels, 2 * c.dim, 1, 1, 1, precision), still);
    } else {
      block.norm_gain = backend.parameter(source.get(n + ".norm.gamma", {c.dim}, Init::ones()));
      block.norm_bias = backend.parameter(source.get(n + ".norm.beta", {c.dim}, Init::zeros()));
    }
    block.up =
        Conv1d(backend, source, n + ".pwconv1", same_conv(c.dim, c.ffn, 1, 1, 1, precision), small);
    block.down =
        Conv1d(backend, source, n + ".pwconv2", same_conv(c.ffn, c.dim, 1, 1, 1, precision), small);
    block.gamma = backend.parameter(
        source.get(n + ".gamma", {c.dim, 1}, Init::constant(1.0f / float(c.layers))));
    blocks_.push_back(std::move(block));
  }
  head_ = Conv1d(
      backend, source, name + ".head",
      same_conv(c.dim, (c.harmonic ? 3 : 2) * (c.n_fft / 2 + 1), 1, 1, 1, Precision::kF32), small);
  if (c.harmonic) forward_ = ForwardStft(backend, c.n_fft, c.hop);
}

Tensor IstftDecoder::run(Backend& backend, const Block& block, const Tensor& x,
                         const Tensor& style) const {
  Tensor y = block.depthwise(backend, x);
  y = backend.channel_norm(y, block.norm_gain, block.norm_bias, kEpsilon);
  if (block.modulation) {
    const Tensor both = block.modulation(backend, style);
    const Tensor scale = backend.slice(both, 1, 0, config_.dim);
    const Tensor shift = backend.slice(both, 1, config_.dim, 2 * config_.dim);
    y = backend.add(backend.mul(y, backend.affine(scale, 1.0f, 1.0f)), shift);
  }
  Epilogue gelu;
  gelu.activation = compute::Activation::kGelu;
  y = block.down(backend, block.up(backend, y, gelu));
  return backend.add(x, backend.mul(y, block.gamma));
}

Tensor IstftDecoder::decode(Backend& backend, const Tensor& z, const Tensor& style,
                            const Tensor& excitation) const {
  Tensor x = backend.add(pre_(backend, z), cond_(backend, style));
  if (config_.learned_upsample) {
    x = up_(backend, x);
  } else if (config_.upsample > 1) {
    x = backend.repeat_frames(x, config_.upsample);
  }
  for (const Block& block : blocks_) x = run(backend, block, x, style);
  x = head_(backend, norm_(backend, x));
  return inverse_(backend,
                  config_.harmonic ? filtered(backend, x, excitation) : predicted(backend, x));
}

Tensor IstftDecoder::predicted(Backend& backend, const Tensor& heads) const {
  const int64_t bins = config_.n_fft / 2 + 1;
  const Tensor magnitude = exponential(backend, backend.slice(heads, 1, 0, bins));
  const Tensor phase = backend.slice(heads, 1, bins, 2 * bins);
  return backend.concat({backend.mul(magnitude, backend.activate(phase, Activation::kCos)),
                         backend.mul(magnitude, backend.activate(phase, Activation::kSin))},
                        1);
}

Tensor IstftDecoder::filtered(Backend& backend, const Tensor& heads,
                              const Tensor& excitation) const {
  if (!excitation) throw Error(ErrorCode::kInternal, "needs an excitation", "IstftDecoder");
  const int64_t bins = config_.n_fft / 2 + 1;
  const auto magnitude = [&](int64_t first) {
    return exponential(backend,
                       backend.affine(backend.slice(heads, 1, first, first + bins), 1.0f, kQuiet));
  };
  const Tensor pulses = forward_(backend, backend.slice(excitation, 1, 0, 1));
  const Tensor noise = forward_(backend, backend.slice(excitation, 1, 1, 2));
  const Tensor voice = magnitude(0), breath = magnitude(2 * bins);
  const Tensor phase = backend.slice(heads, 1, bins, 2 * bins);
  const Tensor a = backend.mul(voice, backend.activate(phase, Activation::kCos));
  const Tensor b = backend.mul(voice, backend.activate(phase, Activation::kSin));
  const Tensor real = backend.slice(pulses, 1, 0, bins);
  const Tensor imaginary = backend.slice(pulses, 1, bins, 2 * bins);
  const Tensor voiced =
      backend.concat({backend.sub(backend.mul(real, a), backend.mul(imaginary, b)),
                      backend.add(backend.mul(real, b), backend.mul(imaginary, a))},
                     1);
  return backend.add(voiced, backend.mul(noise, backend.concat({breath, breath}, 1)));
}

}  // namespace myna::models
