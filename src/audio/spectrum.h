// Spectrograms and mel features, the same numbers as the published GPT-SoVITS computes:
//  - linear magnitude spectrogram: periodic Hann window, reflected edges of (n_fft - hop) / 2
//    samples, no centring, sqrt(re^2 + im^2 + 1e-8) (module/mel_processing.py),
//  - log mel with Slaney filters, log(max(x, 1e-5)),
//  - Kaldi's log mel filter bank for speaker encoders (povey window, pre-emphasis 0.97, no dither).
// All functions are pure and may be called from many threads.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

namespace myna::audio {

/// A row-major matrix of features.
struct Matrix {
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<float> values;

  Matrix() = default;
  Matrix(int64_t r, int64_t c) : rows(r), cols(c), values(static_cast<size_t>(r * c)) {}
  float& at(int64_t r, int64_t c) { return values[static_cast<size_t>(r * cols + c)]; }
  float at(int64_t r, int64_t c) const { return values[static_cast<size_t>(r * cols + c)]; }
};

/// Shape of a short-time transform. The window has n_fft samples.
struct StftConfig {
  int n_fft = 2048;
  int hop = 640;
};

/// Frames that `samples` give: floor((samples - hop) / hop) + 1 when hop divides n_fft - hop
/// evenly; exactly, 1 + floor((samples + 2 * ((n_fft - hop) / 2) - n_fft) / hop). 0 when too short.
int64_t stft_frames(int64_t samples, const StftConfig& config);

/// Fewest samples a spectrogram can be made of: the reflection needs one more than it copies.
int64_t stft_min_samples(const StftConfig& config);

/// mono [samples] -> [n_fft / 2 + 1, frames]. Throws Error(kInvalidAudio) when shorter than
/// stft_min_samples.
Matrix linear_spectrogram(std::span<const float> mono, const StftConfig& config);

/// Filters [mels, n_fft / 2 + 1] with the first and last non-zero bin of every row.
struct MelBank {
  Matrix weights;
  std::vector<int32_t> begin, end;  ///< row r is zero outside [begin[r], end[r])
};

/// Triangles on Slaney's mel scale, each of unit area in Hz. `high_hz` 0 means half the rate.
MelBank slaney_mel_bank(int sample_rate, int n_fft, int mels, double low_hz = 0,
                        double high_hz = 0);

/// [bins, frames] -> [mels, frames]: log(max(1e-5, bank * magnitudes)).
Matrix log_mel(const Matrix& magnitudes, const MelBank& bank);

struct MelConfig {
  int sample_rate = 32000;
  StftConfig stft;
  int mels = 128;
  double low_hz = 0;
  double high_hz = 0;  ///< 0: half the rate
};

/// The three mel variants of the official networks.
inline constexpr MelConfig kMelV2{32000, {2048, 640}, 128, 0, 0};
inline constexpr MelConfig kMelV3{24000, {1024, 256}, 100, 0, 0};
inline constexpr MelConfig kMelV4{32000, {1280, 320}, 100, 0, 0};

/// mono [samples] -> log mel [mels, frames].
Matrix mel_spectrogram(std::span<const float> mono, const MelConfig& config);

/// (x - (-12)) / (2 - (-12)) * 2 - 1 in place, and back: the range of the flow-matching networks.
void normalize_mel(std::span<float> mel);
void denormalize_mel(std::span<float> mel);

/// Kaldi's filter bank: mono at `sample_rate` in [-1, 1] -> [frames, bins] natural logarithms.
/// 25 ms frames every 10 ms, only whole frames; triangles between 20 Hz and half the rate on the
/// 1127 ln(1 + f / 700) scale; power spectrum; floor at the float epsilon. No mean subtraction.
/// Fewer samples than a frame give 0 frames.
Matrix kaldi_fbank(std::span<const float> mono, int sample_rate = 16000, int bins = 80);

/// The window used by kaldi_fbank: a symmetric Hann window raised to 0.85.
std::vector<float> povey_window(int n);

/// The filters used by kaldi_fbank: [bins, padded frame / 2]; the Nyquist bin has no weight.
MelBank kaldi_mel_bank(int sample_rate, int padded_frame, int bins);

/// Complex transform [frames][n_fft / 2 + 1] with a periodic Hann window; `mono` is padded with
/// zeros by n_fft / 2 on both sides, so that inverse_stft gives it back.
std::vector<std::vector<std::complex<float>>> stft(std::span<const float> mono,
                                                   const StftConfig& config);

/// Weighted overlap-add inverse of stft, `samples` long.
std::vector<float> inverse_stft(const std::vector<std::vector<std::complex<float>>>& frames,
                                const StftConfig& config, int64_t samples);

}  // namespace myna::audio
