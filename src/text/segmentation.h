// The reference's ways to cut a long text (cut0 ... cut5), for users who are used to them and for
// official weights. Myna's own way is split_sentences() in frontend.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text {

enum class CutMethod {
  kNone,         ///< cut0: the text as it is
  kFourClauses,  ///< cut1: after every fourth clause
  kFiftyChars,   ///< cut2: after 50 characters, at a clause
  kFullStop,     ///< cut3: at 。
  kDot,          ///< cut4: at a dot that is not inside a number
  kEveryMark     ///< cut5: at every mark
};

/// Parses "cut0" ... "cut5" or "0" ... "5"; nothing for "auto", Myna's own way. Throws
/// Error(kUsage) naming the accepted words.
std::optional<CutMethod> parse_cut_method(std::string_view name);

/// The pieces joined by line breaks. Throws Error(kInvalidText) where the reference fails (an empty
/// text with cut1 or cut2).
std::u32string cut_text(const std::u32string& text, CutMethod method);

/// Runs of the marks ! ? … , . - become their first.
std::u32string collapse_marks(const std::u32string& text);

/// Everything the reference does before the front end: collapsed marks, a leading stop for short
/// openings, cutting, merging of pieces under five characters, a final stop, nothing over 510
/// characters. `english` chooses "." over "。". Throws Error(kInvalidText) when no piece can be
/// spoken.
std::vector<std::string> cut_for_reference(std::string_view text, CutMethod method, bool english);

}  // namespace myna::text
