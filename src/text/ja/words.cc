#include "text/ja/words.h"

#include <algorithm>
#include <cstdlib>

namespace myna::text::ja {
namespace {

/// Takes what stands before `mark` off `rest`.
std::string_view take(std::string_view* rest, char mark) {
  const std::string_view out = rest->substr(0, rest->find(mark));
  rest->remove_prefix(std::min(out.size() + 1, rest->size()));
  return out;
}

int number(std::string_view text) { return std::max(0, std::atoi(std::string(text).c_str())); }

void add(const Morpheme& morpheme, size_t begin, std::vector<JaWord>* out) {
  const Feature& f = morpheme.feature;
  JaWord word;
  word.pos = f.pos;
  word.group1 = f.group1;
  word.group2 = f.group2;
  word.group3 = f.group3;
  word.form = f.form;
  word.chain_rule = f.chain_rule;
  const bool known = f.accent.find('/') != std::string_view::npos &&
                     f.accent.find('*') == std::string_view::npos;
  const auto parts = known ? std::count(f.accent.begin(), f.accent.end(), '/') : 1;
  std::string_view surface = morpheme.surface, base = f.base, reading = f.reading,
                   pronounced = f.pronounced, accent = f.accent;
  for (auto i = parts; i-- > 0;) {
    word.text = surface;
    if (i > 0) word.text = surface.substr(0, take(&base, ':').size());
    surface.remove_prefix(word.text.size());
    word.begin = begin;
    word.end = begin += word.text.size();
    word.reading = parts > 1 ? take(&reading, ':') : reading;
    word.pronounced = parts > 1 ? take(&pronounced, ':') : pronounced;
    if (known) {
      word.accent = number(take(&accent, '/'));
      word.moras = number(take(&accent, ':'));
    }
    out->push_back(word);
    word.chained = 0;
  }
}

}  // namespace

std::vector<JaWord> words_of(const std::vector<Morpheme>& morphemes, std::string_view text) {
  std::vector<JaWord> out;
  for (const Morpheme& morpheme : morphemes)
    add(morpheme, static_cast<size_t>(morpheme.surface.data() - text.data()), &out);
  return out;
}

void remove_silent(std::vector<JaWord>* words) {
  std::erase_if(*words, [](const JaWord& w) { return w.pronounced.empty(); });
}

}  // namespace myna::text::ja
