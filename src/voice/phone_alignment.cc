#include "voice/phone_alignment.h"

#include <algorithm>
#include <limits>

#include "models/ctc_path.h"
#include "text/symbols.h"

namespace myna::voice {
namespace {

constexpr int32_t kBlank = -1;

/// Shares the blanks in frames [begin, end) among the phones around them and what is unspoken
/// between those two.
void share_blanks(std::vector<int32_t>& frames, size_t begin, size_t end, int32_t phone_count) {
  const bool has_left = begin > 0, has_right = end < frames.size();
  const int32_t left = has_left ? frames[begin - 1] : -1;
  const int32_t right = has_right ? frames[end] : phone_count;
  const auto count = int64_t(end - begin);
  const int64_t unspoken = right - left - 1;
  int64_t to_left, to_right;
  if (unspoken == 0) {
    to_left = !has_left ? 0 : has_right ? (count + 1) / 2 : count;
    to_right = count - to_left;
  } else {
    to_left = has_left && (has_right || count > 1);
    to_right = has_right && count > 1;
  }
  const int64_t between = count - to_left - to_right;
  for (int64_t i = 0; i < count; ++i) {
    int32_t& frame = frames[begin + size_t(i)];
    if (i < to_left) {
      frame = left;
    } else if (i >= count - to_right) {
      frame = right;
    } else {
      frame = left + 1 + int32_t((i - to_left) * unspoken / between);
    }
  }
}

}  // namespace

std::vector<uint16_t> align_phones(const float* log_probs, int64_t frames, int64_t classes,
                                   std::span<const int32_t> phones, int32_t blank, double least) {
  const auto& symbols = text::SymbolTable::of(text::SymbolSet::kV2);
  std::vector<int32_t> spoken, where;
  for (size_t i = 0; i < phones.size(); ++i) {
    if (!symbols.spoken(phones[i])) continue;
    if (phones[i] < 0 || phones[i] >= classes || phones[i] == blank) return {};
    spoken.push_back(phones[i]);
    where.push_back(int32_t(i));
  }
  if (spoken.empty() || phones.size() >= std::numeric_limits<uint16_t>::max()) return {};
  const auto path = models::ctc_align(log_probs, frames, classes, spoken, blank);
  if (!path || path->log_prob < least * double(spoken.size())) return {};

  std::vector<int32_t> said(path->symbols.size(), kBlank);
  for (size_t t = 0; t < said.size(); ++t)
    if (path->symbols[t] >= 0) said[t] = where[size_t(path->symbols[t])];
  for (size_t begin = 0; begin < said.size(); ++begin) {
    if (said[begin] != kBlank) continue;
    size_t end = begin;
    while (end < said.size() && said[end] == kBlank) ++end;
    share_blanks(said, begin, end, int32_t(phones.size()));
  }
  return {said.begin(), said.end()};
}

}  // namespace myna::voice
