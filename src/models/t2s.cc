#include "models/t2s.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "compute/symbolic_size.h"

namespace myna::models {
namespace {

using compute::Activation;
using compute::AttentionMask;

constexpr double kPositionBase = 10000.0;
constexpr float kLayerNormEpsilon = 1e-5f;

/// Sinusoids with sine and cosine interleaved: [count, width].
HostTensor position_table(int64_t count, int64_t width) {
  std::vector<float> table(size_t(count * width));
  for (int64_t i = 0; i < width; i += 2) {
    // The reference computes the frequencies in f32.
    const float frequency = std::exp(float(i) * float(-std::log(kPositionBase) / double(width)));
    for (int64_t position = 0; position < count; ++position) {
      const float angle = float(position) * frequency;
      table[size_t(position * width + i)] = std::sin(angle);
      if (i + 1 < width) table[size_t(position * width + i + 1)] = std::cos(angle);
    }
  }
  return HostTensor::from_floats({count, width}, std::move(table));
}

}  // namespace

T2sConfig T2sConfig::from_json(const Json& json, const std::string& subject) {
  T2sConfig config;
  config.width = require<int64_t>(json, "hidden_dim", subject);
  if (value_or<int64_t>(json, "embedding_dim", config.width, subject) != config.width) {
    throw Error(ErrorCode::kInvalidModel,
                "embedding_dim and hidden_dim differ, which this network does not have", subject);
  }
  config.heads = require<int64_t>(json, "head", subject);
  config.layers = require<int64_t>(json, "n_layer", subject);
  config.vocab_size = require<int64_t>(json, "vocab_size", subject);
  config.phoneme_vocab_size = require<int64_t>(json, "phoneme_vocab_size", subject);
  config.eos = require<int64_t>(json, "EOS", subject);
  config.feed_forward = value_or<int64_t>(json, "ffn_dim", 4 * config.width, subject);
  config.bert_dim = value_or<int64_t>(json, "bert_dim", config.bert_dim, subject);
  config.max_positions = value_or<int64_t>(json, "max_positions", config.max_positions, subject);
  config.embedding_dropout = value_or<float>(json, "dropout", 0.0f, subject);
  config.position_dropout =
      value_or<float>(json, "position_dropout", config.position_dropout, subject);
  config.layer_dropout = value_or<float>(json, "layer_dropout", config.layer_dropout, subject);
  config.spread_text = value_or<bool>(json, "spread_text", config.spread_text, subject);
  config.temperature = value_or<float>(json, "temperature", config.temperature, subject);
  config.prefix = value_or<std::string>(json, "prefix", config.prefix, subject);
  config.check(subject);
  return config;
}

Json T2sConfig::to_json() const {
  return {{"hidden_dim", width},
          {"spread_text", spread_text},
          {"temperature", temperature},
          {"embedding_dim", width},
          {"head", heads},
          {"n_layer", layers},
          {"vocab_size", vocab_size},
          {"phoneme_vocab_size", phoneme_vocab_size},
          {"EOS", eos},
          {"ffn_dim", feed_forward},
          {"bert_dim", bert_dim},
          {"max_positions", max_positions},
          {"dropout", embedding_dropout},
          {"position_dropout", position_dropout},
          {"layer_dropout", layer_dropout},
          {"prefix", prefix}};
}

void T2sConfig::check(const std::string& subject) const {
  constexpr int64_t kMost = 1 << 20;
  const auto fail = [&subject](const std::string& what) {
    throw Error(ErrorCode::kInvalidModel, "the text-to-semantic configuration has " + what,
                subject);
  };
  if (!(temperature > 0.0f && temperature <= 2.0f)) fail("a temperature outside 0 to 2");
  const std::pair<const char*, int64_t> sizes[] = {{"hidden_dim", width},
                                                   {"head", heads},
                                                   {"n_layer", layers},
                                                   {"vocab_size", vocab_size},
                                                   {"ffn_dim", feed_forward},
                                                   {"phoneme_vocab_size", phoneme_vocab_size},
                                                   {"max_positions", max_positions}};
  for (const auto& [key, value] : sizes) {
    if (value < 1 || value > kMost) fail(std::string("an impossible ") + key);
  }
  if (width % heads != 0) fail("a hidden_dim that its head count does not divide");
  if (eos < 0 || eos >= vocab_size) fail("an EOS outside its vocabulary");
  if (bert_dim < 0 || bert_dim > kMost) fail("an impossible bert_dim");
}

T2s::T2s(std::shared_ptr<Backend> backend, ParameterSource& source, const T2sConfig& config)
    : config_(config), backend_(std::move(backend)) {
  config_.check("t2s");
  Backend& b = *backend_;
  const std::string& p = config_.prefix;
  const int64_t width = config_.width;
  phones_ = Embedding(b, source, p + "ar_text_embedding.word_embeddings",
                      config_.phoneme_vocab_size, width);
  tokens_ =
      Embedding(b, source, p + "ar_audio_embedding.word_embeddings", config_.vocab_size, width);
  text_alpha_ = b.parameter(source.get(p + "ar_text_position.alpha", {1}, Init::ones()));
  token_alpha_ = b.parameter(source.get(p + "ar_audio_position.alpha", {1}, Init::ones()));
  positions_ = b.buffer({p + "position_table", position_table(config_.max_positions, width)});
  if (config_.bert_dim > 0) {
    bert_ = Linear(b, source, p + "bert_proj", config_.bert_dim, width);
  }

  Linear::Options options;
  options.precision = config_.precision;
  options.bias_init = Init::zeros();
  layers_.resize(size_t(config_.layers));
  for (size_t i = 0; i < layers_.size(); ++i) {
    const std::string name = p + "h.layers." + std::to_string(i) + ".";
    Layer& layer = layers_[i];
    const float xavier = std::sqrt(6.0f / float(4 * width));
    layer.in_proj = Linear(
        b, {width, 3 * width, config_.precision},
        source.get(name + "self_attn.in_proj_weight", {3 * width, width}, Init::uniform(xavier)),
        source.get(name + "self_attn.in_proj_bias", {3 * width}, Init::zeros()));
    layer.out_proj = Linear(b, source, name + "self_attn.out_proj", width, width, options);
    layer.linear1 = Linear(b, source, name + "linear1", width, config_.feed_forward, options);
    layer.linear2 = Linear(b, source, name + "linear2", config_.feed_forward, width, options);
    layer.norm1 = LayerNorm(b, source, name + "norm1", width, kLayerNormEpsilon);
    layer.norm2 = LayerNorm(b, source, name + "norm2", width, kLayerNormEpsilon);
  }
  Linear::Options head;
  head.bias = false;
  head.precision = config_.precision;
  predict_ = Linear(b, source, p + "ar_predict_layer", width, config_.vocab_size, head);
}

void T2s::check_positions(int64_t count, const char* what) const {
  if (count > config_.max_positions && !compute::is_symbolic(count)) {
    throw Error(ErrorCode::kUnsupported,
                "a sequence of " + std::to_string(count) + " " + what + " is longer than the " +
                    std::to_string(config_.max_positions) +
                    " that this model has positions for; split the text into shorter sentences");
  }
}

Tensor T2s::add_positions(const Tensor& x, const Tensor& alpha) const {
  const Tensor table = backend_->slice(positions_, 0, 0, x.dim(1));
  const Tensor sum = backend_->add(x, backend_->mul(table, alpha));
  return backend_->dropout(sum, config_.position_dropout);
}

Tensor T2s::embed_text(const Tensor& phones, const Tensor& bert) const {
  Backend& b = *backend_;
  check_positions(phones.dim(1), "phones");
  Tensor x = b.dropout(phones_(b, phones), config_.embedding_dropout);
  if (config_.bert_dim > 0) {
    Tensor features = bert;
    if (!features) {
      features = b.from_host(HostTensor::zeros({phones.dim(0), phones.dim(1), config_.bert_dim}));
    }
    Epilogue sum;
    sum.residual = x;
    x = bert_(b, features, sum);
  }
  return add_positions(x, text_alpha_);
}

Tensor T2s::embed_tokens(const Tensor& tokens) const {
  check_positions(tokens.dim(1), "tokens");
  const Tensor x = tokens_(*backend_, tokens);
  return add_positions(backend_->dropout(x, config_.embedding_dropout), token_alpha_);
}

std::unique_ptr<compute::KvCache> T2s::make_cache(int64_t rows, int64_t capacity) const {
  return backend_->make_kv_cache(config_.layers, rows, config_.width, config_.heads, capacity);
}

T2s::Qkv T2s::project(const Layer& layer, const Tensor& x) const {
  const int64_t width = config_.width;
  const Tensor all = layer.in_proj(*backend_, x);
  return {backend_->slice(all, -1, 0, width), backend_->slice(all, -1, width, 2 * width),
          backend_->slice(all, -1, 2 * width, 3 * width)};
}

Tensor T2s::finish_layer(const Layer& layer, const Tensor& x, const Tensor& attended,
                         float dropout) const {
  Backend& b = *backend_;
  Epilogue relu;
  relu.activation = Activation::kRelu;
  const auto with_residual = [&](const Linear& linear, const Tensor& in, const Tensor& residual) {
    if (dropout > 0.0f) return b.add(b.dropout(linear(b, in), dropout), residual);
    Epilogue sum;
    sum.residual = residual;
    return linear(b, in, sum);
  };
  const Tensor y = layer.norm1(b, with_residual(layer.out_proj, attended, x));
  const Tensor inner = b.dropout(layer.linear1(b, y, relu), dropout);
  return layer.norm2(b, with_residual(layer.linear2, inner, y));
}

T2s::Prompt T2s::prompt(compute::KvCache& cache, int64_t row, const Tensor& phones,
                        const Tensor& bert, const Tensor& tokens) const {
  Backend& b = *backend_;
  Tensor x = embed_text(phones, bert);
  AttentionMask mask;
  mask.kind = AttentionMask::Kind::kPrefixCausal;
  mask.prefix = x.dim(1);
  if (tokens && tokens.dim(1) > 0) x = b.concat({x, embed_tokens(tokens)}, 1);

  Prompt result;
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Qkv qkv = project(layers_[i], x);
    b.cache_fill(cache, int64_t(i), row, qkv.k, qkv.v);
    if (i == 0) result.v_first = qkv.v;
    if (i + 1 == layers_.size()) result.k_last = qkv.k;
    const Tensor attended = b.attention(qkv.q, qkv.k, qkv.v, config_.heads, mask);
    x = finish_layer(layers_[i], x, attended, 0.0f);
  }
  result.hidden = x;
  const int64_t length = x.dim(1);
  const Tensor last = b.reshape(b.slice(x, 1, length - 1, length), {1, config_.width});
  result.logits = predict_(b, last);
  return result;
}

Tensor T2s::step(compute::KvCache& cache, std::span<const int64_t> tokens,
                 std::span<const int64_t> positions) const {
  const auto rows = int64_t(tokens.size());
  if (rows != cache.rows() || positions.size() != tokens.size()) {
    throw Error(ErrorCode::kInternal, "a decoding step needs one token and position per row");
  }
  check_positions(*std::max_element(positions.begin(), positions.end()) + 1, "tokens");
  const auto ids = [&](std::span<const int64_t> values) {
    return backend_->from_host(HostTensor::from_ints({rows, 1}, {values.begin(), values.end()}));
  };
  return step(cache, ids(tokens), ids(positions));
}

Tensor T2s::step(compute::KvCache& cache, const Tensor& tokens, const Tensor& positions) const {
  Backend& b = *backend_;
  const Tensor place = b.embedding(positions, positions_);
  Tensor x = b.add(tokens_(b, tokens), b.mul(place, token_alpha_));
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Qkv qkv = project(layers_[i], x);
    const Tensor attended = b.cached_attention(cache, int64_t(i), qkv.q, qkv.k, qkv.v);
    x = finish_layer(layers_[i], x, attended, 0.0f);
  }
  return predict_(b, b.reshape(x, {tokens.dim(0), config_.width}));
}

/// Per row the position before the tokens that the row really has: [B, 1, width].
Tensor T2s::last_of_prefix(const Tensor& x, int64_t prefix, const compute::Lengths& lengths) const {
  Backend& b = *backend_;
  const bool padded = std::any_of(lengths.begin(), lengths.end(),
                                  [prefix](int64_t length) { return length != prefix; });
  if (!padded) return b.slice(x, 1, prefix - 1, prefix);
  std::vector<Tensor> rows;
  for (int64_t row = 0; row < x.dim(0); ++row) {
    const int64_t length = lengths[size_t(row)];
    rows.push_back(b.slice(b.slice(x, 0, row, row + 1), 1, length - 1, length));
  }
  return b.concat(rows, 0);
}

Tensor T2s::train_embedded(const Tensor& text, const compute::Lengths& phone_lengths,
                           const Tensor& tokens, const compute::Lengths& token_lengths,
                           Trace* trace) const {
  Backend& b = *backend_;
  Tensor x = b.concat({text, embed_tokens(tokens)}, 1);
  const int64_t prefix = text.dim(1);
  AttentionMask mask;
  mask.kind = AttentionMask::Kind::kPrefixCausal;
  mask.prefix = prefix;
  mask.prefix_lengths = phone_lengths;
  for (const int64_t length : token_lengths) mask.key_lengths.push_back(prefix + length);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Qkv qkv = project(layers_[i], x);
    if (trace != nullptr && trace->layer == int64_t(i)) trace->q = qkv.q, trace->k = qkv.k;
    const Tensor attended = b.attention(qkv.q, qkv.k, qkv.v, config_.heads, mask);
    x = finish_layer(layers_[i], x, attended, config_.layer_dropout);
  }
  const Tensor first = last_of_prefix(x, prefix, phone_lengths);
  return predict_(b, b.concat({first, b.slice(x, 1, prefix, x.dim(1))}, 1));
}

T2sTargets t2s_targets(const std::vector<std::vector<int64_t>>& tokens, int64_t eos) {
  T2sTargets result;
  result.rows = int64_t(tokens.size());
  for (const auto& row : tokens) result.columns = std::max(result.columns, int64_t(row.size()));
  for (const auto& row : tokens) {
    result.inputs.insert(result.inputs.end(), row.begin(), row.end());
    result.inputs.resize(result.inputs.size() + size_t(result.columns) - row.size(), eos);
    result.targets.insert(result.targets.end(), row.begin(), row.end());
    result.targets.resize(result.targets.size() + size_t(result.columns) + 1 - row.size(), eos);
  }
  return result;
}

}  // namespace myna::models
