// Fundamental frequency of speech: the cumulative mean normalised difference of YIN (de Cheveigné
// and Kawahara, JASA 2002) gives candidates per frame, and the cheapest path through them (Viterbi)
// decides between octaves and between voiced and unvoiced.
#pragma once

#include <span>
#include <vector>

namespace myna::audio {

struct PitchOptions {
  double low_hz = 60;
  double high_hz = 500;
};

struct PitchTrack {
  double hop = 0.01;                ///< seconds; frame t is centred at t * hop
  std::vector<float> hz;            ///< 0 where unvoiced
  std::vector<float> aperiodicity;  ///< 0 (periodic) to about 1, of the chosen or best candidate

  double voiced_share() const;
  /// Median over voiced frames, 0 when there are none.
  double median_hz() const;
  /// Quantile (0..1) over voiced frames, 0 when there are none.
  double quantile_hz(double share) const;
};

/// Tracks `mono` at `sample_rate` Hz (resampled to 16 kHz inside where it is more).
PitchTrack track_pitch(std::span<const float> mono, int sample_rate,
                       const PitchOptions& options = {});

}  // namespace myna::audio
