// Kaldi-style filter bank features (the maths of Kaldi's feat/feature-fbank).
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include "audio/fft.h"
#include "audio/spectrum.h"

namespace myna::audio {
namespace {

double kaldi_mel(double hz) { return 1127.0 * std::log(1.0 + hz / 700.0); }

}  // namespace

std::vector<float> povey_window(int n) {
  std::vector<float> window(n);
  for (int i = 0; i < n; ++i) {
    const double hann = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * i / (n - 1));
    window[i] = static_cast<float>(std::pow(hann, 0.85));
  }
  return window;
}

MelBank kaldi_mel_bank(int sample_rate, int padded_frame, int bins) {
  const double low = kaldi_mel(20.0), high = kaldi_mel(sample_rate / 2.0);
  const double step = (high - low) / (bins + 1);
  MelBank bank;
  bank.weights = Matrix(bins, padded_frame / 2);
  bank.begin.assign(bins, padded_frame / 2);
  bank.end.assign(bins, 0);
  for (int m = 0; m < bins; ++m) {
    const double left = low + m * step, right = left + 2 * step;
    for (int k = 0; k < padded_frame / 2; ++k) {
      const double mel = kaldi_mel(static_cast<double>(k) * sample_rate / padded_frame);
      const double weight = std::min((mel - left) / step, (right - mel) / step);
      if (weight <= 0) continue;
      bank.weights.at(m, k) = static_cast<float>(weight);
      bank.begin[m] = std::min(bank.begin[m], k);
      bank.end[m] = k + 1;
    }
    if (bank.end[m] == 0) bank.begin[m] = 0;
  }
  return bank;
}

Matrix kaldi_fbank(std::span<const float> mono, int sample_rate, int bins) {
  const int length = sample_rate * 25 / 1000, shift = sample_rate * 10 / 1000;
  const int padded = static_cast<int>(std::bit_ceil(static_cast<unsigned>(length)));
  const int64_t samples = std::ssize(mono);
  const int64_t frames = samples < length ? 0 : 1 + (samples - length) / shift;
  const MelBank bank = kaldi_mel_bank(sample_rate, padded, bins);
  const std::vector<float> window = povey_window(length);
  RealFft fft(padded);
  std::vector<float> frame(padded), power(fft.bins());
  std::vector<std::complex<float>> spectrum(fft.bins());
  Matrix out(frames, bins);
  for (int64_t t = 0; t < frames; ++t) {
    const float* in = mono.data() + t * shift;
    double mean = 0;
    for (int i = 0; i < length; ++i) mean += in[i];
    const auto offset = static_cast<float>(mean / length);
    float previous = in[0] - offset;
    for (int i = 0; i < length; ++i) {
      const float x = in[i] - offset;
      frame[i] = (x - 0.97F * previous) * window[i];
      previous = x;
    }
    fft.forward(frame, spectrum);
    for (int k = 0; k < fft.bins(); ++k) power[k] = std::norm(spectrum[k]);
    for (int m = 0; m < bins; ++m) {
      float sum = 0;
      for (int k = bank.begin[m]; k < bank.end[m]; ++k) sum += bank.weights.at(m, k) * power[k];
      out.at(t, m) = std::log(std::max(sum, std::numeric_limits<float>::epsilon()));
    }
  }
  return out;
}

}  // namespace myna::audio
