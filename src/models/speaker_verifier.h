// A compact speaker-verification network: log filter-bank frames to one vector per recording, near
// for recordings of one person and far for others by cosine. A time-delay network with residual
// dilated convolutions and statistics pooling (x-vectors, Snyder et al. 2018; layout after
// ECAPA-TDNN, Desplanques et al. 2020, without its attention). Trained apart from the synthesis
// networks, so that `myna evaluate` can judge them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/layers.h"

namespace myna::models {

using compute::Lengths;

struct SpeakerVerifierConfig {
  int64_t sampling_rate = 16000;  ///< Hz, of the recordings that the features are made from
  int64_t bands = 80;             ///< log filter-bank channels
  int64_t channels = 256;
  std::vector<int64_t> kernels = {5, 3, 3, 3};    ///< odd, one per layer
  std::vector<int64_t> dilations = {1, 2, 3, 4};  ///< one per layer
  int64_t pooled_channels = 512;                  ///< before statistics pooling
  int64_t embedding = 192;
  int64_t speakers = 0;  ///< of the classification head; 0: none
  float dropout = 0.0f;

  /// Throws Error(kInvalidModel) naming `subject` and the key.
  static SpeakerVerifierConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

/// Immutable after construction; as thread-safe as its backend.
class SpeakerVerifier {
 public:
  /// `with_head`: also bind the classification head (training; config.speakers > 0).
  SpeakerVerifier(Backend& backend, ParameterSource& source, const SpeakerVerifierConfig& config,
                  bool with_head = false);

  const SpeakerVerifierConfig& config() const { return config_; }
  /// Log filter-bank frames [B, bands, T] -> unit vectors [B, embedding]. The mean over time of
  /// every band is removed first, so levels and channels count little.
  Tensor embed(const Tensor& features, const Lengths& lengths = {}) const;
  /// Cosines [B, speakers] of unit vectors to the head's speakers.
  Tensor cosines(const Tensor& embedding) const;

 private:
  struct Layer {
    Conv1d conv;
    ChannelNorm norm;
  };
  Backend& backend_;
  SpeakerVerifierConfig config_;
  std::vector<Layer> layers_;
  Layer last_;
  Linear out_;
  Conv1d head_;
};

/// Cosine of two vectors of one length; 0 when either is zero.
double cosine_similarity(std::span<const float> a, std::span<const float> b);

}  // namespace myna::models
