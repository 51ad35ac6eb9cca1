// Inline markup: control over the reading inside a text of any language.
//
//   <行|hang2>  <read|R EH1 D>      the word before the bar is pronounced as told
//   [hang2]  [W AH1 N]              a pronunciation without a word
//   [pause 300ms]  [pause 1.5s]     silence; [pause] alone is half a second
//   [lang:en] ... [/lang]           the language of a stretch
//   [rate:0.8] ... [/rate]          its speed, times the one asked for
//   \[  \]  \<  \>  \|  \\          the character itself
//
// Brackets that hold none of this ("[1]", "[sic]", "<3") are text. What is meant as markup and is
// wrong, unknown or not closed is an Error(kInvalidText) with line and column and the remedy.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "text/text_reader.h"

namespace myna::text {

/// `frontend` checks pronunciations; it must outlive the reader.
std::unique_ptr<TextReader> make_markup_reader(const Frontend& frontend, TextReader::Emit emit);

/// "300ms", "1.5s" -> seconds; nothing for others.
std::optional<double> duration_of(std::string_view text);
/// A decimal number without exponent; nothing for others.
std::optional<double> decimal_of(std::string_view text);

}  // namespace myna::text
