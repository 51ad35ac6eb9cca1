#include "text/zh/segmenter.h"

#include <algorithm>
#include <cmath>

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

Segmenter::Segmenter(const LexiconFile& words, const LexiconFile& hmm)
    : words_(words),
      unknown_(hmm),
      log_total_(std::log(std::stod(std::string(words.meta("total"))))),
      tags_(words.meta_words("tags")) {}

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

void Segmenter::best_ends(const Graph& graph, size_t length, std::vector<size_t>* ends) const {
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
  best_ends(graph, block.size(), &ends);
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
      unknown_.cut(text.substr(i, j - i), out);
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
  best_ends(graph, block.size(), &ends);
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
      unknown_.tag(run(is_jieba_han), out);
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

}  // namespace myna::text::zh
