#include "voice/alignment.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "text/symbols.h"

namespace myna::voice {
namespace {

enum class Step : uint8_t { kMatch, kSubstitute, kDelete, kInsert };

/// "AH0" -> "AH"; everything that is not an upper-case ARPAbet vowel stays as it is.
std::string without_stress(const std::string& symbol) {
  if (symbol.size() != 3 || !std::isdigit(static_cast<unsigned char>(symbol[2]))) return symbol;
  const bool upper = std::isupper(static_cast<unsigned char>(symbol[0])) &&
                     std::isupper(static_cast<unsigned char>(symbol[1]));
  // Mandarin finals such as "En3" keep their tone: only all-capital names are ARPAbet, and of the
  // official table's Mandarin symbols none is two capitals and a digit.
  return upper ? symbol.substr(0, 2) : symbol;
}

}  // namespace

double AlignmentCounts::rate() const {
  if (wanted == 0) return errors() == 0 ? 0.0 : 1.0;
  return double(errors()) / wanted;
}

AlignmentCounts& AlignmentCounts::operator+=(const AlignmentCounts& other) {
  wanted += other.wanted;
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  longest_deletion = std::max(longest_deletion, other.longest_deletion);
  longest_insertion = std::max(longest_insertion, other.longest_insertion);
  return *this;
}

AlignmentCounts align(const std::vector<int32_t>& wanted, const std::vector<int32_t>& heard) {
  const size_t n = wanted.size(), m = heard.size();
  std::vector<int32_t> previous(m + 1), current(m + 1);
  std::vector<Step> trace((n + 1) * (m + 1), Step::kMatch);
  for (size_t j = 0; j <= m; ++j) {
    previous[j] = int32_t(j);
    trace[j] = Step::kInsert;
  }
  for (size_t i = 1; i <= n; ++i) {
    current[0] = int32_t(i);
    trace[i * (m + 1)] = Step::kDelete;
    for (size_t j = 1; j <= m; ++j) {
      const bool same = wanted[i - 1] == heard[j - 1];
      int32_t best = previous[j - 1] + (same ? 0 : 1);
      Step step = same ? Step::kMatch : Step::kSubstitute;
      if (previous[j] + 1 < best) best = previous[j] + 1, step = Step::kDelete;
      if (current[j - 1] + 1 < best) best = current[j - 1] + 1, step = Step::kInsert;
      current[j] = best;
      trace[i * (m + 1) + j] = step;
    }
    std::swap(previous, current);
  }

  AlignmentCounts counts;
  counts.wanted = int(n);
  int deletion_run = 0, insertion_run = 0;
  for (size_t i = n, j = m; i > 0 || j > 0;) {
    const Step step = trace[i * (m + 1) + j];
    deletion_run = step == Step::kDelete ? deletion_run + 1 : 0;
    insertion_run = step == Step::kInsert ? insertion_run + 1 : 0;
    counts.longest_deletion = std::max(counts.longest_deletion, deletion_run);
    counts.longest_insertion = std::max(counts.longest_insertion, insertion_run);
    counts.substitutions += step == Step::kSubstitute;
    counts.deletions += step == Step::kDelete;
    counts.insertions += step == Step::kInsert;
    if (step != Step::kInsert) --i;
    if (step != Step::kDelete) --j;
  }
  return counts;
}

PhoneClasses::PhoneClasses(const std::vector<std::string>& symbols) {
  std::map<std::string, int32_t> classes;
  class_of_.reserve(symbols.size());
  for (const std::string& symbol : symbols) {
    if (!text::is_spoken_symbol(symbol)) {
      class_of_.push_back(-1);
      continue;
    }
    const auto [it, fresh] = classes.emplace(without_stress(symbol), int32_t(classes.size()));
    class_of_.push_back(it->second);
  }
}

std::vector<int32_t> PhoneClasses::classify(const std::vector<int32_t>& ids) const {
  std::vector<int32_t> out;
  out.reserve(ids.size());
  for (int32_t id : ids) {
    if (spoken(id)) out.push_back(class_of_[size_t(id)]);
  }
  return out;
}

bool PhoneClasses::spoken(int32_t id) const {
  return id >= 0 && size_t(id) < class_of_.size() && class_of_[size_t(id)] >= 0;
}

}  // namespace myna::voice
