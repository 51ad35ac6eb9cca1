// Losses by ear: what trained networks make of generated speech, against what they make of the
// recording (perceptual losses, Johnson et al. 2016; deep feature losses for speech, Germain et al.
// 2018). The networks stay as they are; gradients pass through them to the samples.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <vector>

#include "training/torch_features.h"
#include "training/trained_networks.h"

namespace myna::training {

/// Are the same phones heard?
class ContentLoss {
 public:
  /// `encoder`: folder of a run or a model file. Throws Error(kUsage) when it listens at another
  /// rate than `sample_rate`.
  ContentLoss(const std::filesystem::path& encoder, int sample_rate,
              const ListeningOptions& options);

  struct Parts {
    at::Tensor features;  ///< mean L1 distance of the normalised hidden features
    at::Tensor phones;    ///< per frame, KL divergence of the phones' probabilities
    at::Tensor reading;   ///< CTC loss of what is to be said, per phone
  };
  /// fake, real [B, 1, samples], in step with each other; `said`: the phones that each row is to
  /// say, empty where they are not known.
  Parts operator()(const at::Tensor& fake, const at::Tensor& real,
                   const std::vector<std::vector<int32_t>>& said) const;

 private:
  TrainedContent content_;
  LogMelFeatures log_mel_;
};

/// Is the same person heard?
class LikenessLoss {
 public:
  /// As ContentLoss, of a speaker verifier. It should not be the one that judges the result.
  LikenessLoss(const std::filesystem::path& verifier, int sample_rate,
               const ListeningOptions& options);
  /// Mean over rows of 1 - cosine. fake, real [B, 1, samples].
  at::Tensor operator()(const at::Tensor& fake, const at::Tensor& real) const;

 private:
  at::Tensor embed(const at::Tensor& wave) const;

  TrainedVerifier verifier_;
  KaldiFeatures features_;
};

}  // namespace myna::training
