// Segments of a controlled text -> sentences to speak, as they come.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "text/script.h"
#include "text/sentences.h"
#include "text/user_lexicon.h"

namespace myna::text {

/// Cuts the text between pauses, boundaries and changes of rate with a SentenceCutter and gives
/// each sentence its spans; words of the user's lexicons get their pronunciation. Pauses come out
/// in their place. The result depends on the segments' text only, not on where one segment ends and
/// the next of the same kind begins.
class SentenceStream {
 public:
  explicit SentenceStream(UserLexicons lexicons = {});

  void push(const Segment& segment);
  void finish();
  std::optional<Sentence> next();

 private:
  void end_block();
  void take_pieces();
  Sentence slice(size_t begin, size_t end) const;

  UserLexicons lexicons_;
  SentenceCutter cutter_;
  double rate_ = 1;
  std::u32string text_;          ///< of the block, not yet cut
  std::vector<uint32_t> owner_;  ///< per character: style number
  std::deque<Span> styles_;      ///< spans without text; number of the first is first_style_
  uint32_t first_style_ = 0;
  std::deque<Sentence> ready_;
};

}  // namespace myna::text
