// What a reader of whole clauses says of the characters in them: the place where g2pW or another
// model of polyphones meets the Mandarin front end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace myna::text::zh {

struct ClauseReading {
  std::string pinyin;       ///< "hang2"; empty: nothing is known
  bool by_context = false;  ///< chosen among several by the clause, not the only one that is known
};

/// Implementations are immutable after construction and may be used from many threads.
class Polyphones {
 public:
  Polyphones() = default;
  virtual ~Polyphones() = default;
  Polyphones(const Polyphones&) = delete;
  Polyphones& operator=(const Polyphones&) = delete;

  /// One for each character of `clause`: normalised simplified text that ends with a mark or not.
  virtual std::vector<ClauseReading> read(std::u32string_view clause) const = 0;

  /// The readings that are insisted on for a whole word (compat mode), one per character; empty:
  /// none. The reference's list of corrections.
  virtual std::vector<std::string> correction(std::u32string_view word) const = 0;
};

}  // namespace myna::text::zh
