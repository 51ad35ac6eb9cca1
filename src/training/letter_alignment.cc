#include "training/letter_alignment.h"

#include <cmath>
#include <limits>
#include <unordered_map>

namespace myna::training {
namespace {

constexpr int kMostPhones = 2;  // of one letter
constexpr int kRounds = 6;
constexpr double kNever = std::numeric_limits<double>::max();

/// Pairs of a letter and its phones, counted or weighed; "x:K S".
using Pairs = std::unordered_map<std::string, double>;

std::string pair_of(const AlignedWord& word, size_t letter, size_t phone, int take) {
  std::string out = {word.word[letter], ':'};
  for (int k = 0; k < take; ++k) {
    const std::string& p = word.phones[phone + size_t(k)];
    if (k > 0) out += ' ';
    out.append(p, 0, p.find_first_of("012"));
  }
  return out;
}

/// First guess: a letter says the phones near its place in the word.
Pairs first_counts(const std::vector<AlignedWord>& words) {
  constexpr double kNear = 1.5, kSilent = 0.3;
  Pairs counts;
  for (const AlignedWord& w : words) {
    for (size_t i = 0; i < w.word.size(); ++i) {
      const double middle =
          (double(i) + 0.5) / double(w.word.size()) * double(w.phones.size()) - 0.5;
      counts[pair_of(w, i, 0, 0)] += kSilent;
      for (size_t j = 0; j < w.phones.size(); ++j)
        if (std::abs(double(j) - middle) < kNear) counts[pair_of(w, i, j, 1)] += 1;
    }
  }
  return counts;
}

Pairs costs_of(const Pairs& counts) {
  std::unordered_map<char, double> totals;
  for (const auto& [pair, count] : counts) totals[pair[0]] += count;
  Pairs costs;
  for (const auto& [pair, count] : counts) costs[pair] = -std::log(count / totals[pair[0]]);
  return costs;
}

void align(AlignedWord* word, const Pairs& costs) {
  constexpr double kUnknown = 16;
  struct Cell {
    double cost = kNever;
    int take = 0;
  };
  const size_t letters = word->word.size(), phones = word->phones.size();
  std::vector<std::vector<Cell>> best(letters + 1, std::vector<Cell>(phones + 1));
  best[0][0].cost = 0;
  for (size_t i = 0; i < letters; ++i) {
    for (size_t j = 0; j <= phones; ++j) {
      if (best[i][j].cost == kNever) continue;
      for (int take = 0; take <= kMostPhones && j + size_t(take) <= phones; ++take) {
        const auto found = costs.find(pair_of(*word, i, j, take));
        const double cost =
            best[i][j].cost + (found == costs.end() ? kUnknown + 2 * take : found->second);
        Cell& cell = best[i + 1][j + size_t(take)];
        if (cost < cell.cost) cell = {cost, take};
      }
    }
  }
  word->takes.clear();
  if (best[letters][phones].cost == kNever) return;
  word->takes.resize(letters);
  for (size_t i = letters, j = phones; i > 0; --i) {
    word->takes[i - 1] = best[i][j].take;
    j -= size_t(best[i][j].take);
  }
}

Pairs counts_of(const std::vector<AlignedWord>& words) {
  Pairs counts;
  for (const AlignedWord& w : words) {
    size_t phone = 0;
    for (size_t i = 0; i < w.takes.size(); ++i) {
      counts[pair_of(w, i, phone, w.takes[i])] += 1;
      phone += size_t(w.takes[i]);
    }
  }
  return counts;
}

}  // namespace

void align_letters(std::vector<AlignedWord>* words) {
  Pairs counts = first_counts(*words);
  for (int round = 0; round < kRounds; ++round) {
    const Pairs costs = costs_of(counts);
    for (AlignedWord& word : *words) align(&word, costs);
    counts = counts_of(*words);
  }
}

}  // namespace myna::training
