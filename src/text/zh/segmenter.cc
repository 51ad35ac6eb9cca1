#include "text/zh/segmenter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "text/unicode.h"

namespace myna::text::zh {
namespace {

bool is_ascii_alnum(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_jieba_han(char32_t c) { return c >= 0x4E00 && c <= 0x9FD5; }
bool in_tag_block(char32_t c) {
  return is_jieba_han(c) || is_ascii_alnum(c) || c == '+' || c == '#' || c == '&' || c == '.' ||
         c == '_';
}
bool in_cut_block(char32_t c) { return in_tag_block(c) || c == '%'; }
bool is_number_part(char32_t c) { return c == '.' || (c >= '0' && c <= '9'); }

uint64_t read_varint(std::string_view value, size_t* at) {
  uint64_t out = 0;
  for (int shift = 0; *at < value.size() && shift < 63; shift += 7) {
    auto byte = static_cast<unsigned char>(value[(*at)++]);
    out |= uint64_t(byte & 127) << shift;
    if (byte < 128) break;
  }
  return out;
}

template <typename T>
std::vector<T> floats(std::string_view value) {
  std::vector<T> out(value.size() / sizeof(T));
  std::memcpy(out.data(), value.data(), out.size() * sizeof(T));
  return out;
}

/// Splits `text` into maximal runs for which `inside` is constant and calls `use(run, inside)`.
template <typename Inside, typename Use>
void for_runs(const std::u32string& text, Inside inside, Use use) {
  for (size_t i = 0; i < text.size();) {
    size_t j = i + 1;
    bool in = inside(text[i]);
    while (j < text.size() && inside(text[j]) == in) ++j;
    use(text.substr(i, j - i), in);
    i = j;
  }
}

constexpr size_t kNoLimit = ~size_t{0};

}  // namespace

/// For every start the ends (exclusive) of dictionary words with their log probabilities.
struct Segmenter::Graph {
  struct Edge {
    size_t end;
    double log_p;
  };
  std::vector<std::vector<Edge>> edges;
};

struct Segmenter::Emissions {
  std::array<float, 4> seg{-1e30f, -1e30f, -1e30f, -1e30f};
  std::vector<uint8_t> listed;  ///< states the character may take
  std::vector<std::pair<uint8_t, float>> values;
  bool known = false;
  float of(uint8_t state) const {
    for (auto& [s, p] : values) {
      if (s == state) return p;
    }
    return -1e30f;
  }
};

Segmenter::Segmenter(const LexiconFile& words, const LexiconFile& hmm) : words_(words), hmm_(hmm) {
  log_total_ = std::log(std::stod(std::string(words.meta("total"))));
  tags_ = words.meta_words("tags");
  auto seg_start = floats<float>(hmm.meta("seg_start")),
       trans = floats<float>(hmm.meta("seg_trans"));
  std::copy_n(seg_start.begin(), std::min<size_t>(4, seg_start.size()), seg_start_.begin());
  std::copy_n(trans.begin(), std::min<size_t>(16, trans.size()), seg_trans_.begin());
  for (const std::string& state : hmm.meta_words("states")) {
    state_positions_.push_back(state[0]);
    state_tags_.push_back(state.substr(2));
  }
  start_ = floats<float>(hmm.meta("start"));
  start_.resize(state_tags_.size(), -1e30f);
  trans_.resize(state_tags_.size());
  before_.resize(state_tags_.size());
  std::string_view rows = hmm.meta("trans");
  for (size_t i = 0; i + 6 <= rows.size(); i += 6) {
    auto from = static_cast<uint8_t>(rows[i]), to = static_cast<uint8_t>(rows[i + 1]);
    float p;
    std::memcpy(&p, rows.data() + i + 2, sizeof p);
    if (from >= trans_.size() || to >= trans_.size()) continue;
    trans_[from].emplace_back(to, p);
    before_[to].emplace_back(from, p);
  }
}

uint64_t Segmenter::frequency(std::u32string_view word) const {
  auto value = words_.find(encode_utf8(word));
  size_t at = 0;
  return value ? read_varint(*value, &at) : 0;
}

std::string Segmenter::word_tag(std::u32string_view word) const {
  auto value = words_.find(encode_utf8(word));
  if (!value || value->empty()) return "x";
  auto tag = static_cast<unsigned char>(value->back());
  return tag < tags_.size() ? tags_[tag] : "x";
}

Segmenter::Graph Segmenter::build_graph(const std::u32string& text, size_t max_ends) const {
  Graph graph;
  graph.edges.resize(text.size());
  std::string key;
  for (size_t i = 0; i < text.size(); ++i) {
    key.clear();
    auto& edges = graph.edges[i];
    for (size_t j = i; j < text.size() && edges.size() < max_ends; ++j) {
      key += encode_utf8(text[j]);
      auto entry = words_.lower_bound(key);
      if (!entry || entry->key.compare(0, key.size(), key) != 0) break;
      if (entry->key.size() != key.size()) continue;
      size_t at = 0;
      uint64_t f = read_varint(entry->value, &at);
      if (f > 0) edges.push_back({j + 1, std::log(double(f)) - log_total_});
    }
    if (edges.empty()) edges.push_back({i + 1, -log_total_});
  }
  return graph;
}

void Segmenter::best_ends(const Graph& graph, size_t length, bool,
                          std::vector<size_t>* ends) const {
  std::vector<double> score(length + 1, 0);
  ends->assign(length, 0);
  for (size_t i = length; i-- > 0;) {
    double best = -INFINITY;
    for (const auto& edge : graph.edges[i]) {
      double s = edge.log_p + score[edge.end];
      if (s >= best) {
        best = s;
        (*ends)[i] = edge.end;
      }
    }
    score[i] = best;
  }
}

std::vector<std::u32string> Segmenter::cut(const std::u32string& text, bool hmm) const {
  std::vector<std::u32string> out;
  for_runs(text, in_cut_block, [&](const std::u32string& run, bool inside) {
    if (inside) {
      cut_block(run, hmm, &out);
    } else {
      for (char32_t c : run) out.emplace_back(1, c);
    }
  });
  return out;
}

void Segmenter::cut_block(const std::u32string& block, bool hmm,
                          std::vector<std::u32string>* out) const {
  constexpr size_t kMaxEnds = 12;  // as the compiled segmenter of the reference
  Graph graph = build_graph(block, kMaxEnds);
  std::vector<size_t> ends;
  best_ends(graph, block.size(), false, &ends);
  std::u32string buffer;
  auto flush = [&] {
    if (buffer.empty()) return;
    if (buffer.size() == 1) {
      out->push_back(buffer);
    } else if (hmm && frequency(buffer) == 0) {
      hmm_cut(buffer, out);
    } else {
      for (char32_t c : buffer) out->emplace_back(1, c);
    }
    buffer.clear();
  };
  for (size_t i = 0; i < block.size(); i = ends[i]) {
    if (ends[i] - i == 1) {
      buffer.push_back(block[i]);
    } else {
      flush();
      out->push_back(block.substr(i, ends[i] - i));
    }
  }
  flush();
}

void Segmenter::hmm_cut(std::u32string_view text, std::vector<std::u32string>* out) const {
  for (size_t i = 0; i < text.size();) {
    size_t j = i + 1;
    if (is_jieba_han(text[i])) {
      while (j < text.size() && is_jieba_han(text[j])) ++j;
      viterbi_cut(text.substr(i, j - i), out);
    } else if (is_ascii_alnum(text[i])) {
      while (j < text.size() && is_ascii_alnum(text[j])) ++j;
      if (j + 1 < text.size() && text[j] == '.' && is_digit(text[j + 1])) {
        ++j;
        while (j < text.size() && is_digit(text[j])) ++j;
      }
      if (j < text.size() && text[j] == '%') ++j;
      out->emplace_back(text.substr(i, j - i));
    } else {
      while (j < text.size() && !is_jieba_han(text[j]) && !is_ascii_alnum(text[j])) ++j;
      out->emplace_back(text.substr(i, j - i));
    }
    i = j;
  }
}

void Segmenter::viterbi_cut(std::u32string_view han, std::vector<std::u32string>* out) const {
  // States B E M S; the two states that may come before each, in the order that decides ties.
  static constexpr int kBefore[4][2] = {{1, 3}, {2, 0}, {2, 0}, {3, 1}};
  size_t n = han.size();
  std::vector<std::array<double, 4>> score(n);
  std::vector<std::array<int, 4>> from(n);
  for (size_t t = 0; t < n; ++t) {
    Emissions e = emissions(han[t]);
    for (size_t s = 0; s < 4; ++s) {
      if (t == 0) {
        score[t][s] = double(seg_start_[s]) + e.seg[s];
        continue;
      }
      double best = -INFINITY;
      for (int p : kBefore[s]) {
        double v = score[t - 1][size_t(p)] + seg_trans_[size_t(p) * 4 + s] + e.seg[s];
        if (v > best) {
          best = v;
          from[t][s] = p;
        }
      }
      score[t][s] = best;
    }
  }
  std::vector<int> path(n);
  int state = score[n - 1][1] >= score[n - 1][3] ? 1 : 3;
  for (size_t t = n; t-- > 0;) {
    path[t] = state;
    state = from[t][size_t(state)];
  }
  size_t begin = 0, next = 0;
  for (size_t t = 0; t < n; ++t) {
    if (path[t] == 0) {
      begin = t;
    } else if (path[t] == 1) {
      out->emplace_back(han.substr(begin, t + 1 - begin));
      next = t + 1;
    } else if (path[t] == 3) {
      out->emplace_back(han.substr(t, 1));
      next = t + 1;
    }
  }
  if (next < n) out->emplace_back(han.substr(next));
}

std::vector<std::u32string> Segmenter::cut_for_search(const std::u32string& text, bool hmm) const {
  std::vector<std::u32string> out;
  for (std::u32string& word : cut(text, hmm)) {
    for (size_t n : {size_t{2}, size_t{3}}) {
      if (word.size() <= n) continue;
      for (size_t i = 0; i + n <= word.size(); ++i) {
        std::u32string part = word.substr(i, n);
        if (frequency(part) > 0) out.push_back(std::move(part));
      }
    }
    out.push_back(std::move(word));
  }
  return out;
}

std::vector<TaggedWord> Segmenter::tag(const std::u32string& text) const {
  std::vector<TaggedWord> out;
  for_runs(text, in_tag_block, [&](const std::u32string& run, bool inside) {
    if (inside) {
      tag_block(run, &out);
    } else {
      for (char32_t c : run) out.push_back({std::u32string(1, c), "x"});
    }
  });
  return out;
}

void Segmenter::tag_block(const std::u32string& block, std::vector<TaggedWord>* out) const {
  Graph graph = build_graph(block, kNoLimit);
  std::vector<size_t> ends;
  best_ends(graph, block.size(), false, &ends);
  std::u32string buffer;
  auto flush = [&] {
    if (buffer.empty()) return;
    if (buffer.size() > 1 && frequency(buffer) == 0) {
      hmm_tag(buffer, out);
    } else {
      for (char32_t c : buffer) {
        std::u32string one(1, c);
        std::string tag = word_tag(one);
        out->push_back({std::move(one), std::move(tag)});
      }
    }
    buffer.clear();
  };
  for (size_t i = 0; i < block.size(); i = ends[i]) {
    if (ends[i] - i == 1) {
      buffer.push_back(block[i]);
    } else {
      flush();
      std::u32string word = block.substr(i, ends[i] - i);
      std::string tag = word_tag(word);
      out->push_back({std::move(word), std::move(tag)});
    }
  }
  flush();
}

void Segmenter::hmm_tag(std::u32string_view text, std::vector<TaggedWord>* out) const {
  for (size_t i = 0; i < text.size();) {
    size_t j = i + 1;
    auto run = [&](auto inside) {
      while (j < text.size() && inside(text[j])) ++j;
      return text.substr(i, j - i);
    };
    if (is_jieba_han(text[i])) {
      viterbi_tag(run(is_jieba_han), out);
    } else if (is_number_part(text[i])) {
      out->push_back({std::u32string(run(is_number_part)), "m"});
    } else if (is_ascii_alnum(text[i])) {
      out->push_back({std::u32string(run(is_ascii_alnum)), "eng"});
    } else {
      auto other = [](char32_t c) { return !is_jieba_han(c) && c != '.' && !is_ascii_alnum(c); };
      out->push_back({std::u32string(run(other)), "x"});
    }
    i = j;
  }
}

Segmenter::Emissions Segmenter::emissions(char32_t c) const {
  Emissions out;
  auto value = hmm_.find(encode_utf8(c));
  if (!value || value->size() < 18) return out;
  std::memcpy(out.seg.data(), value->data(), 16);
  auto listed = static_cast<unsigned char>((*value)[16]);
  for (size_t at = 18; at + 5 <= value->size(); at += 5) {
    float p;
    std::memcpy(&p, value->data() + at + 1, sizeof p);
    auto state = static_cast<uint8_t>((*value)[at]);
    if (state >= state_tags_.size()) continue;
    if ((at - 18) / 5 < listed) out.listed.push_back(state);
    out.values.emplace_back(state, p);
  }
  out.known = listed > 0;
  return out;
}

void Segmenter::viterbi_tag(std::u32string_view han, std::vector<TaggedWord>* out) const {
  size_t states = state_tags_.size(), n = han.size();
  constexpr double kNone = -INFINITY;
  std::vector<double> previous(states, kNone), current(states, kNone);
  std::vector<std::vector<int16_t>> from(n, std::vector<int16_t>(states, -1));
  std::vector<uint8_t> all(states), reachable, alive;
  for (size_t s = 0; s < states; ++s) all[s] = static_cast<uint8_t>(s);

  Emissions e = emissions(han[0]);
  alive = e.known ? e.listed : all;
  for (uint8_t s : alive) previous[s] = double(start_[s]) + e.of(s);
  for (size_t t = 1; t < n; ++t) {
    e = emissions(han[t]);
    std::vector<bool> next(states, false), was(states, false);
    for (uint8_t s : alive) {
      if (trans_[s].empty()) continue;
      was[s] = true;
      for (auto& [to, p] : trans_[s]) next[to] = true;
    }
    std::vector<uint8_t> allowed;
    for (uint8_t s : e.known ? e.listed : all) {
      if (next[s]) allowed.push_back(s);
    }
    if (allowed.empty()) {
      for (uint8_t s : all) {
        if (next[s]) allowed.push_back(s);
      }
      if (allowed.empty()) allowed = all;
    }
    std::fill(current.begin(), current.end(), kNone);
    for (uint8_t s : allowed) {
      double emit = e.of(s), best = kNone;
      int16_t best_from = -1;
      for (auto& [p, log_p] : before_[s]) {
        if (!was[p]) continue;
        double v = previous[p] + log_p + emit;
        if (v >= best) {
          best = v;
          best_from = p;
        }
      }
      if (best_from < 0) {  // no transition: the greatest state, as max() over -inf decides
        for (size_t p = states; p-- > 0 && best_from < 0;) {
          if (was[p]) best_from = static_cast<int16_t>(p);
        }
      }
      current[s] = best;
      from[t][s] = best_from;
    }
    alive = allowed;
    std::swap(previous, current);
  }
  size_t state = alive.back();
  double best = kNone;
  for (uint8_t s : alive) {
    if (previous[s] >= best && (previous[s] > best || s > state || best == kNone)) {
      best = previous[s];
      state = s;
    }
  }
  std::vector<size_t> path(n);
  for (size_t t = n; t-- > 0;) {
    path[t] = state;
    if (t > 0 && from[t][state] >= 0) state = static_cast<size_t>(from[t][state]);
  }
  size_t begin = 0, next = 0;
  for (size_t t = 0; t < n; ++t) {
    char position = state_positions_[path[t]];
    if (position == 'B') {
      begin = t;
    } else if (position == 'E' || position == 'S') {
      size_t first = position == 'E' ? begin : t;
      out->push_back({std::u32string(han.substr(first, t + 1 - first)), state_tags_[path[t]]});
      next = t + 1;
    }
  }
  if (next < n) out->push_back({std::u32string(han.substr(next)), state_tags_[path[next]]});
}

}  // namespace myna::text::zh
