#include "text/ja/words.h"

#include <algorithm>
#include <cstdlib>

#include "text/ja/kana.h"

namespace myna::text::ja {
namespace {

/// Takes what stands before `mark` off `rest`.
std::string_view take(std::string_view* rest, char mark) {
  const std::string_view out = rest->substr(0, rest->find(mark));
  rest->remove_prefix(std::min(out.size() + 1, rest->size()));
  return out;
}

int number(std::string_view text) { return std::max(0, std::atoi(std::string(text).c_str())); }

/// The words of a compound, whose parts the dictionary gives parted by colons.
void add_parts(const std::string& compound, JaWord word, std::vector<JaWord>* out) {
  const std::string whole = word.text;
  std::string_view rest = compound, surface = whole;
  std::string_view parts = take(&rest, ','), readings = take(&rest, ','), accents = rest;
  while (!accents.empty()) {
    const size_t bytes = std::min(take(&parts, ':').size(), surface.size());
    std::string_view accent = take(&accents, ':');
    word.text = accents.empty() ? surface : surface.substr(0, bytes);
    surface.remove_prefix(word.text.size());
    word.end = word.begin + word.text.size();
    word.reading = word.pronounced = take(&readings, ':');
    word.accent = number(take(&accent, '/'));
    word.moras = number(accent);
    out->push_back(word);
    word.begin = word.end;
    word.chained = 0;
  }
}

}  // namespace

std::vector<JaWord> words_of(const Dictionary& dictionary, const std::vector<Morpheme>& morphemes,
                             std::string_view text) {
  std::vector<JaWord> out;
  for (const Morpheme& morpheme : morphemes) {
    const WordClass& kind = *morpheme.entry.kind;
    const Spoken spoken = dictionary.spoken(morpheme.entry, morpheme.surface);
    JaWord word;
    word.text = morpheme.surface;
    word.pos = kind.pos;
    word.group1 = kind.group1;
    word.group2 = kind.group2;
    word.group3 = kind.group3;
    word.form = kind.form;
    word.chain_rule = kind.chain_rule;
    word.reading = word.pronounced = spoken.pronounced;
    word.accent = spoken.accent;
    word.moras = spoken.moras;
    word.begin = static_cast<size_t>(morpheme.surface.data() - text.data());
    word.end = word.begin + word.text.size();
    if (spoken.compound.empty()) {
      out.push_back(std::move(word));
    } else {
      add_parts(spoken.compound, std::move(word), &out);
    }
  }
  return out;
}

JaWord told_word(const std::vector<std::string>& units) {
  JaWord word;
  word.pos = "名詞";
  word.group1 = "固有名詞";
  word.group2 = "一般";
  word.chain_rule = "C1";
  word.by_user = true;
  for (const std::string& unit : units) {
    if (unit == kFall) {
      word.accent = word.moras;
    } else {
      word.pronounced += unit;
      ++word.moras;
    }
  }
  word.reading = word.pronounced;
  return word;
}

void remove_silent(std::vector<JaWord>* words) {
  std::erase_if(*words, [](const JaWord& w) { return w.pronounced.empty(); });
}

}  // namespace myna::text::ja
