// Conditional flow matching: noise becomes a mel spectrogram along the velocities of the estimator,
// some frames at a time, each after a prompt that has been made or recorded before. Reference:
// module/models.py CFM, TTS_infer_pack/TTS.py using_vocoder_synthesis.
//
// Mels here are normalised (audio::normalize_mel). Immutable after construction; as thread-safe as
// its backend.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/progress.h"
#include "models/dit.h"

namespace myna::models {

struct CfmOptions {
  int steps = 32;            ///< of the sampler, >= 1
  float guidance = 0.0f;     ///< > 0: away from what would be said without prompt and conditions
  float temperature = 1.0f;  ///< scale of the noise
};

class Cfm {
 public:
  /// Tensors NAME.estimator.*.
  Cfm(Backend& backend, ParameterSource& source, const std::string& name, const CfmConfig& config,
      Precision precision);

  /// Conditions [B, conditions, T], the mel of their first frames [B, mel, P], noise [B, mel, T]
  /// (standard normal; that of the first P frames is not used) -> the mel [B, mel, T - P] of the
  /// other frames. T > P. With guidance both passes of a step are one batch.
  Tensor sample(const Tensor& conditions, const Tensor& prompt, const Tensor& noise,
                const CfmOptions& options, const CancelToken& cancel = {}) const;

  /// The noise of a part of a job: [1, mel, frames].
  using Noise = std::function<Tensor(int64_t part, int64_t frames)>;
  /// Receives the mel [1, mel, n] of the next frames.
  using Sink = std::function<void(const Tensor& mel)>;
  /// Any number of frames from `conditions` [1, conditions, T], after a prompt of a recording:
  /// its mel [1, mel, P] and its conditions, of which the last frames that both have are used, at
  /// most CfmConfig::prompt_frames. Each part continues the one before it.
  void continue_mel(const Tensor& prompt, const Tensor& prompt_conditions, const Tensor& conditions,
                    const Noise& noise, const CfmOptions& options, const Sink& sink,
                    const CancelToken& cancel = {}) const;

  const Dit& estimator() const { return estimator_; }
  const CfmConfig& config() const { return config_; }

 private:
  Backend& backend_;
  CfmConfig config_;
  Dit estimator_;
};

}  // namespace myna::models
