// Checkpoints of reduced networks, written as the reference's trainers write theirs: every tensor
// and key of the official layout, a few channels wide, with fresh weights.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/files.h"
#include "compute/cpu/cpu_backend.h"
#include "models/eres2net.h"
#include "models/hubert.h"
#include "models/roberta.h"
#include "models/sovits.h"
#include "models/t2s.h"
#include "support/tiny_base.h"
#include "support/torch_writer.h"

namespace myna::testing {

using Weights = std::map<std::string, tensor::HostTensor>;

inline constexpr int kReducedContent = 24, kReducedCodes = 48;

inline bool is_pro(const std::string& version) { return version.starts_with("v2Pro"); }

inline models::Eres2netConfig reduced_eres2net_config() {
  models::Eres2netConfig config;
  config.channels = 4;
  config.blocks = {1, 1, 1, 1};
  config.widths = {2, 3, 4, 8};
  config.outputs = {8, 12, 16, 24};
  config.groups = 2;
  return config;
}

inline Weights halved(const Weights& weights) {
  Weights out;
  for (const auto& [name, value] : weights) out[name] = value.cast(tensor::DType::kF16);
  return out;
}

inline Json reduced_t2s_config(const std::string& version) {
  return {{"model",
           {{"vocab_size", kReducedCodes + 1},
            {"phoneme_vocab_size", version == "v1" ? 512 : 732},
            {"embedding_dim", 32},
            {"hidden_dim", 32},
            {"head", 4},
            {"linear_units", 128},
            {"n_layer", 2},
            {"dropout", 0},
            {"EOS", kReducedCodes},
            {"bert_dim", 1024}}},
          {"data", {{"max_sec", 54}}}};
}

inline Weights reduced_t2s(const std::string& version, uint64_t seed = 5) {
  RecordingSource source(seed);
  models::T2s(compute::make_cpu_backend(), source,
              models::T2sConfig::from_json(reduced_t2s_config(version).at("model"), "test"));
  return halved(source.tensors);
}

inline Json reduced_sovits_config(const std::string& version) {
  return {{"data",
           {{"sampling_rate", 32000},
            {"filter_length", 2048},
            {"hop_length", 640},
            {"win_length", 2048},
            {"n_mel_channels", 128},
            {"mel_fmin", 0.0},
            {"mel_fmax", nullptr},
            {"exp_dir", "logs/secret"}}},
          {"model",
           {{"inter_channels", 16},
            {"hidden_channels", 16},
            {"filter_channels", 32},
            {"n_heads", 2},
            {"n_layers", 2},
            {"kernel_size", 3},
            {"p_dropout", 0.1},
            {"resblock", "1"},
            {"resblock_kernel_sizes", {3, 7}},
            {"resblock_dilation_sizes", {{1, 3}, {1, 3}}},
            {"upsample_rates", {10, 8, 2, 2, 2}},
            {"upsample_kernel_sizes", {16, 16, 8, 2, 2}},
            {"upsample_initial_channel", 32},
            {"gin_channels", is_pro(version) ? 24 : 16},
            {"semantic_frame_rate", "25hz"},
            {"freeze_quantizer", true},
            {"ssl_dim", kReducedContent},
            {"codebook_size", kReducedCodes},
            {"style_hidden", 16},
            {"mrte_channels", 16},
            {"mrte_heads", 2},
            {"version", version}}},
          {"version", version}};
}

inline Weights reduced_sovits(const std::string& version, uint64_t seed = 7) {
  RecordingSource source(seed);
  const auto backend = compute::make_cpu_backend();
  Json config = reduced_sovits_config(version);
  // Checkpoints do not state it.
  config["model"]["speaker_channels"] = reduced_eres2net_config().vector_size();
  models::Sovits(*backend, source, models::SovitsConfig::from_json(config, "test"));
  // Fresh decoders are so quiet that nothing of their input is left in what they say.
  for (auto& [name, value] : source.tensors) {
    if (!name.starts_with("dec.") || !name.ends_with("weight_g")) continue;
    value = tensor::HostTensor::from_floats(value.shape(),
                                            std::vector<float>(size_t(value.count()), 1.0f));
  }
  return halved(source.tensors);
}

inline void write_reduced_gpt(const std::filesystem::path& path, const std::string& version) {
  write_file(path, checkpoint_of(reduced_t2s(version), reduced_t2s_config(version)));
}

inline void write_reduced_sovits(const std::filesystem::path& path, const std::string& version) {
  const std::string mark = version == "v2Pro" ? "05" : version == "v2ProPlus" ? "06" : "";
  write_file(path,
             checkpoint_of(reduced_sovits(version), reduced_sovits_config(version), true, mark));
}

inline Json reduced_hubert_config() {
  return {{"conv_dim", {8, 8, 8, 8, 8, 8, 8}},
          {"conv_kernel", {10, 3, 3, 3, 3, 2, 2}},
          {"conv_stride", {5, 2, 2, 2, 2, 2, 2}},
          {"hidden_size", kReducedContent},
          {"intermediate_size", 32},
          {"num_attention_heads", 2},
          {"num_hidden_layers", 1},
          {"num_conv_pos_embeddings", 8},
          {"num_conv_pos_embedding_groups", 2}};
}

/// ERes2NetV2 with the tensors that only its own training and use need.
inline void write_reduced_eres2net(const std::filesystem::path& path,
                                   const models::Eres2netConfig& config, uint64_t seed = 11) {
  RecordingSource source(seed);
  models::Eres2net(*compute::make_cpu_backend(), source, config);
  source.tensors["seg_1.weight"] = tensor::HostTensor::zeros({4, 2 * config.vector_size()});
  source.tensors["bn1.num_batches_tracked"] = tensor::HostTensor::from_ints({1}, {0});
  std::filesystem::create_directories(path.parent_path());
  PickleWriter writer;
  writer.tensors(source.tensors);
  write_file(path, writer.zip());
}

/// A folder as of the pretrained models with reduced networks in it.
inline void write_reduced_base(const std::filesystem::path& folder) {
  RecordingSource source(9);
  models::Hubert(compute::make_cpu_backend(), source,
                 models::HubertConfig::from_json(reduced_hubert_config(), "test"));
  const auto hubert = folder / "chinese-hubert-base";
  std::filesystem::create_directories(hubert);
  write_file(hubert / "config.json", reduced_hubert_config().dump());
  PickleWriter writer;
  writer.tensors(source.tensors);
  write_file(hubert / "pytorch_model.bin", writer.zip());
  write_reduced_eres2net(folder / "sv" / "pretrained_eres2netv2w24s4ep4.ckpt",
                         reduced_eres2net_config());
}

/// As wide as the text-to-semantic models want it, one layer deep.
inline Json reduced_roberta_config() {
  return {{"hidden_size", 1024},    {"intermediate_size", 32}, {"num_attention_heads", 2},
          {"num_hidden_layers", 3}, {"vocab_size", 12},        {"max_position_embeddings", 16},
          {"hidden_act", "gelu"}};
}

/// Adds a reduced chinese-roberta-wwm-ext-large, whose vocabulary knows 你 and 好; `old_names`: its
/// norms as older files call them.
inline void write_reduced_roberta(const std::filesystem::path& folder, bool old_names = false) {
  RecordingSource source(11);
  models::Roberta(compute::make_cpu_backend(), source,
                  models::RobertaConfig::from_json(reduced_roberta_config(), "test"));
  // Far from zero, so that networks of fresh weights notice whether it is read.
  source.tensors["encoder.layer.0.output.LayerNorm.bias"] =
      tensor::HostTensor::from_floats({1024}, std::vector<float>(1024, 100.0f));
  Weights weights;
  for (const auto& [name, value] : source.tensors) {
    std::string stored = "bert." + name;
    if (old_names && name.find("LayerNorm") != std::string::npos)
      stored = stored.substr(0, stored.rfind('.')) + (name.ends_with("bias") ? ".beta" : ".gamma");
    weights[stored] = value.cast(tensor::DType::kF16);
  }
  weights["cls.predictions.bias"] = tensor::HostTensor::zeros({12});
  const auto roberta = folder / "chinese-roberta-wwm-ext-large";
  std::filesystem::create_directories(roberta);
  write_file(roberta / "config.json", reduced_roberta_config().dump());
  const Json words = {{"[PAD]", 0}, {"[UNK]", 1}, {"[CLS]", 2}, {"[SEP]", 3},
                      {"你", 4},    {"好", 5},    {".", 6},     {",", 7}};
  write_file(roberta / "tokenizer.json",
             Json({{"model", {{"type", "WordPiece"}, {"vocab", words}}}}).dump());
  PickleWriter writer;
  writer.tensors(weights);
  write_file(roberta / "pytorch_model.bin", writer.zip());
}

}  // namespace myna::testing
