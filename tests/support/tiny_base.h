// A base model of a few thousand fresh weights, written as model files: everything of the pipeline
// runs on it, in milliseconds and without meaning.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "compute/cpu/cpu_backend.h"
#include "models/content_encoder.h"
#include "models/duration_predictor.h"
#include "models/model_file.h"
#include "models/sovits.h"
#include "models/t2s.h"

namespace myna::testing {

/// Draws fresh parameters and remembers them.
class RecordingSource : public models::ParameterSource {
 public:
  explicit RecordingSource(uint64_t seed) : fresh_(seed) {}
  bool contains(const std::string& name) const override { return fresh_.contains(name); }
  models::Parameter get(const std::string& name, const models::Shape& shape,
                        models::Init init) override {
    models::Parameter parameter = fresh_.get(name, shape, init);
    tensors[name] = parameter.value;
    return parameter;
  }
  std::map<std::string, models::HostTensor> tensors;

 private:
  models::FreshSource fresh_;
};

/// `spread_text`: networks that are told how long each phone lasts.
inline void write_tiny_base(const std::filesystem::path& folder, uint64_t seed = 1,
                            bool spread_text = false) {
  constexpr int kSymbols = 732, kCodes = 64, kContent = 16;
  const auto backend = compute::make_cpu_backend();
  const Json record = {{"seed", seed}};
  std::filesystem::create_directories(folder);

  const Json content = {{"sample_rate", 16000},
                        {"n_fft", 512},
                        {"hop", 160},
                        {"mels", 40},
                        {"strides", {2, 2}},
                        {"dim", kContent},
                        {"layers", 2},
                        {"heads", 2},
                        {"ffn", 32},
                        {"conv_kernel", 5},
                        {"classes", kSymbols + 1},
                        {"tap_layer", 1},
                        {"dropout", 0.0}};
  RecordingSource content_source(seed);
  models::ContentEncoder(*backend, content_source,
                         models::ContentConfig::from_json(content, "tiny"));
  models::write_model_file(folder / "content.safetensors", "content", content, record,
                           content_source.tensors, true);

  const Json sovits = {{"data",
                        {{"sampling_rate", 16000},
                         {"filter_length", 640},
                         {"hop_length", 320},
                         {"win_length", 640},
                         {"n_mel_channels", 40}}},
                       {"model",
                        {{"inter_channels", 16},
                         {"hidden_channels", 16},
                         {"filter_channels", 32},
                         {"n_heads", 2},
                         {"n_layers", 2},
                         {"kernel_size", 3},
                         {"p_dropout", 0.0},
                         {"gin_channels", 16},
                         {"n_symbols", kSymbols},
                         {"ssl_dim", kContent},
                         {"ssl_stride", 1},
                         {"codebook_size", kCodes},
                         {"style_bins", 100},
                         {"style_hidden", 16},
                         {"spread_text", spread_text},
                         {"mrte_channels", 16},
                         {"mrte_heads", 2},
                         {"flow_layers", 1},
                         {"flow_couplings", 2},
                         {"posterior_layers", 2},
                         {"decoder",
                          {{"type", "istft"},
                           {"dim", 16},
                           {"layers", 2},
                           {"ffn", 32},
                           {"kernel", 7},
                           {"upsample", 2},
                           {"n_fft", 640},
                           {"hop", 160}}}}}};
  RecordingSource sovits_source(seed + 1);
  models::Sovits(*backend, sovits_source, models::SovitsConfig::from_json(sovits, "tiny"));
  models::write_model_file(folder / "sovits.safetensors", "sovits", sovits, record,
                           sovits_source.tensors, true);

  const Json t2s = {{"embedding_dim", 32},
                    {"hidden_dim", 32},
                    {"head", 2},
                    {"n_layer", 2},
                    {"vocab_size", kCodes + 1},
                    {"phoneme_vocab_size", kSymbols},
                    {"EOS", kCodes},
                    {"bert_dim", 0},
                    {"spread_text", spread_text},
                    {"dropout", 0.0}};
  RecordingSource t2s_source(seed + 2);
  models::T2s(backend, t2s_source, models::T2sConfig::from_json(t2s, "tiny"));
  models::write_model_file(folder / "t2s.safetensors", "t2s", t2s, record, t2s_source.tensors,
                           true);
  if (!spread_text) return;

  const Json durations = {{"symbols", kSymbols}, {"dim", 16}, {"layers", 1}, {"kernel", 3}};
  RecordingSource durations_source(seed + 3);
  models::DurationPredictor(*backend, durations_source,
                            models::DurationConfig::from_json(durations, "tiny"));
  models::write_model_file(folder / "durations.safetensors", "durations", durations, record,
                           durations_source.tensors, true);
}

}  // namespace myna::testing
