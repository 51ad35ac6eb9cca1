// SoVITS v3 and v4: semantic codes, phones and a style to conditions of the mel's frame rate, from
// which flow matching (cfm.h) makes the mel. A vocoder makes it speech. Reference:
// module/models.py SynthesizerTrnV3.
//
//   style  = net.style({spec, ...})
//   prompt = net.conditions(codes of the prompt, phones of the prompt, style)
//   now    = net.conditions(codes, phones, style, speed)
//   net.cfm().continue_mel(mel of the prompt, prompt, now, noise, options, sink)
//
// Tensors as in the official `weight` dictionary: those of SovitsFront, bridge, wns1 and cfm.
// (linear_mel is only for training.)
#pragma once

#include "models/cfm.h"
#include "models/sovits_front.h"
#include "models/wavenet.h"

namespace myna::models {

/// Precision of the estimator, where nearly all the time goes; the rest is f32.
struct SovitsCfmOptions {
  Precision estimator = Precision::kDefault;
};

class SovitsCfm : public SovitsFront {
 public:
  /// Throws Error(kInvalidModel) when the source lacks a tensor or has another shape.
  SovitsCfm(Backend& backend, ParameterSource& source, const SovitsConfig& config,
            const SovitsCfmOptions& options = {});

  /// [1, conditions, frames of the mel]. `speed` > 1 gives fewer. Throws as encode.
  Tensor conditions(std::span<const int64_t> codes, std::span<const int64_t> phones,
                    const Tensor& style, double speed = 1.0) const;

  const Cfm& cfm() const { return cfm_; }

  // Parts of conditions, for tests -----------------------------------------------------------
  /// The text side's features [1, hidden, T] -> [1, conditions, T].
  Tensor bridge(const Tensor& features) const;
  /// The same at the mel's frame rate, each frame that of the nearest latent frame before it.
  Tensor widen(const Tensor& bridged) const;
  /// Conditions of what widen gives; frames at and beyond `lengths` come out as zero.
  Tensor refine(const Tensor& widened, const Lengths& lengths, const Tensor& style) const;

 private:
  Conv1d bridge_, refine_in_, refine_out_;
  WaveNet refine_;
  Cfm cfm_;
};

}  // namespace myna::models
