// How a sentence was read, for people and for programs.
#pragma once

#include <string>

#include "base/json.h"
#include "text/frontend.h"

namespace myna::cli {

/// Language runs, the text as read, then a row for each word: language, phones, ids. Words whose
/// pronunciation was given bear a star.
std::string phones_table(const text::Utterance& utterance);

/// Keys text, normalized, phones, ids, word2ph, runs, words, notes.
Json phones_json(const text::Utterance& utterance);

}  // namespace myna::cli
