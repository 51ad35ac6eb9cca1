// Any bytes as markup, SSML and lexicon: only myna::Error with a message may come out; a text fed
// in pieces must give the sentences of the whole; what is read must be consistent.
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "text/text_reader.h"

namespace {

using myna::text::Frontend;
using myna::text::Sentence;
using myna::text::TextFormat;

const Frontend& frontend() {
  static const Frontend instance = [] {
    const char* dir = std::getenv("MYNA_LEXICON_DIR");
    return Frontend(dir != nullptr ? dir : "assets/lexicons");
  }();
  return instance;
}

/// Sentences as one string; nothing when the text is refused.
std::optional<std::string> flat(std::string_view text, TextFormat format, size_t piece,
                                std::vector<Sentence>* sentences) {
  try {
    myna::text::SentenceReader reader(format, frontend());
    for (size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece));
    reader.finish();
    std::string out;
    while (auto sentence = reader.next()) {
      out += sentence->is_pause() ? "(" + std::to_string(sentence->pause_seconds) + ")" : "/";
      out += std::to_string(sentence->rate);
      for (const auto& span : sentence->spans) out += "|" + span.text;
      if (sentences != nullptr) sentences->push_back(std::move(*sentence));
    }
    return out;
  } catch (const myna::Error& error) {
    if (error.code() != myna::ErrorCode::kInvalidText || error.message().empty()) std::abort();
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > 1 << 16) return 0;
  constexpr TextFormat kFormats[] = {TextFormat::kMarkup, TextFormat::kSsml, TextFormat::kAuto,
                                     TextFormat::kPlain};
  const TextFormat format = kFormats[data[0] % 4];
  const size_t piece = 1 + data[1] % 64;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  try {
    myna::text::UserLexicon::parse(text, "fuzz", frontend());
  } catch (const myna::Error& error) {
    if (error.code() != myna::ErrorCode::kInvalidText) std::abort();
  }
  std::vector<Sentence> sentences;
  const auto whole = flat(text, format, text.size() + 1, &sentences);
  if (flat(text, format, piece, nullptr) != whole) std::abort();
  for (const Sentence& sentence : sentences) {
    if (sentence.is_pause()) continue;
    try {
      const auto u = frontend().analyse(sentence, myna::text::Mode::kAuto);
      size_t phones = 0;
      for (const auto& word : u.words) {
        phones += word.phone_count;
        if (u.normalized.substr(word.begin, word.end - word.begin) != word.text) std::abort();
      }
      if (phones != u.phones.size() || u.ids.size() != u.phones.size()) std::abort();
    } catch (const myna::Error&) {
    }
  }
  return 0;
}
