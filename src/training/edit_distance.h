// Levenshtein alignment of symbol sequences, the numerator of phone and word error rates.
#pragma once

#include <cstdint>
#include <span>

namespace myna::training {

struct EditCounts {
  int64_t substitutions = 0, deletions = 0, insertions = 0;
  int64_t reference = 0;  ///< symbols wanted

  int64_t errors() const { return substitutions + deletions + insertions; }
  /// Errors per wanted symbol; 0 when nothing was wanted and nothing was found.
  double rate() const;
  EditCounts& operator+=(const EditCounts& other);
};

/// Fewest edits that turn `wanted` into `found` (all edits cost 1; among equal alignments
/// substitutions are preferred). O(|wanted| * |found|) time and memory.
EditCounts edit_counts(std::span<const int32_t> wanted, std::span<const int32_t> found);

}  // namespace myna::training
