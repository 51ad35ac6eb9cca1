// Real Fourier transforms of one size over KissFFT.
#pragma once

#include <complex>
#include <memory>
#include <span>
#include <vector>

namespace myna::audio {

/// A planned real FFT of even length n. Holds scratch memory: one object per thread.
class RealFft {
 public:
  /// Throws Error(kInternal) unless n is even and at least 2.
  explicit RealFft(int n);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  int size() const { return n_; }
  int bins() const { return n_ / 2 + 1; }
  /// in [n] -> out [n/2+1], unnormalised.
  void forward(std::span<const float> in, std::span<std::complex<float>> out);
  /// in [n/2+1] -> out [n], divided by n, so that inverse(forward(x)) == x.
  void inverse(std::span<const std::complex<float>> in, std::span<float> out);

 private:
  struct Plans;
  int n_;
  std::unique_ptr<Plans> plans_;
};

/// 0.5 - 0.5 cos(2 pi i / n), i = 0 .. n-1: the window whose shifted copies sum to a constant.
std::vector<float> periodic_hann(int n);

}  // namespace myna::audio
