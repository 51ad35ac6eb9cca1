#include "models/g2pw.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "models/config_size.h"

namespace myna::models {
namespace {

constexpr int64_t kMost = 1 << 20;
constexpr const char* kFirst = "candidates.first";
constexpr const char* kReading = "candidates.reading";
constexpr const char* kDescriptors = "descriptors";
constexpr const char* kHeads[] = {"classifier", "pos_classifier"};
constexpr float kLeast = 1e-6f;  ///< bounds of probabilities, as published

HostTensor transposed(const HostTensor& matrix) {
  const int64_t rows = matrix.dim(0), columns = matrix.dim(1);
  const std::span<const float> from = matrix.f32();
  std::vector<float> to(from.size());
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) to[size_t(j * rows + i)] = from[size_t(i * columns + j)];
  return HostTensor::from_floats({columns, rows}, std::move(to));
}

[[noreturn]] void refuse(const std::string& what, const std::string& subject) {
  throw Error(ErrorCode::kInvalidModel, what, subject);
}

}  // namespace

G2pwConfig G2pwConfig::from_json(const Json& json, const std::string& subject) {
  G2pwConfig c;
  c.bert = RobertaConfig::from_json(require<Json>(json, "bert", subject), subject);
  const std::pair<const char*, int64_t*> sizes[] = {{"readings", &c.readings},
                                                    {"tags", &c.tags},
                                                    {"characters", &c.characters},
                                                    {"candidates", &c.candidates}};
  for (const auto& [key, value] : sizes) {
    *value = require<int64_t>(json, key, subject);
    read_size(json, key, *value, 1, kMost, subject);
  }
  return c;
}

Json G2pwConfig::to_json() const {
  return {{"bert", bert.to_json()},
          {"readings", readings},
          {"tags", tags},
          {"characters", characters},
          {"candidates", candidates}};
}

G2pw::G2pw(std::shared_ptr<Backend> backend, ParameterSource& source, const G2pwConfig& config,
           Precision precision)
    : config_(config), backend_(backend), bert_(backend, source, config.bert, precision) {
  const Linear::Options exact{.precision = Precision::kF32};
  const int64_t width = config_.bert.width;
  classifier_ = Linear(*backend_, source, kHeads[0], width, config_.readings, exact);
  tagger_ = Linear(*backend_, source, kHeads[1], width, config_.tags, exact);
  const auto numbers = [&](const char* name, int64_t count) {
    return source.get(name, {count}, Init::zeros()).value.to_ints();
  };
  first_ = numbers(kFirst, config_.characters + 1);
  reading_ = numbers(kReading, config_.candidates);
  descriptors_ =
      source.get(kDescriptors, {config_.candidates, config_.tags}, Init::zeros()).value.to_floats();
  const bool tiled = first_.front() == 0 && first_.back() == config_.candidates &&
                     std::is_sorted(first_.begin(), first_.end());
  const bool known = std::all_of(reading_.begin(), reading_.end(), [this](int64_t row) {
    return row >= 0 && row < config_.readings;
  });
  if (!tiled || !known)
    refuse("its candidates are outside of its tables; convert g2pW again", "candidates");
}

std::span<const int64_t> G2pw::candidates(int64_t character) const {
  const auto begin = size_t(first_.at(size_t(character)));
  return std::span(reading_).subspan(begin, size_t(first_.at(size_t(character) + 1)) - begin);
}

std::vector<std::vector<float>> G2pw::read(std::span<const int64_t> ids,
                                           std::span<const Query> queries) const {
  Backend& b = *backend_;
  const auto width = size_t(config_.bert.width), count = queries.size();
  const std::vector<float> states = b.to_host(bert_.forward(ids)).to_floats();
  std::vector<float> chosen;
  for (const Query& query : queries) {
    const auto at = states.begin() + std::ptrdiff_t(size_t(query.position) * width);
    chosen.insert(chosen.end(), at, at + std::ptrdiff_t(width));
  }
  const Tensor x =
      b.from_host(HostTensor::from_floats({1, int64_t(count), int64_t(width)}, std::move(chosen)));
  const std::vector<float> logits = b.to_host(classifier_(b, x)).to_floats();
  const std::vector<float> tags = b.to_host(tagger_(b, x)).to_floats();
  std::vector<std::vector<float>> out;
  for (size_t q = 0; q < count; ++q) {
    const auto scores = std::span(tags).subspan(q * size_t(config_.tags), size_t(config_.tags));
    const auto tag = size_t(std::max_element(scores.begin(), scores.end()) - scores.begin());
    const std::span<const int64_t> rows = candidates(queries[q].character);
    const auto first = size_t(first_[size_t(queries[q].character)]);
    std::vector<double> weights;
    double top = -INFINITY, sum = 0;
    for (const int64_t row : rows)
      top = std::max(top, double(logits[q * size_t(config_.readings) + size_t(row)]));
    for (size_t i = 0; i < rows.size(); ++i) {
      const double logit = logits[q * size_t(config_.readings) + size_t(rows[i])];
      const double known = descriptors_[(first + i) * size_t(config_.tags) + tag];
      weights.push_back(std::exp(logit - top) / (1 + std::exp(-known)));
      sum += weights.back();
    }
    std::vector<float> probabilities;
    for (const double weight : weights)
      probabilities.push_back(std::clamp(float(weight / sum), kLeast, 1 - kLeast));
    out.push_back(std::move(probabilities));
  }
  return out;
}

HostTensor PublishedG2pw::get(const std::string& name) const {
  const auto found = tensors.find(name);
  if (found == tensors.end()) return {};
  return turned.contains(name) ? transposed(found->second) : found->second;
}

std::map<std::string, HostTensor> assemble_g2pw(const PublishedG2pw& network,
                                                const Candidates& candidates, bool compact,
                                                G2pwConfig& config, const std::string& subject) {
  config = {network.bert, network.readings, network.tags, network.characters, 0};
  if (std::ssize(candidates) != network.characters) {
    refuse("it knows " + std::to_string(network.characters) + " characters, its table " +
               std::to_string(candidates.size()) + "; they do not belong together",
           subject);
  }
  MapSource source([&network](const std::string& name) { return network.get(name); }, subject);
  const auto table = [&](const char* name, int64_t rows) {
    return source.get(name, {rows, network.readings}, Init::zeros()).value;
  };
  const HostTensor bias = table("descriptor_bias.weight", 1),
                   by_character = table("char_descriptor.weight", network.characters),
                   by_tag =
                       table("second_order_descriptor.weight", network.characters * network.tags);
  const auto at = [&](const HostTensor& tensor, int64_t row, int64_t column) {
    return tensor.f32()[size_t(row * network.readings + column)];
  };
  std::vector<int64_t> first = {0}, readings;
  std::vector<float> descriptors;
  for (int64_t c = 0; c < network.characters; ++c) {
    for (const int64_t reading : candidates[size_t(c)]) {
      if (reading < 0 || reading >= network.readings)
        refuse("its table has readings that the network has not", subject);
      readings.push_back(reading);
      for (int64_t tag = 0; tag < network.tags; ++tag) {
        descriptors.push_back(at(bias, 0, reading) + at(by_character, c, reading) +
                              at(by_tag, c * network.tags + tag, reading));
      }
    }
    first.push_back(std::ssize(readings));
  }
  config.candidates = std::ssize(readings);
  std::map<std::string, HostTensor> out;
  if (compact) {
    out = compact_roberta(source, network.bert);
  } else {
    for (const auto& [name, tensor] : network.tensors) out[name] = network.get(name);
  }
  for (const char* head : kHeads) {
    const int64_t rows = head == kHeads[0] ? network.readings : network.tags;
    const std::string name = head;
    out[name + ".weight"] =
        source.get(name + ".weight", {rows, network.bert.width}, Init::zeros()).value;
    out[name + ".bias"] = source.get(name + ".bias", {rows}, Init::zeros()).value;
  }
  out[kFirst] = HostTensor::from_ints({network.characters + 1}, std::move(first));
  out[kReading] = HostTensor::from_ints({config.candidates}, std::move(readings));
  out[kDescriptors] =
      HostTensor::from_floats({config.candidates, network.tags}, std::move(descriptors));
  return out;
}

}  // namespace myna::models
