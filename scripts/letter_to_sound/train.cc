// Learns letter-to-sound from a pronouncing dictionary: aligns every letter with none to two phones
// (hard expectation maximisation), then counts the letter-phone pairs as a language of their own
// and smooths their n-grams (interpolated Kneser-Ney), a joint-sequence model after Bisani and Ney,
// "Joint-sequence models for grapheme-to-phoneme conversion" (2008).
//
//   train DICTIONARY.tsv MODEL.tsv [order]
//
// DICTIONARY: word, tab, phones. MODEL: first line the pairs ("x:K_S"), then one n-gram a line:
// ids, tab, -ln probability, tab, -ln back-off weight. Called by scripts/build_lexicons.py.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using Phones = std::vector<std::string>;
struct Entry {
  std::string word;
  Phones phones;
  std::vector<int> takes;  // phones of each letter
};

std::string bare(const std::string& phone) { return phone.substr(0, phone.find_first_of("012")); }

std::string chunk(const Phones& phones, size_t from, int take, bool stress) {
  std::string out;
  for (int k = 0; k < take; ++k) {
    const std::string& p = phones[from + static_cast<size_t>(k)];
    out += (k > 0 ? "_" : "") + (stress ? p : bare(p));
  }
  return out;
}

/// Fills `takes` with the cheapest alignment; false when there is none.
bool align(Entry* entry, const std::map<std::string, double>& cost) {
  size_t n = entry->word.size(), m = entry->phones.size();
  std::vector<std::vector<double>> best(n + 1, std::vector<double>(m + 1, 1e18));
  std::vector<std::vector<int>> back(n + 1, std::vector<int>(m + 1, 0));
  best[0][0] = 0;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= m; ++j) {
      if (best[i][j] > 1e17) continue;
      for (int take = 0; take <= 2 && j + static_cast<size_t>(take) <= m; ++take) {
        std::string key = entry->word.substr(i, 1) + ":" + chunk(entry->phones, j, take, false);
        auto found = cost.find(key);
        double c = best[i][j] + (found == cost.end() ? 16 + 2 * take : found->second);
        size_t k = j + static_cast<size_t>(take);
        if (c < best[i + 1][k]) {
          best[i + 1][k] = c;
          back[i + 1][k] = take;
        }
      }
    }
  }
  if (best[n][m] > 1e17) return false;
  entry->takes.assign(n, 0);
  for (size_t i = n, j = m; i > 0; --i) {
    entry->takes[i - 1] = back[i][j];
    j -= static_cast<size_t>(back[i][j]);
  }
  return true;
}

void align_all(std::vector<Entry>* entries) {
  // Start: phones near a letter's place in the word.
  std::map<std::string, double> counts;
  for (const Entry& e : *entries) {
    for (size_t i = 0; i < e.word.size(); ++i) {
      double middle = (i + 0.5) / double(e.word.size()) * double(e.phones.size());
      counts[e.word.substr(i, 1) + ":"] += 0.3;
      for (size_t j = 0; j < e.phones.size(); ++j) {
        if (std::abs(double(j) + 0.5 - middle) < 1.5)
          counts[e.word.substr(i, 1) + ":" + bare(e.phones[j])] += 1;
      }
    }
  }
  for (int step = 0; step < 5; ++step) {
    std::map<char, double> totals;
    for (auto& [key, n] : counts) totals[key[0]] += n;
    std::map<std::string, double> cost;
    for (auto& [key, n] : counts) cost[key] = -std::log(n / totals[key[0]]);
    counts.clear();
    std::vector<Entry> kept;
    for (Entry& e : *entries) {
      if (!align(&e, cost)) continue;
      size_t j = 0;
      for (size_t i = 0; i < e.word.size(); ++i) {
        counts[e.word.substr(i, 1) + ":" + chunk(e.phones, j, e.takes[i], false)] += 1;
        j += static_cast<size_t>(e.takes[i]);
      }
      kept.push_back(std::move(e));
    }
    *entries = std::move(kept);
  }
}

using Gram = std::u16string;
struct Stats {
  double raw = 0, count = 0, p = 0, backoff = 1;
  double following = 0, kinds = 0;  // as a history: total count and number of successors
  bool kept = true, is_history = false;
};
using Table = std::unordered_map<Gram, Stats>;

class Model {
 public:
  Model(const std::vector<Gram>& sequences, size_t order) : tables_(order + 1) {
    for (const Gram& s : sequences) {
      for (size_t i = 1; i < s.size(); ++i) {
        for (size_t n = 1; n <= order && n <= i + 1; ++n) ++tables_[n][s.substr(i + 1 - n, n)].raw;
      }
    }
    // Lower orders count how many different pairs come before, except at the start of a word.
    for (size_t n = 1; n <= order; ++n) {
      for (auto& [gram, stats] : tables_[n]) {
        if (n == order || gram[0] == 0) stats.count = stats.raw;
      }
    }
    for (size_t n = 2; n <= order; ++n) {
      for (auto& [gram, stats] : tables_[n]) {
        if (gram[1] != 0) ++tables_[n - 1][gram.substr(1)].count;
      }
    }
    for (size_t n = 1; n <= order; ++n) estimate(n);
    prune(order);
    for (size_t n = 1; n < order; ++n) renormalise(n);
  }

  void write(std::ostream& out) const {
    for (size_t n = 1; n < tables_.size(); ++n) {
      std::map<Gram, const Stats*> sorted;
      for (auto& [gram, stats] : tables_[n]) {
        if (stats.kept) sorted[gram] = &stats;
      }
      for (auto& [gram, stats] : sorted) {
        for (size_t i = 0; i < gram.size(); ++i) out << (i > 0 ? " " : "") << unsigned(gram[i]);
        out << '\t' << (stats->p > 0 ? -std::log(stats->p) : 30.0) << '\t'
            << (stats->is_history ? -std::log(std::max(stats->backoff, 1e-9)) : 0.0) << '\n';
      }
    }
  }

 private:
  void estimate(size_t n) {
    double ones = 0, twos = 0;
    std::unordered_map<Gram, std::pair<double, double>> histories;
    for (auto& [gram, stats] : tables_[n]) {
      if (stats.count <= 0) continue;
      ones += stats.count == 1;
      twos += stats.count == 2;
      auto& h = histories[gram.substr(0, n - 1)];
      h.first += stats.count;
      ++h.second;
    }
    double discount = ones > 0 ? ones / (ones + 2 * twos) : 0.5;
    for (auto& [gram, stats] : tables_[n]) {
      auto found = histories.find(gram.substr(0, n - 1));
      if (found == histories.end()) continue;
      auto [total, kinds] = found->second;
      double lower = n == 1 ? 1.0 / double(tables_[1].size()) : tables_[n - 1].at(gram.substr(1)).p;
      stats.p = std::max(stats.count - discount, 0.0) / total + discount * kinds / total * lower;
    }
  }

  void prune(size_t order) {
    for (size_t n = order; n >= 3; --n) {
      for (auto& [gram, stats] : tables_[n]) {
        stats.kept = stats.raw >= 2 || stats.is_history;
        if (stats.kept) mark_history(gram);
      }
    }
    for (auto& [gram, stats] : tables_[2]) mark_history(gram);
  }
  void mark_history(const Gram& gram) {
    Gram h = gram.substr(0, gram.size() - 1);
    Stats& s = tables_[h.size()][h];
    s.is_history = true;
  }

  void renormalise(size_t n) {
    std::unordered_map<Gram, std::pair<double, double>> sums;
    for (auto& [gram, stats] : tables_[n + 1]) {
      if (!stats.kept) continue;
      auto& s = sums[gram.substr(0, n)];
      s.first += stats.p;
      s.second += tables_[n].at(gram.substr(1)).p;
    }
    for (auto& [gram, stats] : tables_[n]) {
      auto found = sums.find(gram);
      if (found == sums.end()) continue;
      double rest = std::max(1 - found->second.first, 1e-6);
      stats.backoff = rest / std::max(1 - found->second.second, 1e-6);
      stats.is_history = true;
    }
  }

  std::vector<Table> tables_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: train DICTIONARY.tsv MODEL.tsv [order]\n");
    return 2;
  }
  std::vector<Entry> entries;
  std::ifstream in(argv[1]);
  for (std::string line; std::getline(in, line);) {
    Entry e;
    size_t tab = line.find('\t');
    e.word = line.substr(0, tab);
    std::istringstream phones(line.substr(tab + 1));
    for (std::string p; phones >> p;) e.phones.push_back(p);
    entries.push_back(std::move(e));
  }
  align_all(&entries);

  std::map<std::string, size_t> frequency;
  std::vector<std::vector<std::string>> pairs;
  for (const Entry& e : entries) {
    auto& list = pairs.emplace_back();
    size_t j = 0;
    for (size_t i = 0; i < e.word.size(); ++i) {
      list.push_back(e.word.substr(i, 1) + ":" + chunk(e.phones, j, e.takes[i], true));
      ++frequency[list.back()];
      j += static_cast<size_t>(e.takes[i]);
    }
  }
  // Pairs seen once or twice are mostly slips of the alignment.
  std::vector<std::pair<size_t, std::string>> ranked;
  for (auto& [pair, n] : frequency) {
    if (n >= 3) ranked.emplace_back(n, pair);
  }
  std::sort(ranked.rbegin(), ranked.rend());
  std::map<std::string, char16_t> ids;
  for (auto& [n, pair] : ranked) ids[pair] = static_cast<char16_t>(ids.size() + 2);
  std::vector<Gram> sequences;
  for (const auto& list : pairs) {
    Gram g(1, 0);
    for (const std::string& pair : list) {
      auto found = ids.find(pair);
      if (found == ids.end()) {
        g.clear();
        break;
      }
      g += found->second;
    }
    if (!g.empty()) sequences.push_back(g + Gram(1, 1));
  }
  std::ofstream out(argv[2]);
  out << "<s> </s>";
  for (auto& [n, pair] : ranked) out << ' ' << pair;
  out << '\n';
  Model(sequences, argc > 3 ? static_cast<size_t>(std::atoi(argv[3])) : 6).write(out);
  return out.good() ? 0 : 1;
}
