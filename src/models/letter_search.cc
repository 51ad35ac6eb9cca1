// The search of read_words: hypotheses of all words grow by one sound at each letter.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/letter_network.h"

namespace myna::models {
namespace {

struct Hypothesis {
  double score = 0;  ///< ln of the probability
  std::vector<int64_t> sounds;
};
using Beam = std::vector<Hypothesis>;

/// A word has one main stress: the first vowel takes it when none has, later ones give way.
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

std::vector<std::string> phones_of(const LetterConfig& config, const Hypothesis& hypothesis) {
  std::vector<std::string> out;
  for (const int64_t sound : hypothesis.sounds) {
    const std::string& phones = config.sounds[size_t(sound)];
    for (size_t at = 0; at < phones.size();) {
      const size_t end = std::min(phones.find(' ', at), phones.size());
      out.push_back(phones.substr(at, end - at));
      at = end + 1;
    }
  }
  keep_one_main_stress(&out);
  return out;
}

/// The `beam` best continuations of the hypotheses; `logits` holds a row for each.
Beam grow(const Beam& beam, std::span<const float> logits, size_t classes, size_t width) {
  struct Step {
    double score;
    size_t from, sound;
  };
  std::vector<Step> steps;
  for (size_t h = 0; h < beam.size(); ++h) {
    const auto row = logits.subspan(h * classes, classes);
    const double top = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const float value : row) sum += std::exp(double(value) - top);
    const double base = beam[h].score - top - std::log(sum);
    for (size_t sound = 0; sound < classes; ++sound)
      steps.push_back({base + double(row[sound]), h, sound});
  }
  const size_t keep = std::min(width, steps.size());
  std::partial_sort(steps.begin(), steps.begin() + std::ptrdiff_t(keep), steps.end(),
                    [](const Step& a, const Step& b) {
                      return a.score != b.score
                                 ? a.score > b.score
                                 : std::pair(a.from, a.sound) < std::pair(b.from, b.sound);
                    });
  Beam out;
  for (size_t i = 0; i < keep; ++i) {
    Hypothesis grown = beam[steps[i].from];
    grown.score = steps[i].score;
    grown.sounds.push_back(int64_t(steps[i].sound));
    out.push_back(std::move(grown));
  }
  return out;
}

class Search {
 public:
  Search(const LetterNetwork& network, const std::vector<std::vector<int64_t>>& words, int64_t beam)
      : network_(network), words_(words), width_(size_t(beam)), beams_(words.size(), Beam(1)) {
    for (const auto& word : words) longest_ = std::max(longest_, word.size());
    if (longest_ > 0) encode();
  }

  std::vector<std::vector<std::string>> run() {
    for (size_t letter = 0; letter < longest_; ++letter) step(letter);
    std::vector<std::vector<std::string>> out;
    for (const Beam& beam : beams_) out.push_back(phones_of(network_.config(), beam.front()));
    return out;
  }

 private:
  void encode() {
    std::vector<int64_t> letters;
    compute::Lengths lengths;
    for (const auto& word : words_) {
      letters.insert(letters.end(), word.begin(), word.end());
      letters.resize(letters.size() + longest_ - word.size(), 0);
      lengths.push_back(int64_t(word.size()));
    }
    Backend& b = network_.backend();
    const Shape shape = {int64_t(words_.size()), int64_t(longest_)};
    encoded_ =
        b.to_host(network_.encode(b.from_host(HostTensor::from_ints(shape, std::move(letters))),
                                  lengths))
            .to_floats();
  }

  void step(size_t letter) {
    const LetterConfig& config = network_.config();
    const auto dim = size_t(config.dim), classes = size_t(config.classes());
    std::vector<float> rows;
    std::vector<int64_t> history;
    for (size_t w = 0; w < words_.size(); ++w) {
      if (letter >= words_[w].size()) continue;
      const float* encoded = encoded_.data() + (w * longest_ + letter) * dim;
      for (const Hypothesis& h : beams_[w]) {
        rows.insert(rows.end(), encoded, encoded + dim);
        const auto past = config.history_of(h.sounds);
        history.insert(history.end(), past.begin(), past.end());
      }
    }
    const auto count = int64_t(rows.size() / dim);
    Backend& b = network_.backend();
    const Tensor logits = network_.choose(
        b.from_host(HostTensor::from_floats({count, 1, config.dim}, std::move(rows))),
        b.from_host(HostTensor::from_ints({count, 1, config.history + 1}, std::move(history))));
    const std::vector<float> values = b.to_host(logits).to_floats();
    size_t at = 0;
    for (size_t w = 0; w < words_.size(); ++w) {
      if (letter >= words_[w].size()) continue;
      const size_t size = beams_[w].size() * classes;
      beams_[w] = grow(beams_[w], std::span(values).subspan(at, size), classes, width_);
      at += size;
    }
  }

  const LetterNetwork& network_;
  const std::vector<std::vector<int64_t>>& words_;
  size_t width_, longest_ = 0;
  std::vector<Beam> beams_;
  std::vector<float> encoded_;  ///< [words, longest, dim]
};

}  // namespace

std::vector<std::vector<std::string>> read_words(const LetterNetwork& network,
                                                 const std::vector<std::vector<int64_t>>& words,
                                                 int64_t beam) {
  return Search(network, words, beam).run();
}

}  // namespace myna::models
