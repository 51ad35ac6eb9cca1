#include "evaluation/official_weights.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/random.h"
#include "base/utf8.h"
#include "compute/cpu/cpu_backend.h"
#include "models/eres2net.h"
#include "models/hubert.h"
#include "models/model_file.h"
#include "models/roberta.h"
#include "models/sovits.h"
#include "models/t2s.h"
#include "voice/bases.h"

namespace myna::evaluation {
namespace {

using models::Init;

/// Hands out parameters in half precision and remembers them. A few thousand random values are
/// repeated: drawing hundreds of millions would take longer than all that is measured.
class SeededWeights : public models::ParameterSource {
 public:
  explicit SeededWeights(uint64_t seed) : rng_(seed), uniform_(4099) {
    for (float& v : uniform_) v = rng_.uniform(-1.0f, 1.0f);
  }
  bool contains(const std::string&) const override { return false; }
  models::Parameter get(const std::string& name, const tensor::Shape& shape, Init init) override {
    tensors[name] = made(shape, init);
    return {name, tensors[name]};
  }

  std::map<std::string, tensor::HostTensor> tensors;

 private:
  tensor::HostTensor made(const tensor::Shape& shape, Init init) const {
    float scale = init.value, shift = 0;
    if (init.kind == Init::Kind::kNormal) scale *= 1.7320508f;  // the deviation of a uniform
    if (init.kind == Init::Kind::kZeros) scale = 0;
    if (init.kind == Init::Kind::kOnes) scale = 0, shift = 1;
    if (init.kind == Init::Kind::kConstant) scale = 0, shift = init.value;
    std::vector<uint16_t> block(uniform_.size());
    std::transform(uniform_.begin(), uniform_.end(), block.begin(),
                   [&](float v) { return tensor::float_to_half(shift + scale * v); });
    const auto count = size_t(tensor::element_count(shape));
    auto values = std::make_shared<std::vector<uint16_t>>(count);
    for (size_t at = 0; at < count; at += block.size())
      std::copy_n(block.begin(), std::min(block.size(), count - at), values->begin() + long(at));
    return {tensor::DType::kF16, shape, std::as_bytes(std::span(*values)), values};
  }

  Rng rng_;
  std::vector<float> uniform_;
};

tensor::HostTensor halves(const tensor::Shape& shape, const std::vector<float>& values) {
  return tensor::HostTensor::from_floats(shape, values).cast(tensor::DType::kF16);
}

/// The last norm gives vectors whose values add up to 0.1 times their number; the end token's row
/// of the prediction takes the negative of the sum.
void never_end(std::map<std::string, tensor::HostTensor>& t2s, const models::T2sConfig& config) {
  const std::string last = config.prefix + "h.layers." + std::to_string(config.layers - 1);
  t2s[last + ".norm2.bias"] =
      halves({config.width}, std::vector<float>(size_t(config.width), 0.1f));
  tensor::HostTensor& rows = t2s[config.prefix + "ar_predict_layer.weight"];
  std::vector<float> values = rows.to_floats();
  std::fill_n(values.begin() + config.eos * config.width, config.width, -1.0f);
  rows = halves(rows.shape(), values);
}

void write(const std::filesystem::path& path, const std::string& kind, const Json& config,
           SeededWeights& weights) {
  models::write_model_file(path, kind, config, Json::object(), weights.tensors, true);
  weights.tensors.clear();
}

/// The marks, and 20,000 Chinese characters: as many tokens as the published vocabulary has of them
/// or more.
std::string vocabulary() {
  std::u32string lines = U"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n，\n。\n";
  for (char32_t c = 0x4e00; c < 0x4e00 + 20000; ++c) (lines += c) += U'\n';
  return encode_utf8(lines);
}

void write_roberta(const std::filesystem::path& bases) {
  SeededWeights weights(2);
  const models::RobertaConfig sizes;
  const Json config = {
      {"hidden_size", sizes.width},         {"intermediate_size", sizes.feed_forward},
      {"num_attention_heads", sizes.heads}, {"num_hidden_layers", sizes.layers},
      {"vocab_size", sizes.vocabulary},     {"max_position_embeddings", sizes.positions},
      {"type_vocab_size", sizes.types}};
  models::write_model_file(voice::base_file(bases, voice::BaseKind::kRoberta),
                           voice::base_part(voice::BaseKind::kRoberta).name, config,
                           {{"vocabulary", vocabulary()}}, models::compact_roberta(weights, sizes),
                           true);
}

}  // namespace

Json official_config(const std::string& version) {
  return {{"version", version},
          {"data",
           {{"sampling_rate", 32000},
            {"filter_length", 2048},
            {"hop_length", 640},
            {"win_length", 2048},
            {"n_mel_channels", 128}}},
          {"model",
           {{"inter_channels", 192},
            {"hidden_channels", 192},
            {"filter_channels", 768},
            {"n_heads", 2},
            {"n_layers", 6},
            {"kernel_size", 3},
            {"p_dropout", 0.1},
            {"resblock", "1"},
            {"resblock_kernel_sizes", {3, 7, 11}},
            {"resblock_dilation_sizes", {{1, 3, 5}, {1, 3, 5}, {1, 3, 5}}},
            {"upsample_rates", {10, 8, 2, 2, 2}},
            {"upsample_initial_channel", 512},
            {"upsample_kernel_sizes", {16, 16, 8, 2, 2}},
            {"gin_channels", version == "v2Pro" ? 1024 : 512},
            {"semantic_frame_rate", "25hz"}}}};
}

void write_official_weights(const std::filesystem::path& voice,
                            const std::filesystem::path& bases) {
  std::filesystem::create_directories(voice);
  std::filesystem::create_directories(bases);
  const std::shared_ptr<compute::Backend> backend = compute::make_cpu_backend();
  SeededWeights weights(1);

  models::T2sConfig t2s;
  t2s.precision = compute::Precision::kInt8;
  models::T2s(backend, weights, t2s);
  never_end(weights.tensors, t2s);
  write(voice / "t2s.safetensors", "t2s", t2s.to_json(), weights);

  const Json sovits = official_config("v2Pro");
  models::Sovits(*backend, weights, models::SovitsConfig::from_json(sovits, "official v2Pro"));
  write(voice / "sovits.safetensors", "sovits", sovits, weights);

  const Json hubert = {{"hidden_size", 768},
                       {"intermediate_size", 3072},
                       {"num_attention_heads", 12},
                       {"num_hidden_layers", 12}};
  models::Hubert(backend, weights, models::HubertConfig::from_json(hubert, "official HuBERT"));
  write(voice::base_file(bases, voice::BaseKind::kHubert), "hubert", hubert, weights);

  const models::Eres2netConfig speaker;
  models::Eres2net(*backend, weights, speaker);
  write(voice::base_file(bases, voice::BaseKind::kEres2net),
        voice::base_part(voice::BaseKind::kEres2net).name, speaker.to_json(), weights);
  write_roberta(bases);
}

}  // namespace myna::evaluation
