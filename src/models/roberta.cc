#include "models/roberta.h"

#include <algorithm>

#include "base/error.h"
#include "models/config_size.h"
#include "tensor/int8_matrix.h"

namespace myna::models {
namespace {

const Epilogue kGelu{.activation = compute::Activation::kGelu};
constexpr const char* kWords = "embeddings.word_embeddings.weight";
constexpr const char* kPlaces = "embeddings.position_embeddings.weight";
constexpr const char* kTypes = "embeddings.token_type_embeddings.weight";
constexpr const char* kNorm = "embeddings.LayerNorm";

/// The products of a layer, in the order of Layer::linears.
enum Part { kQuery, kKey, kValue, kOut, kUp, kDown };
constexpr std::array kPartNames = {"attention.self.query", "attention.self.key",
                                   "attention.self.value", "attention.output.dense",
                                   "intermediate.dense",   "output.dense"};
constexpr std::array kNormNames = {"attention.output.LayerNorm", "output.LayerNorm"};

std::string layer_name(int64_t layer) { return "encoder.layer." + std::to_string(layer) + "."; }
int64_t inputs_of(const RobertaConfig& c, size_t part) {
  return part == kDown ? c.feed_forward : c.width;
}
int64_t outputs_of(const RobertaConfig& c, size_t part) {
  return part == kUp ? c.feed_forward : c.width;
}

}  // namespace

RobertaConfig RobertaConfig::from_json(const Json& json, const std::string& subject) {
  constexpr int64_t kMost = 1 << 20;
  RobertaConfig c;
  const std::pair<const char*, int64_t*> sizes[] = {{"hidden_size", &c.width},
                                                    {"intermediate_size", &c.feed_forward},
                                                    {"num_attention_heads", &c.heads},
                                                    {"vocab_size", &c.vocabulary}};
  for (const auto& [key, value] : sizes) {
    *value = require<int64_t>(json, key, subject);
    read_size(json, key, *value, 1, kMost, subject);
  }
  c.layers = require<int64_t>(json, "num_hidden_layers", subject);
  read_size(json, "unused_layers", c.unused, 0, 999, subject);
  read_size(json, "num_hidden_layers", c.layers, c.unused + 1, 1000, subject);
  read_size(json, "max_position_embeddings", c.positions, 3, kMost, subject);
  read_size(json, "type_vocab_size", c.types, 1, kMost, subject);
  c.epsilon = value_or<float>(json, "layer_norm_eps", c.epsilon, subject);
  if (c.width % c.heads != 0) {
    throw Error(ErrorCode::kInvalidModel,
                "'hidden_size' must be a multiple of 'num_attention_heads'", subject);
  }
  if (value_or<std::string>(json, "hidden_act", "gelu", subject) != "gelu" ||
      value_or<std::string>(json, "position_embedding_type", "absolute", subject) != "absolute") {
    throw Error(ErrorCode::kUnsupported,
                "this is another kind of BERT (activation or positions); use "
                "chinese-roberta-wwm-ext-large",
                subject);
  }
  return c;
}

Json RobertaConfig::to_json() const {
  return {{"hidden_size", width},         {"intermediate_size", feed_forward},
          {"num_attention_heads", heads}, {"num_hidden_layers", layers},
          {"vocab_size", vocabulary},     {"max_position_embeddings", positions},
          {"type_vocab_size", types},     {"layer_norm_eps", epsilon},
          {"unused_layers", unused}};
}

Roberta::Roberta(std::shared_ptr<Backend> backend, ParameterSource& source,
                 const RobertaConfig& config, Precision precision)
    : config_(config), backend_(std::move(backend)) {
  Backend& b = *backend_;
  const int64_t width = config_.width;
  words_ = source.get(kWords, {config_.vocabulary, width}, Init::normal(1.0f)).value;
  places_ = source.get(kPlaces, {config_.positions, width}, Init::normal(1.0f)).value.to_floats();
  const std::vector<float> types =
      source.get(kTypes, {config_.types, width}, Init::normal(1.0f)).value.to_floats();
  for (size_t i = 0; i < places_.size(); ++i) places_[i] += types[i % size_t(width)];
  norm_ = LayerNorm(b, source, kNorm, width, config_.epsilon);
  for (int64_t i = 0; i < config_.depth(); ++i) {
    const std::string at = layer_name(i);
    Layer layer;
    for (size_t part = 0; part < kPartNames.size(); ++part) {
      layer.linears[part] = Linear(b, source, at + kPartNames[part], inputs_of(config_, part),
                                   outputs_of(config_, part), {.precision = precision});
    }
    layer.attention_norm = LayerNorm(b, source, at + kNormNames[0], width, config_.epsilon);
    layer.output_norm = LayerNorm(b, source, at + kNormNames[1], width, config_.epsilon);
    layers_.push_back(std::move(layer));
  }
}

Tensor Roberta::embed(std::span<const int64_t> ids) const {
  const auto width = size_t(config_.width), row = words_.bytes().size() / size_t(words_.dim(0));
  std::vector<float> sum(places_.begin(), places_.begin() + std::ptrdiff_t(ids.size() * width));
  for (size_t t = 0; t < ids.size(); ++t) {
    if (ids[t] < 0 || ids[t] >= config_.vocabulary) {
      throw Error(ErrorCode::kInvalidModel, "word id " + std::to_string(ids[t]) +
                                                " is outside the vocabulary of " +
                                                std::to_string(config_.vocabulary) +
                                                "; vocabulary and network do not belong together");
    }
    const HostTensor word(words_.dtype(), {config_.width},
                          words_.bytes().subspan(size_t(ids[t]) * row, row), nullptr);
    const std::vector<float> values = word.to_floats();
    for (size_t i = 0; i < width; ++i) sum[t * width + i] += values[i];
  }
  const Tensor x = backend_->from_host(
      HostTensor::from_floats({1, int64_t(ids.size()), config_.width}, std::move(sum)));
  return norm_(*backend_, x);
}

Tensor Roberta::run_layer(const Layer& layer, const Tensor& x) const {
  Backend& b = *backend_;
  const auto& part = layer.linears;
  const Tensor attended =
      b.attention(part[kQuery](b, x), part[kKey](b, x), part[kValue](b, x), config_.heads);
  const Tensor y = layer.attention_norm(b, part[kOut](b, attended, {.residual = x}));
  return layer.output_norm(b, part[kDown](b, part[kUp](b, y, kGelu), {.residual = y}));
}

Tensor Roberta::forward(std::span<const int64_t> ids, const Probe& probe) const {
  if (ids.empty() || std::ssize(ids) > config_.positions) {
    throw Error(ErrorCode::kInternal, "a text of " + std::to_string(ids.size()) +
                                          " ids is given to a network of " +
                                          std::to_string(config_.positions) + " positions");
  }
  Tensor x = embed(ids);
  if (probe) probe("embed", x);
  for (size_t i = 0; i < layers_.size(); ++i) {
    x = run_layer(layers_[i], x);
    if (probe) probe("hidden_" + std::to_string(i + 1), x);
  }
  return x;
}

std::map<std::string, HostTensor> compact_roberta(ParameterSource& source,
                                                  const RobertaConfig& config) {
  std::map<std::string, HostTensor> out;
  const auto keep = [&](const std::string& name, const Shape& shape, tensor::DType dtype) {
    out[name] = source.get(name, shape, Init::zeros()).value.cast(dtype);
  };
  const auto keep_norm = [&](const std::string& name) {
    keep(name + ".weight", {config.width}, tensor::DType::kF32);
    keep(name + ".bias", {config.width}, tensor::DType::kF32);
  };
  keep(kWords, {config.vocabulary, config.width}, tensor::DType::kF16);
  keep(kPlaces, {config.positions, config.width}, tensor::DType::kF32);
  keep(kTypes, {config.types, config.width}, tensor::DType::kF32);
  keep_norm(kNorm);
  for (int64_t i = 0; i < config.depth(); ++i) {
    const std::string at = layer_name(i);
    for (size_t part = 0; part < kPartNames.size(); ++part) {
      const std::string name = at + kPartNames[part];
      const int64_t rows = outputs_of(config, part), columns = inputs_of(config, part);
      out[name + ".weight" + tensor::kInt8Suffix] =
          tensor::pack_int8(source.get(name + ".weight", {rows, columns}, Init::zeros()).value);
      keep(name + ".bias", {rows}, tensor::DType::kF32);
    }
    for (const char* norm : kNormNames) keep_norm(at + norm);
  }
  return out;
}

}  // namespace myna::models
