#include "training/transcripts.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/error.h"
#include "text/symbols.h"
#include "training/pinyin.h"

namespace myna::training {
namespace {

const text::SymbolTable& table() { return text::SymbolTable::of(text::SymbolSet::kV2); }

const char* const kMarks[] = {"!", ",", "-", ".", "?", "…"};

bool is_mark_name(std::string_view name) {
  return std::find(std::begin(kMarks), std::end(kMarks), name) != std::end(kMarks);
}

bool is_stress(char c) { return c >= '0' && c <= '2'; }

std::string without_stress(std::string phone) {
  if (!phone.empty() && is_stress(phone.back())) phone.pop_back();
  return phone;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// Words of the corpus are labelled without stress when they have one vowel; dictionaries mark it.
void stress_single_vowel(std::vector<std::string>& phones) {
  std::string* vowel = nullptr;
  for (auto& phone : phones) {
    if (!is_stress(phone.back())) continue;
    if (vowel != nullptr) return;
    vowel = &phone;
  }
  if (vowel != nullptr && !vowel->starts_with("AH")) vowel->back() = '1';
}

std::vector<std::string> split_words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool ends_with_mark(std::string_view text) {
  for (const char* mark : {".", "?", "!", ",", ";", ":", "。", "？", "！", "，", "；", "：", "…"}) {
    if (text.ends_with(mark)) return true;
  }
  return false;
}

/// Pinyin of one word's phones, syllables written together; empty when it is not Mandarin.
std::string pinyin_of(const text::Utterance& utterance, const text::Word& word) {
  std::string out;
  if (word.language != text::Language::kZh || word.phone_count % 2 != 0) return {};
  for (size_t i = 0; i < word.phone_count; i += 2) {
    const auto syllable = symbols_to_pinyin(utterance.phones[word.first_phone + i],
                                            utterance.phones[word.first_phone + i + 1]);
    if (!syllable) return {};
    out += *syllable;
  }
  return out;
}

std::string spoken_mandarin(const text::Utterance& utterance) {
  std::string out;
  for (const auto& word : utterance.words) {
    if (word.phone_count == 0) continue;
    const auto& first = utterance.phones[word.first_phone];
    if (is_mark_name(first)) {
      out += first;
      continue;
    }
    const std::string pinyin = pinyin_of(utterance, word);
    if (pinyin.empty()) return {};
    out += (out.empty() ? "" : " ") + pinyin;
  }
  return out;
}

}  // namespace

Transcriber::Transcriber(const text::Frontend& frontend) : frontend_(frontend) {}

int32_t Transcriber::id(std::string_view symbol) const { return table().id(symbol); }

bool Transcriber::is_mark(int32_t phone) const {
  return is_mark_name(text::symbol_names(text::SymbolSet::kV2)[static_cast<size_t>(phone)]);
}

std::vector<std::string> Transcriber::word_phones(const std::string& word) {
  const auto [entry, added] = words_.try_emplace(word);
  if (added) {
    auto phones = frontend_.analyse(word, text::Mode::kEn).phones;
    std::erase_if(phones, is_mark_name);
    entry->second = std::move(phones);
  }
  return entry->second;
}

std::vector<int32_t> Transcriber::from_arpabet(std::string_view phones, std::string_view text,
                                               const std::string& subject) {
  std::vector<std::vector<std::string>> words(1);
  for (const auto& token : split_words(phones)) {
    if (token == "|") {
      words.emplace_back();
    } else if (table().contains(token + "0")) {
      words.back().push_back(token + "0");  // a vowel that the corpus left without stress
    } else if (!table().contains(token)) {
      throw Error(ErrorCode::kInvalidModel, "\"" + token + "\" is no ARPAbet phone", subject);
    } else {
      words.back().push_back(token);
    }
  }
  const auto spelled = split_words(text);
  std::vector<int32_t> ids;
  for (size_t i = 0; i < words.size(); ++i) {
    auto& word = words[i];
    bool known = false;
    if (spelled.size() == words.size()) {
      const auto reference = word_phones(lower(spelled[i]));
      known = std::equal(
          word.begin(), word.end(), reference.begin(), reference.end(),
          [](const auto& a, const auto& b) { return without_stress(a) == without_stress(b); });
      if (known) word = reference;
    }
    if (!known) stress_single_vowel(word);
    for (const auto& phone : word) ids.push_back(id(phone));
  }
  ids.push_back(id("."));
  return ids;
}

std::vector<int32_t> Transcriber::from_pinyin(std::string_view syllable) const {
  const auto symbols = pinyin_to_symbols(syllable);
  if (!symbols) return {};
  return {id(symbols->first), id(symbols->second)};
}

Reading Transcriber::read(std::string_view sentence, std::string_view language) const {
  std::string text(sentence);
  const bool mandarin = language == "zh";
  if (!ends_with_mark(text)) text += mandarin ? "。" : ".";
  const auto utterance = frontend_.analyse(text, mandarin ? text::Mode::kAllZh : text::Mode::kEn);
  return {utterance.ids, mandarin ? spoken_mandarin(utterance) : utterance.normalized};
}

std::vector<int32_t> Transcriber::read_word(std::string_view word,
                                            std::string_view language) const {
  auto phones = read(word, language).phones;
  while (!phones.empty() && is_mark(phones.back())) phones.pop_back();
  while (!phones.empty() && is_mark(phones.front())) phones.erase(phones.begin());
  return phones;
}

}  // namespace myna::training
