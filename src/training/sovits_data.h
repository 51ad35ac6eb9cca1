// Batches for SoVITS: spectrograms, codes, phones, a stretch of other speech of the same speaker
// for the style, and where in each utterance the decoder is to be heard.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.h"
#include "models/sovits_config.h"
#include "training/dataset.h"
#include "training/sampler.h"

namespace myna::training {

struct SovitsTrainBatch {
  at::Tensor spec;               ///< [B, bins, T]
  std::vector<int64_t> lengths;  ///< frames
  at::Tensor codes;              ///< i64 [B, T / frames_per_code]
  at::Tensor phones;             ///< i64 [B, N]; spread text: one per code
  std::vector<int64_t> phone_lengths;
  at::Tensor style_spec;  ///< [B, bins, S]
  std::vector<int64_t> style_lengths;
  std::vector<int64_t> begins;  ///< first frame of the heard segment
  at::Tensor wave;              ///< [B, 1, segment samples], of the heard segment
  /// Phones that are spoken in the heard segment, those whose middle lies in it; a row is empty
  /// where that is not known.
  std::vector<std::vector<int32_t>> said;
  // Only for decoders with a pitch:
  at::Tensor excitation;  ///< [B, 2, segment samples], of the heard segment at its measured pitch
  at::Tensor log_pitch;   ///< [B, 1, T], natural logarithm of Hz, between the voiced frames too
  at::Tensor voiced;      ///< [B, 1, T], 0 or 1
};

struct SovitsDataOptions {
  double max_seconds = 8;
  double style_min_seconds = 1.5, style_max_seconds = 4;
  double same_utterance = 0.25;  ///< chance that the style comes from the utterance itself
  int64_t window_frames = 0;     ///< > 0: a random stretch of the utterance of at most this length
  double text_dropout = 0.1;     ///< chance that the phones are withheld (pause symbols instead)
};

/// Makes batches of a tokenised data set. Thread-safe (const). Pitch tracks are kept once measured.
class SovitsData {
 public:
  /// Throws Error(kUsage) when the data set has no codes.
  SovitsData(const Dataset& dataset, const models::SovitsConfig& config,
             const SovitsDataOptions& options);
  /// Usable utterances of a split, in latent frames.
  std::vector<SampleUnit> units(Split split) const;
  /// `random` decides segments, styles and dropped texts.
  /// `whole`: windows are not cut.
  SovitsTrainBatch make(const std::vector<int64_t>& items, Rng random, bool whole = false) const;

 private:
  std::vector<float> style_samples(int64_t item, Rng& random) const;
  int64_t usable_frames(const Item& item) const;
  /// What the text encoder reads beside the codes [first, first + count).
  std::vector<int32_t> text_of(int64_t item, int64_t first, int64_t count, bool withheld) const;
  /// The phones whose middle lies in the latent frames [first, last).
  std::vector<int32_t> said_in(int64_t item, int64_t first, int64_t last) const;
  /// Hz per latent frame of an item, 0 where unvoiced.
  const std::vector<float>& pitch_of(int64_t item, const std::vector<float>& samples) const;
  void add_pitch(SovitsTrainBatch& batch, int64_t row, const std::vector<float>& hz, int64_t begin,
                 Rng& random) const;

  const Dataset& dataset_;
  models::SovitsConfig config_;
  SovitsDataOptions options_;
  std::map<std::string, std::vector<int64_t>> by_speaker_;
  std::vector<std::vector<int32_t>> phones_;  ///< transcript, else what was heard; may be empty
  mutable std::mutex pitch_mutex_;
  mutable std::map<int64_t, std::vector<float>> pitch_;
};

}  // namespace myna::training
