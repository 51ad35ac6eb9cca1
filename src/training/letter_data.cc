#include "training/letter_data.h"

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/error.h"
#include "text/lexicon_file.h"
#include "training/letter_alignment.h"

namespace myna::training {
namespace {

constexpr size_t kUnseenEvery = 20;
constexpr size_t kRareSound = 3;       // sounds of fewer letters are mostly slips of the alignment
constexpr char kVariantMark = '\xFF';  // between the pronunciations of a word

using Phones = std::vector<std::string>;

std::vector<Phones> readings_of(std::string_view value, const std::vector<std::string>& phones) {
  std::vector<Phones> out(1);
  for (const char byte : value) {
    if (byte == kVariantMark) {
      out.emplace_back();
    } else {
      out.back().push_back(phones.at(static_cast<unsigned char>(byte)));
    }
  }
  return out;
}

/// The sound of each letter.
std::vector<std::string> sounds_of(const AlignedWord& word) {
  std::vector<std::string> out;
  size_t phone = 0;
  for (const int take : word.takes) {
    std::string sound;
    for (int k = 0; k < take; ++k) sound += (k > 0 ? " " : "") + word.phones[phone++];
    out.push_back(std::move(sound));
  }
  return out;
}

/// Keeps the words whose sounds are not rare, and numbers these sounds by name.
void add_aligned(const std::vector<AlignedWord>& words, LetterDictionary* out) {
  std::map<std::string, size_t> counts;
  for (const AlignedWord& word : words)
    for (const std::string& sound : sounds_of(word)) ++counts[sound];
  std::map<std::string, int64_t> numbers;
  for (const auto& [sound, count] : counts) {
    if (count < kRareSound) continue;
    numbers[sound] = int64_t(out->sounds.size());
    out->sounds.push_back(sound);
  }
  for (const AlignedWord& word : words) {
    LetterWord learned = {word.word, {}};
    for (const std::string& sound : sounds_of(word)) {
      const auto found = numbers.find(sound);
      if (found != numbers.end()) learned.sounds.push_back(found->second);
    }
    if (learned.sounds.size() == word.word.size()) out->train.push_back(std::move(learned));
  }
}

}  // namespace

LetterDictionary load_letter_dictionary(const std::filesystem::path& file) {
  const text::LexiconFile lexicon(file);
  LetterDictionary out;
  out.digest = hex(sha256_file(file));
  const std::vector<std::string> phones = lexicon.meta_words("phones");
  std::vector<AlignedWord> words;
  size_t number = 0;
  for (auto entry = lexicon.lower_bound("a"); entry;
       entry = lexicon.lower_bound(entry->key + '\0')) {
    const bool plain = std::all_of(entry->key.begin(), entry->key.end(),
                                   [](char c) { return c >= 'a' && c <= 'z'; });
    if (!plain || entry->key.size() < 2) continue;
    std::vector<Phones> readings = readings_of(entry->value, phones);
    if (number++ % kUnseenEvery == 0) {
      out.unseen.push_back({entry->key, std::move(readings)});
    } else {
      words.push_back({entry->key, std::move(readings.front()), {}});
    }
  }
  if (out.unseen.empty())
    throw Error(ErrorCode::kInvalidModel, "holds no English words; give en_words.lex",
                file.string());
  align_letters(&words);
  add_aligned(words, &out);
  return out;
}

}  // namespace myna::training
