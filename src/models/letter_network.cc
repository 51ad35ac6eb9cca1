#include "models/letter_network.h"

#include <algorithm>

#include "base/error.h"
#include "models/config_size.h"

namespace myna::models {
namespace {

constexpr int64_t kAlphabet = 26;

}  // namespace

std::vector<int64_t> LetterConfig::frames(std::string_view word) const {
  std::vector<int64_t> out;
  for (const char c : word) {
    if (c < 'a' || c > 'z') continue;
    for (int64_t k = 0; k < frames_per_letter; ++k)
      out.push_back((c - 'a') * frames_per_letter + k);
  }
  return out;
}

LetterConfig LetterConfig::from_json(const Json& json, const std::string& subject) {
  LetterConfig c;
  const auto size = [&](const char* key, int64_t& value, int64_t low, int64_t high) {
    read_size(json, key, value, low, high, subject);
  };
  size("frames_per_letter", c.frames_per_letter, 1, 8);
  size("dim", c.dim, 8, 4096);
  size("layers", c.layers, 1, 64);
  size("heads", c.heads, 1, 64);
  size("ffn", c.ffn, 8, 16384);
  size("conv_kernel", c.conv_kernel, 1, 127);
  c.refine = value_or<std::vector<int64_t>>(json, "refine", c.refine, subject);
  c.phones = value_or<std::vector<std::string>>(json, "phones", c.phones, subject);
  c.dropout = value_or<float>(json, "dropout", c.dropout, subject);
  const bool refines = std::all_of(c.refine.begin(), c.refine.end(),
                                   [&](int64_t layer) { return layer >= 1 && layer < c.layers; });
  if (!refines || c.conv_kernel % 2 == 0 || c.dim % c.heads != 0)
    throw Error(ErrorCode::kInvalidModel,
                "'refine' must name layers below the last, 'conv_kernel' must be odd and 'heads' "
                "must divide 'dim'",
                subject);
  return c;
}

Json LetterConfig::to_json() const {
  return {{"frames_per_letter", frames_per_letter},
          {"dim", dim},
          {"layers", layers},
          {"heads", heads},
          {"ffn", ffn},
          {"conv_kernel", conv_kernel},
          {"refine", refine},
          {"phones", phones},
          {"dropout", dropout}};
}

void keep_one_main_stress(std::vector<std::string>* phones) {
  bool stressed = false;
  for (std::string& p : *phones) {
    if (p.back() != '1') continue;
    if (stressed) p.back() = '2';
    stressed = true;
  }
  if (stressed) return;
  const auto vowel = std::find_if(phones->begin(), phones->end(), [](const std::string& p) {
    return p.back() >= '0' && p.back() <= '2';
  });
  if (vowel != phones->end()) vowel->back() = '1';
}

LetterNetwork::LetterNetwork(Backend& backend, ParameterSource& source, LetterConfig config)
    : backend_(&backend), config_(std::move(config)) {
  // A reading must not depend on the machine, and the network is small.
  constexpr Precision kPrecision = Precision::kF32;
  const int64_t dim = config_.dim;
  letters_ = Embedding(backend, source, "letters", kAlphabet * config_.frames_per_letter, dim);
  ConformerSpec layer;
  layer.dim = dim;
  layer.heads = config_.heads;
  layer.ffn = config_.ffn;
  layer.kernel = config_.conv_kernel;
  layer.dropout = config_.dropout;
  layer.precision = kPrecision;
  for (int64_t i = 0; i < config_.layers; ++i)
    layers_.emplace_back(backend, source, "layers." + std::to_string(i), layer);
  Linear::Options options;
  options.precision = kPrecision;
  norm_ = LayerNorm(backend, source, "norm", dim);
  output_ = Linear(backend, source, "output", dim, config_.classes(), options);
  feedback_ = Linear(backend, source, "feedback", config_.classes(), dim, options);
}

LetterOutput LetterNetwork::forward(const Tensor& frames, const compute::Lengths& lengths) const {
  Backend& b = *backend_;
  LetterOutput out;
  Tensor x = b.dropout(letters_(b, frames), config_.dropout);
  for (int64_t i = 0; i < config_.layers; ++i) {
    x = layers_[size_t(i)](b, x, lengths);
    if (std::find(config_.refine.begin(), config_.refine.end(), i + 1) == config_.refine.end())
      continue;
    const Tensor logits = output_(b, norm_(b, x));
    x = b.add(x, feedback_(b, b.softmax(logits)));
    out.earlier.push_back(logits);
  }
  out.logits = output_(b, norm_(b, x));
  return out;
}

}  // namespace myna::models
