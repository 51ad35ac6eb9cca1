#include "audio/fft.h"

#include <kiss_fftr.h>

#include <cmath>
#include <numbers>
#include <string>

#include "base/error.h"

namespace myna::audio {

static_assert(sizeof(kiss_fft_cpx) == sizeof(std::complex<float>),
              "KissFFT must be built for float");

struct RealFft::Plans {
  kiss_fftr_cfg forward = nullptr;
  kiss_fftr_cfg inverse = nullptr;
  ~Plans() {
    kiss_fftr_free(forward);
    kiss_fftr_free(inverse);
  }
};

RealFft::RealFft(int n) : n_(n), plans_(std::make_unique<Plans>()) {
  if (n < 2 || n % 2 != 0) {
    throw Error(ErrorCode::kInternal, "an FFT needs an even size, got " + std::to_string(n));
  }
  plans_->forward = kiss_fftr_alloc(n, 0, nullptr, nullptr);
  if (plans_->forward == nullptr) throw std::bad_alloc();
}

RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

void RealFft::forward(std::span<const float> in, std::span<std::complex<float>> out) {
  if (std::ssize(in) != n_ || std::ssize(out) != bins()) {
    throw Error(ErrorCode::kInternal, "FFT buffers have the wrong size");
  }
  kiss_fftr(plans_->forward, in.data(), reinterpret_cast<kiss_fft_cpx*>(out.data()));
}

void RealFft::inverse(std::span<const std::complex<float>> in, std::span<float> out) {
  if (std::ssize(in) != bins() || std::ssize(out) != n_) {
    throw Error(ErrorCode::kInternal, "FFT buffers have the wrong size");
  }
  if (plans_->inverse == nullptr) {
    plans_->inverse = kiss_fftr_alloc(n_, 1, nullptr, nullptr);
    if (plans_->inverse == nullptr) throw std::bad_alloc();
  }
  kiss_fftri(plans_->inverse, reinterpret_cast<const kiss_fft_cpx*>(in.data()), out.data());
  const float scale = 1.0F / static_cast<float>(n_);
  for (float& x : out) x *= scale;
}

std::vector<float> periodic_hann(int n) {
  std::vector<float> window(n);
  for (int i = 0; i < n; ++i) {
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * i / n));
  }
  return window;
}

}  // namespace myna::audio
