#include "text/en/letter_ngrams.h"

#include <algorithm>
#include <map>
#include <optional>

namespace myna::text::en {
namespace {

constexpr size_t kHistory = 5;  // pairs that the model looks back at
constexpr size_t kBeam = 12;

/// Key bytes of a pair; prefix-free, frequent pairs are short. The same rule is in
/// scripts/build_lexicons.py.
std::string key_of(size_t id) {
  if (id < 190) return std::string(1, static_cast<char>(id + 2));
  id -= 190;
  return {static_cast<char>(192 + id / 256), static_cast<char>(id % 256)};
}

struct Hypothesis {
  double cost = 0;
  std::vector<const std::string*> history;
  std::vector<const std::vector<std::string>*> phones;
};

}  // namespace

LetterNgrams::LetterNgrams(const std::filesystem::path& file) : table_(file) {
  size_t id = 0;
  for (const std::string& name : table_.meta_words("pairs")) {
    std::string key = key_of(id++);
    if (id == 1) {
      start_ = key;
    } else if (id == 2) {
      end_ = key;
    } else if (name.size() >= 2 && name[0] >= 'a' && name[0] <= 'z') {
      Pair pair{key, {}};
      for (size_t at = 2; at < name.size();) {
        size_t stop = std::min(name.find('_', at), name.size());
        pair.phones.push_back(name.substr(at, stop - at));
        at = stop + 1;
      }
      pairs_[static_cast<size_t>(name[0] - 'a')].push_back(std::move(pair));
    }
  }
}

double LetterNgrams::cost(const std::vector<const std::string*>& history,
                          const std::string& pair) const {
  double backoff = 0;
  for (size_t n = std::min(history.size(), kHistory);; --n) {
    std::string key;
    for (size_t i = history.size() - n; i < history.size(); ++i) key += *history[i];
    if (auto value = table_.find(key + pair); value && !value->empty())
      return backoff + static_cast<unsigned char>((*value)[0]) / 16.0;
    if (n == 0) return backoff + 16;
    if (auto value = table_.find(key); value && value->size() > 1)
      backoff += (static_cast<unsigned char>((*value)[1]) - 64) / 16.0;
  }
}

std::vector<std::string> LetterNgrams::read_piece(std::string_view word) const {
  std::vector<Hypothesis> beam(1);
  beam[0].history = {&start_};
  for (char c : word) {
    std::vector<Hypothesis> next;
    double best = 1e18;
    for (const Hypothesis& h : beam) {
      for (const Pair& pair : pairs_[static_cast<size_t>(c - 'a')]) {
        double total = h.cost + cost(h.history, pair.key);
        if (total > best + 8) continue;
        best = std::min(best, total);
        Hypothesis grown = h;
        grown.cost = total;
        grown.history.push_back(&pair.key);
        if (grown.history.size() > kHistory) grown.history.erase(grown.history.begin());
        grown.phones.push_back(&pair.phones);
        next.push_back(std::move(grown));
      }
    }
    size_t keep = std::min(next.size(), kBeam);
    std::partial_sort(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(keep), next.end(),
                      [](const Hypothesis& a, const Hypothesis& b) { return a.cost < b.cost; });
    next.resize(keep);
    beam = std::move(next);
  }
  const Hypothesis* best = nullptr;
  double best_cost = 0;
  for (const Hypothesis& h : beam) {
    double total = h.cost + cost(h.history, end_);
    if (best == nullptr || total < best_cost) {
      best = &h;
      best_cost = total;
    }
  }
  std::vector<std::string> out;
  if (best == nullptr) return out;
  for (const auto* phones : best->phones) out.insert(out.end(), phones->begin(), phones->end());
  return out;
}

std::vector<std::string> LetterNgrams::read(std::string_view word) const {
  constexpr size_t kPiece = 64;
  std::string letters;
  for (char c : word) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  std::vector<std::string> out;
  for (size_t i = 0; i < letters.size(); i += kPiece) {
    for (std::string& p : read_piece(std::string_view(letters).substr(i, kPiece)))
      out.push_back(std::move(p));
  }
  // A word has one main stress: the first vowel takes it when none has, later ones give way.
  auto is_vowel = [](const std::string& p) { return p.back() >= '0' && p.back() <= '2'; };
  bool stressed = false;
  for (std::string& p : out) {
    if (p.back() != '1') continue;
    if (stressed) p.back() = '2';
    stressed = true;
  }
  if (!stressed) {
    auto vowel = std::find_if(out.begin(), out.end(), is_vowel);
    if (vowel != out.end()) vowel->back() = '1';
  }
  return out;
}

}  // namespace myna::text::en
