#include "models/onnx_export.h"

#include <memory>

#include "base/files.h"
#include "base/json.h"
#include "models/model_file.h"
#include "models/onnx_graphs.h"

namespace myna::models {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "myna-onnx-1";

/// Builds networks, writes their graphs and gathers what a caller has to know of them.
class Exporter {
 public:
  Exporter(const fs::path& models, const fs::path& folder, const CancelToken& cancel)
      : models_(models), folder_(folder), cancel_(cancel) {}

  OnnxExport run() {
    const ModelFile sovits = open_model_file(models_ / "sovits.safetensors", "sovits");
    const auto config = SovitsConfig::from_json(sovits.config, sovits.subject());
    ensure_writable_directory(folder_);
    info_ = {{"format", kFormat}, {"version", config.version}};
    done_.version = config.version;
    write_t2s();
    write_sovits(sovits, config);
    Json files = Json::array();
    for (const fs::path& file : done_.files) files.push_back(file.filename().string());
    info_["graphs"] = std::move(files);
    done_.files.push_back(folder_ / "model.json");
    write_file(done_.files.back(), info_.dump(2) + "\n");
    return std::move(done_);
  }

 private:
  void write(const tensor::OnnxGraph& graph) {
    cancel_.check("exporting");
    done_.files.push_back(folder_ / (graph.name + ".onnx"));
    tensor::write_onnx(done_.files.back(), graph);
  }

  void write_t2s() {
    const ModelFile file = open_model_file(models_ / "t2s.safetensors", "t2s");
    const auto config = T2sConfig::from_json(file.config, file.subject());
    const auto recorder = std::make_shared<Recorder>();
    const T2s t2s(recorder, *file.source(), config);
    write(t2s_prompt_graph(*recorder, t2s));
    write(t2s_step_graph(*recorder, t2s));
    info_["t2s"] = {{"layers", config.layers},
                    {"heads", config.heads},
                    {"head_dim", config.width / config.heads},
                    {"vocab_size", config.vocab_size},
                    {"end_token", config.eos},
                    {"phones", config.phoneme_vocab_size},
                    {"bert_dim", config.bert_dim},
                    {"max_positions", config.max_positions},
                    {"temperature", config.temperature},
                    {"spread_text", config.spread_text}};
    if (config.spread_text) write_durations();
  }

  void write_durations() {
    const ModelFile file = open_model_file(models_ / "durations.safetensors", "durations");
    Recorder recorder;
    const DurationPredictor durations(recorder, *file.source(),
                                      DurationConfig::from_json(file.config, file.subject()));
    write(durations_graph(recorder, durations));
  }

  void write_sovits(const ModelFile& file, const SovitsConfig& config) {
    Recorder recorder;
    const Sovits sovits(recorder, *file.source(), config);
    write(sovits_style_graph(recorder, sovits));
    write(sovits_encoder_graph(recorder, sovits));
    write(sovits_decoder_graph(recorder, sovits));
    info_["sovits"] = {{"sample_rate", config.sampling_rate},
                       {"filter_length", config.filter_length},
                       {"hop_length", config.hop_length},
                       {"win_length", config.win_length},
                       {"codes", config.codebook_size},
                       {"phones", config.symbols},
                       {"frames_per_code", config.frames_per_code},
                       {"latent_channels", config.inter_channels},
                       {"style_channels", config.gin_channels},
                       {"speaker_channels", config.speaker_channels},
                       {"noise_scale", config.spoken_noise},
                       {"spread_text", config.spread_text},
                       {"excitation", config.has_pitch()},
                       {"pitch_spread", config.pitch_spread}};
  }

  const fs::path& models_;
  const fs::path& folder_;
  const CancelToken& cancel_;
  Json info_;
  OnnxExport done_;
};

}  // namespace

OnnxExport write_onnx_graphs(const fs::path& models, const fs::path& folder,
                             const CancelToken& cancel) {
  return Exporter(models, folder, cancel).run();
}

}  // namespace myna::models
