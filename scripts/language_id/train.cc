// Trains the model of src/text/language_identifier.h: logistic regression over hashed n-grams.
//   train TEXTS MODEL      TEXTS: lines "label<TAB>text", every tenth is held out for the figure
// MODEL gets scale and biases (4 floats), then a signed byte for each bucket and language.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "text/language_identifier.h"

namespace {

constexpr size_t kLabels = 3;
constexpr int kEpochs = 6;
constexpr float kRate = 0.25F, kDecay = 2e-6F;

struct Example {
  size_t label;
  std::vector<uint32_t> buckets;
  size_t length;
};

std::u32string code_points(const std::string& utf8) {
  std::u32string out;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t c = more == 0 ? lead : lead & (0x3F >> more);
    for (int k = 1; k <= more; ++k) c = c << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3F);
    out += c;
    i += 1 + more;
  }
  return out;
}

using Weights = std::vector<std::array<float, kLabels>>;

std::array<float, kLabels> scores(const Weights& weights, const std::array<float, kLabels>& bias,
                                  const Example& example) {
  std::array<float, kLabels> out = {};
  for (uint32_t bucket : example.buckets) {
    for (size_t k = 0; k < kLabels; ++k) out[k] += weights[bucket][k];
  }
  const float root = std::sqrt(static_cast<float>(example.buckets.size()));
  for (size_t k = 0; k < kLabels; ++k) out[k] = out[k] / root + bias[k];
  return out;
}

void softmax(std::array<float, kLabels>* scores) {
  float most = (*scores)[0], total = 0;
  for (float s : *scores) most = std::max(most, s);
  for (float& s : *scores) total += s = std::exp(s - most);
  for (float& s : *scores) s /= total;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  const std::array<std::string, kLabels> names = {"zh", "yue", "ja"};
  std::vector<Example> train, held_out;
  std::ifstream in(argv[1]);
  size_t number = 0;
  for (std::string line; std::getline(in, line); ++number) {
    const size_t tab = line.find('\t');
    Example example{0, {}, 0};
    while (example.label < kLabels && names[example.label] != line.substr(0, tab)) ++example.label;
    const std::u32string text = code_points(line.substr(tab + 1));
    example.length = text.size();
    myna::text::for_each_ngram(text, [&](uint32_t bucket) { example.buckets.push_back(bucket); });
    (number % 10 == 9 ? held_out : train).push_back(std::move(example));
  }
  Weights weights(myna::text::kIdentifierBuckets), squares(weights.size());
  std::array<float, kLabels> bias = {};
  std::mt19937 random(1);
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    std::shuffle(train.begin(), train.end(), random);
    for (const Example& example : train) {
      auto p = scores(weights, bias, example);
      softmax(&p);
      const float root = std::sqrt(static_cast<float>(example.buckets.size()));
      for (size_t k = 0; k < kLabels; ++k) {
        const float error = p[k] - (k == example.label ? 1.0F : 0.0F);
        bias[k] -= 0.001F * error;
        for (uint32_t bucket : example.buckets) {
          const float gradient = error / root + kDecay * weights[bucket][k];
          squares[bucket][k] += gradient * gradient;
          weights[bucket][k] -= kRate * gradient / std::sqrt(squares[bucket][k] + 1e-4F);
        }
      }
    }
  }
  float most = 0;
  for (const auto& row : weights) {
    for (float w : row) most = std::max(most, std::abs(w));
  }
  const float scale = std::min(most, 4.0F) / 127;
  std::ofstream out(argv[2], std::ios::binary);
  out.write(reinterpret_cast<const char*>(&scale), sizeof scale);
  out.write(reinterpret_cast<const char*>(bias.data()), sizeof bias);
  for (auto& row : weights) {
    for (float& w : row) {
      const float step = std::round(std::min(std::max(w / scale, -127.0F), 127.0F));
      out.put(static_cast<char>(static_cast<signed char>(step)));
      w = step * scale;
    }
  }
  // Of the quantised model.
  size_t right[kLabels][2] = {}, all[kLabels][2] = {};
  for (const Example& example : held_out) {
    const auto s = scores(weights, bias, example);
    const size_t best = static_cast<size_t>(std::max_element(s.begin(), s.end()) - s.begin());
    const int size = example.length >= 4;
    ++all[example.label][size];
    right[example.label][size] += best == example.label;
  }
  for (size_t k = 0; k < kLabels; ++k) {
    std::printf("%s: %.1f %% of %zu short, %.1f %% of %zu long (4 characters and more)\n",
                names[k].c_str(),
                100.0 * double(right[k][0]) / double(std::max<size_t>(all[k][0], 1)), all[k][0],
                100.0 * double(right[k][1]) / double(std::max<size_t>(all[k][1], 1)), all[k][1]);
  }
}
