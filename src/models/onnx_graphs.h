// The networks as ONNX graphs, recorded from the same definitions that speak. Each function calls a
// network that was built on the recorder and returns its graph; names and sizes of inputs and
// outputs are those of docs/export.md. Sizes in quotation marks stay open.
#pragma once

#include "compute/onnx/recorder.h"
#include "models/duration_predictor.h"
#include "models/sovits.h"
#include "models/t2s.h"

namespace myna::models {

using compute::onnx::Recorder;
using tensor::OnnxGraph;

/// phones [1, "phones"], bert [1, "phones", bert_dim] where the model has context features, prompt
/// [1, "prompt"] (may be of length 0) unless the text is spread
/// -> logits [1, vocab_size], present_key_N, present_value_N [1, heads, "phones + prompt", dim].
OnnxGraph t2s_prompt_graph(Recorder& recorder, const T2s& t2s);

/// token [1, 1], position [1, 1] (its index among the tokens, prompt included), past_key_N,
/// past_value_N [1, heads, "past", dim] -> logits, present_key_N, present_value_N, one longer.
OnnxGraph t2s_step_graph(Recorder& recorder, const T2s& t2s);

/// spec [1, bins, "frames"] magnitudes of a recording, speaker [1, speaker_channels] of a Pro model
/// -> style [1, gin, 1]. Styles of several recordings are averaged.
OnnxGraph sovits_style_graph(Recorder& recorder, const Sovits& sovits);

/// codes [1, "codes"], phones [1, "phones"] (spread text: [1, "codes"]), style, noise
/// [1, inter, frames_per_code * "codes"] (standard normal times the noise scale)
/// -> latents [1, inter, frames], and log_pitch [1, 1, frames] of a model that has a pitch.
OnnxGraph sovits_encoder_graph(Recorder& recorder, const Sovits& sovits);

/// latents [1, inter, "frames"], style, and excitation [1, 2, hop_length * "frames"] where the
/// model has a pitch -> samples [1, 1, hop_length * "frames"].
OnnxGraph sovits_decoder_graph(Recorder& recorder, const Sovits& sovits);

/// phones [1, "phones"] -> log_tokens [1, 1, "phones"].
OnnxGraph durations_graph(Recorder& recorder, const DurationPredictor& durations);

}  // namespace myna::models
