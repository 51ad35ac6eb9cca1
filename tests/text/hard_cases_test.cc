// Lists of hard cases with the right reading, written by hand for this (tests/data/hard_cases_*):
// what the default mode makes of them.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "text/golden_support.h"
#include "text/ja/kana.h"
#include "text/ko/g2p.h"
#include "text/ko/hangul.h"
#include "text/unicode.h"
#include "text/yue/jyutping.h"
#include "text/zh/mandarin.h"

namespace myna::text {
namespace {

const Frontend& frontend() {
  static const Frontend instance(lexicon_dir());
  return instance;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  std::stringstream in(text);
  for (std::string part; std::getline(in, part, at);) out.push_back(part);
  return out;
}

/// Letters and Han characters only, in lower case: marks, blanks and hyphens do not count.
std::string bare(const std::string& text) {
  std::string out;
  for (char32_t c : decode_utf8(text)) {
    if (c >= U'A' && c <= U'Z') c |= 32;
    if (is_han(c) || is_latin(c)) out += encode_utf8(c);
  }
  return out;
}

/// "hang2" -> its two phones, by the table of the front end; ARPAbet stays.
std::string as_phones(const std::string& sounds) {
  static const LexiconFile table(lexicon_dir() / "zh_pinyin.lex");
  static const zh::Pinyin pinyin(table);
  std::string out;
  for (const std::string& sound : split(sounds, ' ')) {
    const zh::Syllable s = pinyin.parse(sound);
    const bool mandarin = s.id != zh::Syllable::kNone && sound[0] >= 'a' && sound[0] <= 'z';
    out +=
        (out.empty() ? "" : " ") + (mandarin ? pinyin.initial(s) + " " + pinyin.final(s) : sound);
  }
  return out;
}

/// Phones of the `number`-th place (from 1) where `wanted` stands in the text; a place may be a
/// part of a Mandarin word or several words.
std::string sounds_of(const Utterance& u, const std::string& wanted, size_t number) {
  // One entry per code point of the words: its text and phones.
  std::vector<std::pair<std::string, std::string>> units;
  for (const LanguageRun& run : u.runs) {
    size_t phone = run.first_phone, at = 0;
    if (run.language == Language::kZh) {
      for (const char32_t c : decode_utf8(run.normalized)) {
        std::string sounds;
        for (int32_t k = 0; k < run.word2ph[at]; ++k)
          sounds += (k > 0 ? " " : "") + u.phones[phone++];
        ++at;
        units.emplace_back(encode_utf8(c), sounds);
      }
      continue;
    }
    for (const Word& word : u.words) {
      if (word.first_phone < run.first_phone ||
          word.first_phone >= run.first_phone + run.phone_count)
        continue;
      std::string sounds;
      for (size_t k = 0; k < word.phone_count; ++k)
        sounds += (k > 0 ? " " : "") + u.phones[word.first_phone + k];
      units.emplace_back(word.text, sounds);
    }
  }
  for (size_t begin = 0; begin < units.size(); ++begin) {
    std::string text, sounds;
    for (size_t end = begin; end < units.size() && text.size() < wanted.size(); ++end) {
      text += units[end].first;
      sounds += (sounds.empty() ? "" : " ") + units[end].second;
    }
    if (text == wanted && --number == 0) return sounds;
  }
  return "(no such word)";
}

/// Dictionaries differ in secondary stress (NATO with OW0 or OW2) and in the weak vowel (AH0 or
/// IH0); both are right. Where the main stress is, is not free.
bool same_sounds(const std::string& a, const std::string& b) {
  const std::vector<std::string> x = split(a, ' '), y = split(b, ' ');
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](std::string p, std::string q) {
    if (p == q) return true;
    for (std::string* sound : {&p, &q})
      if (*sound == "IH0") *sound = "AH0";
    if (p.back() < '0' || p.back() > '2' || q.back() < '0' || q.back() > '2') return p == q;
    const char stress = p.back(), other = q.back();
    p.pop_back();
    q.pop_back();
    return p == q && (stress == other || stress == '2' || other == '2');
  });
}

bool one_reads(const std::string& alternatives, const std::string& said) {
  for (const std::string& wanted : split(alternatives, '|'))
    if (bare(wanted) == bare(said)) return true;
  return false;
}

bool one_sounds(const std::string& alternatives, const std::string& said) {
  for (const std::string& wanted : split(alternatives, '|'))
    if (same_sounds(as_phones(wanted), said)) return true;
  return false;
}

/// All texts that "a[b/c]d" stands for; | parts whole ones.
std::vector<std::string> choices(const std::string& pattern) {
  std::vector<std::string> out;
  for (const std::string& whole : split(pattern, '|')) {
    std::vector<std::string> some = {""};
    for (size_t at = 0; at < whole.size();) {
      const size_t open = std::min(whole.find('[', at), whole.size());
      for (std::string& text : some) text += whole.substr(at, open - at);
      if (open == whole.size()) break;
      const size_t close = whole.find(']', open);
      std::vector<std::string> next;
      for (const std::string& text : some) {
        for (const std::string& part : split(whole.substr(open + 1, close - open - 1) + "/", '/'))
          next.push_back(text + part);
      }
      some = std::move(next);
      at = close + 1;
    }
    out.insert(out.end(), some.begin(), some.end());
  }
  return out;
}

/// Phones of kana as pronounced; a long vowel is the vowel twice, and so is エイ.
std::string kana_phones(std::string_view kana) {
  std::string out, vowel;
  while (!kana.empty()) {
    const ja::Mora* mora = ja::find_mora(kana);
    const bool lengthens = mora == nullptr && kana.substr(0, ja::kLong.size()) == ja::kLong;
    if (mora == nullptr && !lengthens) return "(no kana: " + std::string(kana) + ")";
    if (mora != nullptr) {
      out += mora->consonant.empty() ? "" : mora->consonant + " ";
      vowel = mora->vowel == "i" && mora->consonant.empty() && vowel == "e" ? "e" : mora->vowel;
    }
    out += vowel.empty() ? "" : vowel + " ";
    kana.remove_prefix(mora != nullptr ? mora->kana.size() : ja::kLong.size());
  }
  return out;
}

std::string hangul_phones(const std::string& hangul) {
  std::string out;
  for (const std::string& phone : ko::G2p::phones(ko::to_jamo(decode_utf8(hangul))))
    out += phone + " ";
  return out;
}

std::string jyutping_phones(const std::string& syllables) {
  std::string out;
  for (const std::string& syllable : split(syllables, ' ')) {
    if (syllable.empty()) continue;
    const auto phones = yue::phones_of(syllable);
    out += phones ? (*phones)[0] + " " + (*phones)[1] + " " : "(no jyutping: " + syllable + ")";
  }
  return out;
}

/// The phones that a reading as the lists write it stands for; _ is an English stretch.
std::string wanted_phones(const std::string& reading, Language language) {
  std::string out, part;
  for (const char c : reading + "_") {
    if (c != '_') {
      part += c;
      continue;
    }
    out += language == Language::kJa   ? kana_phones(part)
           : language == Language::kKo ? hangul_phones(part)
                                       : jyutping_phones(part);
    out += "_ ";
    part.clear();
  }
  return out.substr(0, out.size() - 2);
}

/// The phones of a sentence without pauses and marks of pitch; an English stretch is _.
std::string said_phones(const Utterance& u, Language language) {
  static const std::string kSilent = " [ ] # _ UNK 空 . , ! ? … - ";
  std::string out, vowel;
  for (const LanguageRun& run : u.runs) {
    std::string said;
    for (size_t k = 0; k < run.phone_count; ++k) {
      std::string phone = u.phones[run.first_phone + k];
      if (kSilent.find(" " + phone + " ") != std::string::npos) continue;
      if (language == Language::kJa) {
        if (phone == "i" && vowel == "e") phone = "e";
        vowel = phone;
      }
      said += phone + " ";
    }
    if (said.empty()) continue;
    out += run.language == language ? said : run.language == Language::kEn ? "_ " : "(other) ";
  }
  return out;
}

/// Empty when the whole sentence is said as one of the readings, else what is said.
std::string sentence_fault(const std::vector<std::string>& fields, Language language, Mode mode) {
  Utterance u;
  try {
    u = frontend().analyse(fields[1], mode);
  } catch (const std::exception& error) {
    return error.what();
  }
  const std::string said = said_phones(u, language);
  for (const std::string& reading : choices(fields[2]))
    if (wanted_phones(reading, language) == said) return {};
  return u.normalized + " [" + said + "] / " + fields[2];
}

/// Empty when the text is read right, else what is wrong.
std::string fault(const std::vector<std::string>& fields, Mode mode) {
  if (mode == Mode::kJa) return sentence_fault(fields, Language::kJa, mode);
  if (mode == Mode::kKo) return sentence_fault(fields, Language::kKo, mode);
  if (mode == Mode::kYue) return sentence_fault(fields, Language::kYue, mode);
  Utterance u;
  try {
    u = frontend().analyse(fields[1], mode);
  } catch (const std::exception& error) {
    return error.what();
  }
  if (fields[2] != "-" && !one_reads(fields[2], u.normalized))
    return u.normalized + " / " + fields[2];
  if (fields.size() < 4) return {};
  for (const std::string& item : split(fields[3], ';')) {
    std::string word = item.substr(0, item.find('=')), wanted = item.substr(item.find('=') + 1);
    size_t number = 1;
    if (const size_t hash = word.find('#'); hash != std::string::npos) {
      number = size_t(std::stoi(word.substr(hash + 1)));
      word.resize(hash);
    }
    const std::string said = sounds_of(u, word, number);
    if (!one_sounds(wanted, said)) return word + ": " + said + " / " + wanted;
  }
  return {};
}

double share_right(const std::string& file, Mode mode, int least) {
  std::ifstream in(std::filesystem::path(MYNA_TEST_DATA) / file);
  std::map<std::string, std::pair<int, int>> groups;
  int right = 0, all = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = split(line, '\t');
    if (fields.size() < 3) {
      ADD_FAILURE() << file << ": a line has fewer than three fields: " << line;
      continue;
    }
    const std::string wrong = fault(fields, mode);
    if (!wrong.empty())
      std::printf("  %s: %s: %s\n", fields[0].c_str(), fields[1].c_str(), wrong.c_str());
    groups[fields[0]].first += wrong.empty();
    ++groups[fields[0]].second;
    right += wrong.empty();
    ++all;
  }
  for (const auto& [name, count] : groups)
    std::printf("  %-10s %d of %d\n", name.c_str(), count.first, count.second);
  std::printf("%s: %d of %d right (%.1f %%)\n", file.c_str(), right, all, 100.0 * right / all);
  EXPECT_GE(all, least) << file;
  return double(right) / all;
}

TEST(HardCases, Mandarin) { EXPECT_GE(share_right("hard_cases_zh.tsv", Mode::kZh, 300), 0.98); }

TEST(HardCases, English) { EXPECT_GE(share_right("hard_cases_en.tsv", Mode::kEn, 300), 0.98); }

TEST(HardCases, Japanese) { EXPECT_GE(share_right("hard_cases_ja.tsv", Mode::kJa, 300), 0.98); }

TEST(HardCases, Korean) { EXPECT_GE(share_right("hard_cases_ko.tsv", Mode::kKo, 280), 0.98); }

TEST(HardCases, Cantonese) { EXPECT_GE(share_right("hard_cases_yue.tsv", Mode::kYue, 280), 0.98); }

}  // namespace
}  // namespace myna::text
