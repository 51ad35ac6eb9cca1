#include "models/letter_network.h"

#include <algorithm>

#include "base/error.h"
#include "models/config_size.h"

namespace myna::models {
namespace {

constexpr int64_t kAlphabet = 26;
// A reading must not depend on the machine, and the network is small.
constexpr Precision kPrecision = Precision::kF32;

/// Of the sounds read so far; behind the sounds in the table of the history.
enum Stress : int64_t { kNoVowel = 1, kNoMainStress = 2, kMainStress = 3 };

}  // namespace

std::vector<int64_t> letters_of(std::string_view word) {
  std::vector<int64_t> out;
  for (const char c : word)
    if (c >= 'a' && c <= 'z') out.push_back(c - 'a');
  return out;
}

std::vector<int64_t> LetterConfig::history_of(std::span<const int64_t> sounds_so_far) const {
  std::vector<int64_t> out;
  const auto count = int64_t(sounds_so_far.size());
  for (int64_t k = 1; k <= history; ++k)
    out.push_back(k <= count ? sounds_so_far[size_t(count - k)] : classes());
  int64_t stress = kNoVowel;
  for (const int64_t sound : sounds_so_far) {
    const std::string& phones = sounds[size_t(sound)];
    if (phones.find('1') != std::string::npos) stress = kMainStress;
    if (stress == kNoVowel && phones.find_first_of("02") != std::string::npos)
      stress = kNoMainStress;
  }
  out.push_back(classes() + stress);
  return out;
}

LetterConfig LetterConfig::from_json(const Json& json, const std::string& subject) {
  LetterConfig c;
  const auto size = [&](const char* key, int64_t& value, int64_t low, int64_t high) {
    read_size(json, key, value, low, high, subject);
  };
  size("dim", c.dim, 8, 4096);
  size("layers", c.layers, 1, 64);
  size("heads", c.heads, 1, 64);
  size("ffn", c.ffn, 8, 16384);
  size("conv_kernel", c.conv_kernel, 1, 127);
  size("history", c.history, 1, 64);
  size("history_dim", c.history_dim, 1, 1024);
  size("choice_layers", c.choice_layers, 0, 16);
  c.dropout = value_or<float>(json, "dropout", c.dropout, subject);
  c.sounds = value_or<std::vector<std::string>>(json, "sounds", c.sounds, subject);
  if (c.conv_kernel % 2 == 0 || c.dim % c.heads != 0)
    throw Error(ErrorCode::kInvalidModel, "'conv_kernel' must be odd and 'heads' must divide 'dim'",
                subject);
  if (c.sounds.empty())
    throw Error(ErrorCode::kInvalidModel, "'sounds' is empty; take the file from the repository",
                subject);
  return c;
}

Json LetterConfig::to_json() const {
  return {{"dim", dim},
          {"layers", layers},
          {"heads", heads},
          {"ffn", ffn},
          {"conv_kernel", conv_kernel},
          {"history", history},
          {"history_dim", history_dim},
          {"choice_layers", choice_layers},
          {"dropout", dropout},
          {"sounds", sounds}};
}

LetterNetwork::LetterNetwork(Backend& backend, ParameterSource& source, LetterConfig config)
    : backend_(&backend), config_(std::move(config)) {
  const int64_t dim = config_.dim;
  ConformerSpec layer;
  layer.dim = dim;
  layer.heads = config_.heads;
  layer.ffn = config_.ffn;
  layer.kernel = config_.conv_kernel;
  layer.dropout = config_.dropout;
  layer.precision = kPrecision;
  Linear::Options options;
  options.precision = kPrecision;
  const auto linear = [&](const std::string& name, int64_t in, int64_t out) {
    return Linear(backend, source, name, in, out, options);
  };
  letters_ = Embedding(backend, source, "letters", kAlphabet, dim);
  for (int64_t i = 0; i < config_.layers; ++i)
    layers_.emplace_back(backend, source, "layers." + std::to_string(i), layer);
  norm_ = LayerNorm(backend, source, "norm", dim);
  history_ = Embedding(backend, source, "history", config_.history_rows(), config_.history_dim);
  from_history_ = linear("from_history", (config_.history + 1) * config_.history_dim, dim);
  for (int64_t i = 0; i < config_.choice_layers; ++i) {
    const std::string name = "choice." + std::to_string(i);
    choices_.push_back({LayerNorm(backend, source, name + ".norm", dim),
                        linear(name + ".up", dim, config_.ffn),
                        linear(name + ".down", config_.ffn, dim)});
  }
  output_norm_ = LayerNorm(backend, source, "output_norm", dim);
  output_ = linear("output", dim, config_.classes());
}

Tensor LetterNetwork::encode(const Tensor& letters, const compute::Lengths& lengths) const {
  Backend& b = *backend_;
  Tensor x = b.dropout(letters_(b, letters), config_.dropout);
  for (const ConformerLayer& layer : layers_) x = layer(b, x, lengths);
  return norm_(b, x);
}

Tensor LetterNetwork::choose(const Tensor& encoded, const Tensor& history) const {
  Backend& b = *backend_;
  const Shape& shape = history.shape();
  const Tensor past = b.reshape(b.dropout(history_(b, history), config_.dropout),
                                {shape[0], shape[1], shape[2] * config_.history_dim});
  Tensor x = from_history_(b, past, {.residual = encoded});
  for (const Choice& choice : choices_) {
    const Tensor y = choice.up(b, choice.norm(b, x), {.activation = compute::Activation::kSilu});
    x = b.add(x, b.dropout(choice.down(b, y), config_.dropout));
  }
  return output_(b, output_norm_(b, x));
}

}  // namespace myna::models
