#include "training/letter_data.h"

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "text/lexicon_file.h"

namespace myna::training {
namespace {

constexpr size_t kUnseenEvery = 20;
constexpr char kVariantMark = '\xFF';  // between the pronunciations of a word

std::vector<std::vector<int32_t>> readings_of(std::string_view value) {
  std::vector<std::vector<int32_t>> out(1);
  for (const char byte : value) {
    if (byte == kVariantMark) {
      out.emplace_back();
    } else {
      out.back().push_back(static_cast<unsigned char>(byte));
    }
  }
  return out;
}

}  // namespace

LetterDictionary load_letter_dictionary(const std::filesystem::path& file) {
  const text::LexiconFile lexicon(file);
  LetterDictionary out;
  out.phones = lexicon.meta_words("phones");
  out.digest = hex(sha256_file(file));
  size_t number = 0;
  for (auto entry = lexicon.lower_bound("a"); entry;
       entry = lexicon.lower_bound(entry->key + '\0')) {
    const bool plain = std::all_of(entry->key.begin(), entry->key.end(),
                                   [](char c) { return c >= 'a' && c <= 'z'; });
    if (!plain || entry->key.size() < 2) continue;
    auto& part = number++ % kUnseenEvery == 0 ? out.unseen : out.train;
    part.push_back({entry->key, readings_of(entry->value)});
  }
  if (out.unseen.empty())
    throw Error(ErrorCode::kInvalidModel, "holds no English words; give en_words.lex",
                file.string());
  return out;
}

}  // namespace myna::training
