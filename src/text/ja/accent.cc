#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "text/ja/words.h"

namespace myna::text::ja {
namespace {

bool is_noun(const JaWord& w) { return w.pos == "名詞"; }
bool is_verb(const JaWord& w) { return w.pos == "動詞"; }
bool is_adjective(const JaWord& w) { return w.pos == "形容詞"; }
bool is_particle(const JaWord& w) { return w.pos == "助詞" || w.pos == "助動詞"; }
bool stands_alone(const JaWord& w) {
  return w.pos == "副詞" || w.pos == "接続詞" || w.pos == "連体詞";
}
bool is_continuative(const JaWord& w) { return w.form.rfind("連用", 0) == 0; }

/// Whether a dependent adjective joins what is before it: 食べ|やすい, 高く|ない, 食べて|ほしい.
bool adjective_joins(const JaWord& before) {
  if (is_verb(before) || is_adjective(before)) return is_continuative(before);
  return before.pos == "助詞" && before.group1 == "接続助詞" &&
         (before.text == "て" || before.text == "で");
}

/// Later rules override earlier ones.
bool joins(const JaWord& before, const JaWord& word) {
  bool out = true;
  const bool noun = is_noun(word), after_noun = is_noun(before);
  if (is_adjective(before) && noun) out = false;
  if (after_noun && before.group1 == "形容動詞語幹" && noun) out = false;
  if (is_verb(before) && (is_adjective(word) || noun)) out = false;
  if (stands_alone(word) || stands_alone(before)) out = false;
  if (after_noun && before.group1 == "副詞可能") out = false;
  if (noun && word.group1 == "副詞可能") out = false;
  if (is_particle(word)) out = true;
  if (is_particle(before) && !is_particle(word)) out = false;
  if (before.group1 == "接尾" && noun) out = false;
  if (is_adjective(word) && word.group1 == "非自立" && adjective_joins(before)) out = true;
  if (is_verb(word) && word.group1 == "非自立" &&
      ((is_verb(before) && is_continuative(before)) || (after_noun && before.group1 == "サ変接続")))
    out = true;
  if (after_noun && (is_verb(word) || is_adjective(word) || word.group1 == "形容動詞語幹"))
    out = false;
  if (word.pos == "記号" || before.pos == "記号") out = false;
  if (word.pos == "接頭詞") out = false;
  if (before.group3 == "姓" && noun) out = false;
  if (after_noun && word.group3 == "名") out = false;
  if (word.group1 == "接尾") out = true;
  return out;
}

struct Rule {
  std::string_view name;
  int shift = 0;
};

/// The part of a chain rule ("動詞%F2@1/形容詞%F4@-2", "C3") for a word of class `pos` before it.
Rule rule_after(std::string_view rules, std::string_view pos) {
  while (!rules.empty()) {
    std::string_view one = rules.substr(0, rules.find('/'));
    rules.remove_prefix(std::min(one.size() + 1, rules.size()));
    const size_t percent = one.find('%');
    if (percent != std::string_view::npos) {
      if (pos.find(one.substr(0, percent)) == std::string_view::npos) continue;
      one.remove_prefix(percent + 1);
    }
    const size_t at = one.find('@');
    Rule out{one.substr(0, at), 0};
    if (at != std::string_view::npos)
      out.shift = std::atoi(std::string(one.substr(at + 1)).c_str());
    return out;
  }
  return {};
}

/// The accent of a phrase that had `accent` and `moras` before `word` joined it.
int joined_accent(int accent, int moras, const JaWord& word, const Rule& rule) {
  const std::string_view name = rule.name;
  if (name == "F2") return accent == 0 ? moras + rule.shift : accent;
  if (name == "F3") return accent != 0 ? moras + rule.shift : accent;
  if (name == "F4") return moras + rule.shift;
  if (name == "F5" || name == "C4" || name == "P6") return 0;
  if (name == "C1") return moras + word.accent;
  if (name == "C2") return moras + 1;
  if (name == "C3") return moras;
  if (name == "P1") return word.accent == 0 ? 0 : moras + word.accent;
  if (name == "P2") return moras + (word.accent == 0 ? 1 : word.accent);
  if (name == "P14") return word.accent == 0 ? accent : moras + word.accent;
  return accent;
}

bool is_one_of(const std::string& text, std::string_view characters) {
  return !text.empty() && text.size() == 3 && characters.find(text) != std::string_view::npos;
}

/// The accent of a number before 十, 百, 千 ...; `next` may be null. Negative: as it is.
int accent_before_power(const JaWord& before, const JaWord& power, const JaWord* next) {
  const std::string& digit = before.text;
  if (power.text == "十") {
    const bool more = next != nullptr && is_one_of(next->text, "一二三四五六七八九");
    return is_one_of(digit, "五六八") && more ? 0 : 1;
  }
  if (power.text == "百") {
    if (digit == "七") return 2;
    return is_one_of(digit, "三四九何") ? 1 : before.moras + power.moras;
  }
  if (power.text == "千" || power.text == "万") return before.moras + 1;
  if (power.text == "億") return is_one_of(digit, "一六七八幾") ? 2 : 1;
  if (power.text == "兆") return is_one_of(digit, "六七") ? 2 : 1;
  return -1;
}

}  // namespace

void set_accent_phrases(std::vector<JaWord>* words) {
  for (size_t i = 1; i < words->size(); ++i) {
    JaWord& word = (*words)[i];
    if (word.chained < 0) word.chained = joins((*words)[i - 1], word) ? 1 : 0;
  }
}

void set_accents(std::vector<JaWord>* words) {
  size_t top = 0;
  int moras = 0;
  for (size_t i = 0; i < words->size(); ++i) {
    JaWord& word = (*words)[i];
    const JaWord* next = i + 1 < words->size() ? &(*words)[i + 1] : nullptr;
    if (i == 0 || word.chained != 1) {
      top = i;
      moras = 0;
    } else {
      JaWord& before = (*words)[i - 1];
      JaWord& first = (*words)[top];
      const Rule rule = rule_after(word.chain_rule, before.pos);
      first.accent = std::max(0, joined_accent(first.accent, moras, word, rule));
      if (before.group1 == "数" && word.group1 == "数") {
        const int accent = accent_before_power(before, word, next);
        if (accent >= 0) before.accent = accent;
      }
    }
    if (word.text == "十" && word.chained != 1 && next != nullptr && next->group1 == "数")
      word.accent = 0;
    moras += word.moras;
  }
}

}  // namespace myna::text::ja
