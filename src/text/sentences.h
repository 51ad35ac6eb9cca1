// Cutting a text into sentences while it arrives. split_sentences() in frontend.h is this class fed
// at once, so that a stream and a file are cut alike.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text {

/// Cuts at sentence ends; a sentence of more than the limit into parts of about equal duration, at
/// clauses. Never inside a number, nor inside a quote or bracket pair that fits into the limit. A
/// piece of fewer than two letters or digits joins its neighbour of the same line.
/// The cuts depend on the text only, not on how it was fed; what must be known beyond a cut is
/// bounded by the limit. A line break ends a sentence at once.
class SentenceCutter {
 public:
  /// `max_phones_hint`: longest sentence, in predicted phones; at least 16.
  explicit SentenceCutter(size_t max_phones_hint = 160);

  /// `glued`: this piece is one word, whatever marks are in it.
  void push(std::u32string_view text, bool glued = false);
  /// The text ends here; what is left is cut. The cutter is then as new.
  void finish();
  /// Number of characters of the next complete sentence. All of them tile the text.
  std::optional<size_t> next();

 private:
  enum class Answer { kNo, kYes, kUnknown };
  struct Open {
    char32_t closer;
    size_t at;
  };
  using Stack = std::vector<Open>;
  struct End {
    size_t at = 0;
    bool window = false;  ///< no sentence end within reach: a part is to be cut off
  };

  /// Predicted phones of [a, b); exact, so that it does not matter where the buffer starts.
  double span(size_t a, size_t b) const { return static_cast<double>(sum_[b] - sum_[a]) / 10; }
  void process(bool complete);
  void compact();
  std::optional<End> find_end(bool complete) const;
  Answer absorb(size_t* at, bool* newline, Stack* stack, bool complete) const;
  Answer dot_ends(size_t i, bool complete) const;
  bool goes_on(size_t at) const;
  Answer update(size_t i, size_t from, bool complete, Stack* stack) const;
  Answer closes_soon(size_t from, Stack stack, bool complete) const;
  bool within_number(size_t at) const;
  std::vector<bool> inside_pairs(size_t begin, size_t end) const;
  double cut_cost(size_t at, size_t begin) const;
  std::vector<size_t> partition(size_t begin, size_t end) const;
  void add_piece(size_t begin, size_t end);
  void release_held();
  bool next_piece_is_long_enough() const;

  double limit_;
  std::u32string text_;
  std::vector<uint8_t> glue_;       ///< 1: first character of a glued piece, 2: others of it
  std::vector<int64_t> sum_ = {0};  ///< of weights, in tenths of a phone
  size_t begin_ = 0;                ///< what is before is cut
  std::deque<size_t> ready_;
  size_t held_ = 0;  ///< a sentence that a following fragment would join
  double held_weight_ = 0;
  size_t pending_ = 0, pending_letters_ = 0;  ///< a fragment that waits for what follows
};

}  // namespace myna::text
