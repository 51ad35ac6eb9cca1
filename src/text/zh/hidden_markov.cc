#include "text/zh/hidden_markov.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "text/unicode.h"

namespace myna::text::zh {
namespace {

constexpr float kNever = -1e30f;

template <typename T>
std::vector<T> floats(std::string_view value) {
  std::vector<T> out(value.size() / sizeof(T));
  std::memcpy(out.data(), value.data(), out.size() * sizeof(T));
  return out;
}

}  // namespace

struct HiddenMarkov::Emissions {
  std::array<float, 4> seg{kNever, kNever, kNever, kNever};
  std::vector<uint8_t> listed;  ///< states the character may take
  std::vector<std::pair<uint8_t, float>> values;
  bool known = false;
  float of(uint8_t state) const {
    for (auto& [s, p] : values) {
      if (s == state) return p;
    }
    return kNever;
  }
};

HiddenMarkov::HiddenMarkov(const LexiconFile& tables) : tables_(tables) {
  auto seg_start = floats<float>(tables.meta("seg_start")),
       trans = floats<float>(tables.meta("seg_trans"));
  std::copy_n(seg_start.begin(), std::min<size_t>(4, seg_start.size()), seg_start_.begin());
  std::copy_n(trans.begin(), std::min<size_t>(16, trans.size()), seg_trans_.begin());
  for (const std::string& state : tables.meta_words("states")) {
    positions_.push_back(state[0]);
    tags_.push_back(state.substr(2));
  }
  start_ = floats<float>(tables.meta("start"));
  start_.resize(tags_.size(), kNever);
  for (size_t s = 0; s < tags_.size(); ++s) all_.push_back(static_cast<uint8_t>(s));
  trans_.resize(tags_.size());
  before_.resize(tags_.size());
  std::string_view rows = tables.meta("trans");
  for (size_t i = 0; i + 6 <= rows.size(); i += 6) {
    auto from = static_cast<uint8_t>(rows[i]), to = static_cast<uint8_t>(rows[i + 1]);
    float p;
    std::memcpy(&p, rows.data() + i + 2, sizeof p);
    if (from >= trans_.size() || to >= trans_.size()) continue;
    trans_[from].emplace_back(to, p);
    before_[to].emplace_back(from, p);
  }
}

HiddenMarkov::Emissions HiddenMarkov::emissions(char32_t c) const {
  Emissions out;
  auto value = tables_.find(encode_utf8(c));
  if (!value || value->size() < 18) return out;
  std::memcpy(out.seg.data(), value->data(), 16);
  auto listed = static_cast<unsigned char>((*value)[16]);
  for (size_t at = 18; at + 5 <= value->size(); at += 5) {
    float p;
    std::memcpy(&p, value->data() + at + 1, sizeof p);
    auto state = static_cast<uint8_t>((*value)[at]);
    if (state >= tags_.size()) continue;
    if ((at - 18) / 5 < listed) out.listed.push_back(state);
    out.values.emplace_back(state, p);
  }
  out.known = listed > 0;
  return out;
}

void HiddenMarkov::cut(std::u32string_view han, std::vector<std::u32string>* out) const {
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

/// The states that `e` allows behind those of `alive`; where there are none, any that may follow.
std::vector<uint8_t> HiddenMarkov::allowed(const Emissions& e,
                                           const std::vector<uint8_t>& alive) const {
  std::vector<bool> next(tags_.size(), false);
  for (uint8_t s : alive) {
    for (const auto& [to, p] : trans_[s]) next[to] = true;
  }
  std::vector<uint8_t> out;
  const auto add = [&](const std::vector<uint8_t>& states) {
    for (uint8_t s : states) {
      if (next[s]) out.push_back(s);
    }
  };
  add(e.known ? e.listed : all_);
  if (out.empty()) add(all_);
  return out.empty() ? all_ : out;
}

/// The likeliest state of each character.
std::vector<size_t> HiddenMarkov::best_path(std::u32string_view han) const {
  const size_t states = tags_.size(), n = han.size();
  constexpr double kNone = -INFINITY;
  std::vector<double> previous(states, kNone), current(states, kNone);
  std::vector<std::vector<int16_t>> from(n, std::vector<int16_t>(states, -1));
  Emissions e = emissions(han[0]);
  std::vector<uint8_t> alive = e.known ? e.listed : all_;
  for (uint8_t s : alive) previous[s] = double(start_[s]) + e.of(s);
  for (size_t t = 1; t < n; ++t) {
    e = emissions(han[t]);
    std::vector<bool> was(states, false);
    for (uint8_t s : alive) was[s] = !trans_[s].empty();
    alive = allowed(e, alive);
    std::fill(current.begin(), current.end(), kNone);
    for (uint8_t s : alive) {
      const double emit = e.of(s);
      double best = kNone;
      int16_t best_from = -1;
      for (const auto& [p, log_p] : before_[s]) {
        if (!was[p]) continue;
        const double v = previous[p] + log_p + emit;
        if (v >= best) {
          best = v;
          best_from = p;
        }
      }
      // No transition: the greatest state, as max() over -inf decides.
      for (size_t p = states; p-- > 0 && best_from < 0;) {
        if (was[p]) best_from = static_cast<int16_t>(p);
      }
      current[s] = best;
      from[t][s] = best_from;
    }
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
  return path;
}

void HiddenMarkov::tag(std::u32string_view han, std::vector<TaggedWord>* out) const {
  const std::vector<size_t> path = best_path(han);
  size_t begin = 0, next = 0;
  for (size_t t = 0; t < han.size(); ++t) {
    const char position = positions_[path[t]];
    if (position == 'B') {
      begin = t;
    } else if (position == 'E' || position == 'S') {
      const size_t first = position == 'E' ? begin : t;
      out->push_back({std::u32string(han.substr(first, t + 1 - first)), tags_[path[t]]});
      next = t + 1;
    }
  }
  if (next < han.size()) out->push_back({std::u32string(han.substr(next)), tags_[path[next]]});
}

}  // namespace myna::text::zh
