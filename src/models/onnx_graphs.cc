#include "models/onnx_graphs.h"

namespace myna::models {
namespace {

using compute::Element;

std::vector<Recorder::Named> with_cache(const Tensor& logits, const compute::KvCache& cache) {
  std::vector<Recorder::Named> outputs = {{"logits", logits}};
  for (auto& output : Recorder::cache_outputs(cache)) outputs.push_back(std::move(output));
  return outputs;
}

Tensor style_input(Recorder& recorder, const Sovits& sovits) {
  return recorder.input("style", Element::kFloat, {1, sovits.config().gin_channels, 1});
}

}  // namespace

OnnxGraph t2s_prompt_graph(Recorder& recorder, const T2s& t2s) {
  const T2sConfig& config = t2s.config();
  const int64_t length = recorder.symbol("phones");
  const Tensor phones = recorder.input("phones", Element::kInt, {1, length});
  Tensor bert, prompt;
  if (config.bert_dim > 0) {
    bert = recorder.input("bert", Element::kFloat, {1, length, config.bert_dim});
  }
  if (!config.spread_text) {
    prompt = recorder.input("prompt", Element::kInt, {1, recorder.symbol("prompt")});
  }
  const auto cache = t2s.make_cache(1, config.max_positions);
  const Tensor logits = t2s.prompt(*cache, 0, phones, bert, prompt).logits;
  return recorder.finish("t2s_prompt", with_cache(logits, *cache));
}

OnnxGraph t2s_step_graph(Recorder& recorder, const T2s& t2s) {
  const T2sConfig& config = t2s.config();
  const Tensor token = recorder.input("token", Element::kInt, {1, 1});
  const Tensor position = recorder.input("position", Element::kInt, {1, 1});
  const auto cache =
      recorder.cache_input(config.layers, config.width, config.heads, recorder.symbol("past"));
  const Tensor logits = t2s.step(*cache, token, position);
  return recorder.finish("t2s_step", with_cache(logits, *cache));
}

OnnxGraph sovits_style_graph(Recorder& recorder, const Sovits& sovits) {
  const SovitsConfig& config = sovits.config();
  const int64_t frames = recorder.symbol("frames");
  const Tensor spec = recorder.input("spec", Element::kFloat, {1, config.spec_bins(), frames});
  std::vector<Tensor> speakers;
  if (config.is_pro()) {
    speakers.push_back(recorder.input("speaker", Element::kFloat, {1, config.speaker_channels}));
  }
  return recorder.finish("sovits_style", {{"style", sovits.style({spec}, speakers)}});
}

OnnxGraph sovits_encoder_graph(Recorder& recorder, const Sovits& sovits) {
  const SovitsConfig& config = sovits.config();
  const int64_t count = recorder.symbol("codes");
  const int64_t length = config.spread_text ? count : recorder.symbol("phones");
  const Tensor codes = recorder.input("codes", Element::kInt, {1, count});
  const Tensor phones = recorder.input("phones", Element::kInt, {1, length});
  const Tensor style = style_input(recorder, sovits);
  const Prior prior = sovits.encode(codes, phones, style);
  const Tensor noise = recorder.input("noise", Element::kFloat, prior.mean.shape());
  std::vector<Recorder::Named> outputs = {{"latents", sovits.latents(prior, noise, 1.0f)}};
  if (config.has_pitch()) outputs.emplace_back("log_pitch", sovits.log_pitch(prior, style));
  return recorder.finish("sovits_encoder", outputs);
}

OnnxGraph sovits_decoder_graph(Recorder& recorder, const Sovits& sovits) {
  const SovitsConfig& config = sovits.config();
  const int64_t frames = recorder.symbol("frames");
  Spoken spoken;
  spoken.latents = recorder.input("latents", Element::kFloat, {1, config.inter_channels, frames});
  const Tensor style = style_input(recorder, sovits);
  if (config.has_pitch()) {
    spoken.excitation =
        recorder.input("excitation", Element::kFloat, {1, 2, frames * config.hop_length});
  }
  return recorder.finish("sovits_decoder", {{"samples", sovits.decode(spoken, style)}});
}

OnnxGraph durations_graph(Recorder& recorder, const DurationPredictor& durations) {
  const Tensor phones = recorder.input("phones", Element::kInt, {1, recorder.symbol("phones")});
  return recorder.finish("durations", {{"log_tokens", durations.log_tokens(phones)}});
}

}  // namespace myna::models
