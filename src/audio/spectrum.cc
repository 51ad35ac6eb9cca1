#include "audio/spectrum.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "audio/fft.h"
#include "base/error.h"

namespace myna::audio {
namespace {

int64_t reflection(const StftConfig& config) { return (config.n_fft - config.hop) / 2; }

void check(const StftConfig& config) {
  if (config.n_fft < 2 || config.n_fft % 2 != 0 || config.hop < 1 || config.hop > config.n_fft) {
    throw Error(ErrorCode::kInternal, "a transform of " + std::to_string(config.n_fft) +
                                          " samples every " + std::to_string(config.hop) +
                                          " is not possible");
  }
}

/// Sample i of the signal extended by reflection about its first and last sample.
float reflected(std::span<const float> x, int64_t i) {
  const int64_t last = std::ssize(x) - 1;
  if (i < 0) i = -i;
  if (i > last) i = 2 * last - i;
  return x[static_cast<size_t>(i)];
}

double slaney_mel(double hz) {
  constexpr double kStep = 200.0 / 3.0, kKnee = 1000.0;
  if (hz < kKnee) return hz / kStep;
  return kKnee / kStep + std::log(hz / kKnee) * 27.0 / std::log(6.4);
}

double slaney_hz(double mel) {
  constexpr double kStep = 200.0 / 3.0, kKnee = 1000.0;
  if (mel < kKnee / kStep) return mel * kStep;
  return kKnee * std::exp((mel - kKnee / kStep) * std::log(6.4) / 27.0);
}

void find_ranges(MelBank& bank) {
  const Matrix& w = bank.weights;
  bank.begin.assign(w.rows, 0);
  bank.end.assign(w.rows, 0);
  for (int64_t r = 0; r < w.rows; ++r) {
    int64_t first = 0, last = w.cols;
    while (first < last && w.at(r, first) == 0) ++first;
    while (last > first && w.at(r, last - 1) == 0) --last;
    bank.begin[r] = static_cast<int32_t>(first);
    bank.end[r] = static_cast<int32_t>(last);
  }
}

}  // namespace

int64_t stft_frames(int64_t samples, const StftConfig& config) {
  const int64_t padded = samples + 2 * reflection(config);
  return padded < config.n_fft ? 0 : 1 + (padded - config.n_fft) / config.hop;
}

int64_t stft_min_samples(const StftConfig& config) {
  return std::max(reflection(config) + 1, config.n_fft - 2 * reflection(config));
}

Matrix linear_spectrogram(std::span<const float> mono, const StftConfig& config) {
  check(config);
  if (std::ssize(mono) < stft_min_samples(config)) {
    throw Error(ErrorCode::kInvalidAudio,
                "the audio has " + std::to_string(mono.size()) + " samples, a spectrogram needs " +
                    std::to_string(stft_min_samples(config)) + "; use a longer recording");
  }
  const int64_t frames = stft_frames(std::ssize(mono), config);
  const int64_t pad = reflection(config);
  const std::vector<float> window = periodic_hann(config.n_fft);
  RealFft fft(config.n_fft);
  std::vector<float> frame(config.n_fft);
  std::vector<std::complex<float>> bins(fft.bins());
  Matrix out(fft.bins(), frames);
  // Columns are written in blocks of frames, so that the strided stores stay in the cache.
  constexpr int64_t kBlock = 16;
  std::vector<float> block(static_cast<size_t>(fft.bins()) * kBlock);
  for (int64_t t0 = 0; t0 < frames; t0 += kBlock) {
    const int64_t count = std::min(kBlock, frames - t0);
    for (int64_t t = 0; t < count; ++t) {
      const int64_t start = (t0 + t) * config.hop - pad;
      if (start >= 0 && start + config.n_fft <= std::ssize(mono)) {
        for (int i = 0; i < config.n_fft; ++i) frame[i] = mono[start + i] * window[i];
      } else {
        for (int i = 0; i < config.n_fft; ++i) frame[i] = reflected(mono, start + i) * window[i];
      }
      fft.forward(frame, bins);
      for (int k = 0; k < fft.bins(); ++k) {
        block[k * kBlock + t] = std::sqrt(std::norm(bins[k]) + 1e-8F);
      }
    }
    for (int k = 0; k < fft.bins(); ++k) {
      std::copy_n(&block[k * kBlock], count, &out.at(k, t0));
    }
  }
  return out;
}

MelBank slaney_mel_bank(int sample_rate, int n_fft, int mels, double low_hz, double high_hz) {
  if (high_hz <= 0) high_hz = sample_rate / 2.0;
  const double low = slaney_mel(low_hz), high = slaney_mel(high_hz);
  std::vector<double> edges(mels + 2);
  for (int i = 0; i < mels + 2; ++i) edges[i] = slaney_hz(low + (high - low) * i / (mels + 1));
  MelBank bank;
  bank.weights = Matrix(mels, n_fft / 2 + 1);
  for (int m = 0; m < mels; ++m) {
    const double area = 2.0 / (edges[m + 2] - edges[m]);
    for (int k = 0; k <= n_fft / 2; ++k) {
      const double hz = static_cast<double>(k) * sample_rate / n_fft;
      const double rise = (hz - edges[m]) / (edges[m + 1] - edges[m]);
      const double fall = (edges[m + 2] - hz) / (edges[m + 2] - edges[m + 1]);
      bank.weights.at(m, k) = static_cast<float>(std::max(0.0, std::min(rise, fall)) * area);
    }
  }
  find_ranges(bank);
  return bank;
}

Matrix log_mel(const Matrix& magnitudes, const MelBank& bank) {
  if (magnitudes.rows < bank.weights.cols) {
    throw Error(ErrorCode::kInternal, "spectrogram and mel filters have different sizes");
  }
  Matrix out(bank.weights.rows, magnitudes.cols);
  for (int64_t m = 0; m < out.rows; ++m) {
    float* row = &out.values[m * out.cols];
    for (int64_t k = bank.begin[m]; k < bank.end[m]; ++k) {
      const float weight = bank.weights.at(m, k);
      const float* in = &magnitudes.values[k * magnitudes.cols];
      for (int64_t t = 0; t < out.cols; ++t) row[t] += weight * in[t];
    }
    for (int64_t t = 0; t < out.cols; ++t) row[t] = std::log(std::max(row[t], 1e-5F));
  }
  return out;
}

Matrix mel_spectrogram(std::span<const float> mono, const MelConfig& config) {
  const MelBank bank = slaney_mel_bank(config.sample_rate, config.stft.n_fft, config.mels,
                                       config.low_hz, config.high_hz);
  return log_mel(linear_spectrogram(mono, config.stft), bank);
}

void normalize_mel(std::span<float> mel) {
  for (float& x : mel) x = (x + 12.0F) / 14.0F * 2.0F - 1.0F;
}

void denormalize_mel(std::span<float> mel) {
  for (float& x : mel) x = (x + 1.0F) / 2.0F * 14.0F - 12.0F;
}

std::vector<std::vector<std::complex<float>>> stft(std::span<const float> mono,
                                                   const StftConfig& config) {
  check(config);
  const int64_t half = config.n_fft / 2;
  const int64_t frames = std::ssize(mono) / config.hop + 1;
  const std::vector<float> window = periodic_hann(config.n_fft);
  RealFft fft(config.n_fft);
  std::vector<float> frame(config.n_fft);
  std::vector<std::vector<std::complex<float>>> out(frames);
  for (int64_t t = 0; t < frames; ++t) {
    for (int i = 0; i < config.n_fft; ++i) {
      const int64_t at = t * config.hop - half + i;
      frame[i] = at >= 0 && at < std::ssize(mono) ? mono[at] * window[i] : 0.0F;
    }
    out[t].resize(fft.bins());
    fft.forward(frame, out[t]);
  }
  return out;
}

std::vector<float> inverse_stft(const std::vector<std::vector<std::complex<float>>>& frames,
                                const StftConfig& config, int64_t samples) {
  check(config);
  const int64_t half = config.n_fft / 2;
  const std::vector<float> window = periodic_hann(config.n_fft);
  RealFft fft(config.n_fft);
  std::vector<float> frame(config.n_fft);
  std::vector<float> out(samples), weight(samples);
  for (int64_t t = 0; t < std::ssize(frames); ++t) {
    fft.inverse(frames[t], frame);
    for (int i = 0; i < config.n_fft; ++i) {
      const int64_t at = t * config.hop - half + i;
      if (at < 0 || at >= samples) continue;
      out[at] += frame[i] * window[i];
      weight[at] += window[i] * window[i];
    }
  }
  for (int64_t i = 0; i < samples; ++i) {
    if (weight[i] > 1e-6F) out[i] /= weight[i];
  }
  return out;
}

}  // namespace myna::audio
