#include "text/zh/sandhi.h"

#include <algorithm>
#include <optional>

#include "text/unicode.h"
#include "text/zh/lone_readings.h"

namespace myna::text::zh {
namespace {

bool any_of(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

bool all_third(const Syllable* first, const Syllable* last) {
  return std::all_of(first, last, [](const Syllable& s) { return s.tone == 3; });
}

bool is_doubled(const std::u32string& word) { return word.size() == 2 && word[0] == word[1]; }

/// 不 joins the word after it.
std::vector<TaggedWord> merge_bu(const std::vector<TaggedWord>& words) {
  std::vector<TaggedWord> out;
  bool pending = false;
  for (const TaggedWord& word : words) {
    TaggedWord next = word;
    if (pending) next.text.insert(0, U"不");
    pending = next.text == U"不";
    if (!pending) out.push_back(std::move(next));
  }
  if (pending) out.push_back({U"不", "d"});
  return out;
}

/// "听 一 听" becomes one word, then a lone 一 joins the word after it. Nothing when the positions
/// of the reference's first pass do not line up (its caller then keeps the words as they are).
std::optional<std::vector<TaggedWord>> merge_yi(const std::vector<TaggedWord>& words) {
  std::vector<TaggedWord> first;
  for (size_t i = 0; i < words.size(); ++i) {
    const TaggedWord& word = words[i];
    if (i >= 1 && word.text == U"一" && i + 1 < words.size() &&
        words[i - 1].text == words[i + 1].text && words[i - 1].tag == "v") {
      if (i - 1 >= first.size()) return std::nullopt;
      std::u32string& target = first[i - 1].text;
      target = target + U"一" + target;
    } else if (!(i >= 2 && words[i - 1].text == U"一" && words[i - 2].text == word.text &&
                 word.tag == "v")) {
      first.push_back(word);
    }
  }
  std::vector<TaggedWord> out;
  for (TaggedWord& word : first) {
    if (!out.empty() && out.back().text == U"一") {
      out.back().text += word.text;
    } else {
      out.push_back(std::move(word));
    }
  }
  return out;
}

}  // namespace

Sandhi::Sandhi(const LexiconFile& rules, const Segmenter& segmenter, const Pinyin& pinyin,
               bool compat)
    : rules_(rules), segmenter_(segmenter), pinyin_(pinyin), compat_(compat) {}

bool Sandhi::listed(const char* list, std::u32string_view word) const {
  return rules_.find(std::string(list) + "/" + encode_utf8(word)).has_value();
}

std::vector<TaggedWord> Sandhi::merge_third(const std::vector<TaggedWord>& words,
                                            bool whole) const {
  std::vector<std::vector<Syllable>> readings;
  for (const TaggedWord& word : words) readings.push_back(pinyin_.readings(word.text));
  std::vector<TaggedWord> out;
  bool merged = false;
  for (size_t i = 0; i < words.size(); ++i) {
    bool join = false;
    if (i > 0 && !merged && !readings[i].empty() && !readings[i - 1].empty()) {
      const auto &a = readings[i - 1], &b = readings[i];
      bool third = whole ? all_third(a.data(), a.data() + a.size()) &&
                               all_third(b.data(), b.data() + b.size())
                         : a.back().tone == 3 && b.front().tone == 3;
      join = third && !is_doubled(words[i - 1].text) &&
             words[i - 1].text.size() + words[i].text.size() <= 3;
      // 理想|很美: an adverb belongs to what comes after it.
      if (!compat_ && words[i - 1].text.size() > 1 && any_of(U"很也总只老可", words[i].text[0]))
        join = false;
      // 地里|种: which 种 it is, the words around will tell.
      if (!compat_ && (words[i].text == U"种" || words[i].text == U"数")) join = false;
    }
    if (join) {
      out.back().text += words[i].text;
    } else {
      out.push_back(words[i]);
    }
    merged = join;
  }
  return out;
}

std::vector<TaggedWord> Sandhi::merge(std::vector<TaggedWord> words) const {
  words = merge_bu(words);
  if (auto merged = merge_yi(words)) words = std::move(*merged);
  std::vector<TaggedWord> doubled;
  for (TaggedWord& word : words) {
    if (!doubled.empty() && doubled.back().text == word.text) {
      doubled.back().text += word.text;
    } else {
      doubled.push_back(std::move(word));
    }
  }
  words = merge_third(merge_third(doubled, true), false);
  std::vector<TaggedWord> out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && words[i].text == U"儿" && words[i - 1].text != U"#") {
      out.back().text += U"儿";
    } else {
      out.push_back(std::move(words[i]));
    }
  }
  return out;
}

void Sandhi::apply(const TaggedWord& word, const TaggedWord* before, const TaggedWord* after,
                   std::vector<Syllable>* syllables) const {
  if (word.text.empty() || syllables->size() != word.text.size()) return;
  bu(word.text, syllables);
  yi(word.text, syllables);
  neutral(word, syllables);
  third(word.text, syllables);
  if (compat_ || word.text[0] != U'一' || word.text.size() < 2) return;
  // Dates and decimals that the segmenter cut in two: 一月|一日, 一点|二.
  bool date = before != nullptr && before->text.back() == U'月' && any_of(U"日号", word.text[1]);
  bool decimal = after != nullptr && word.text == U"一点" &&
                 any_of(U"零一二三四五六七八九", after->text.front());
  if (date || decimal) (*syllables)[0].tone = 1;
}

void Sandhi::bu(const std::u32string& word, std::vector<Syllable>* syllables) const {
  auto& s = *syllables;
  if (word.size() == 3 && word[1] == U'不') {
    s[1].tone = 5;
    return;
  }
  for (size_t i = 0; i + 1 < word.size(); ++i) {
    if (word[i] == U'不' && s[i + 1].tone == 4) s[i].tone = 2;
  }
}

void Sandhi::yi_compat(const std::u32string& word, std::vector<Syllable>* syllables) const {
  auto& s = *syllables;
  if (std::all_of(word.begin(), word.end(), is_numeric)) return;
  if (word.size() == 3 && word[1] == U'一' && word[0] == word[2]) {
    s[1].tone = 5;
  } else if (word.compare(0, 2, U"第一") == 0) {
    s[1].tone = 1;
  } else {
    for (size_t i = 0; i + 1 < word.size(); ++i) {
      if (word[i] != U'一') continue;
      if (s[i + 1].tone == 4) {
        s[i].tone = 2;
      } else if (!any_of(U"：，；。？！“”‘’':,;.?!", word[i + 1])) {
        s[i].tone = 4;
      }
    }
  }
}

void Sandhi::yi(const std::u32string& word, std::vector<Syllable>* syllables) const {
  auto& s = *syllables;
  if (word.find(U'一') == std::u32string::npos) return;
  if (compat_) return yi_compat(word, syllables);
  constexpr std::u32string_view kDigits = U"零〇一二三四五六七八九十百千万亿点";
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] != U'一') continue;
    char32_t before = i > 0 ? word[i - 1] : 0, after = i + 1 < word.size() ? word[i + 1] : 0;
    if (after == 0 || s[i + 1].id == Syllable::kNone) {
      s[i].tone = 1;
    } else if (before != 0 && before == after) {
      s[i].tone = 5;  // 看一看
    } else if (any_of(U"第初", before) || any_of(kDigits, before)) {
      // 第一, 十一个; hundreds inside a number still change: 二千一百.
      s[i].tone = any_of(U"百千", after) && before != U'第' ? 4 : any_of(U"万亿", after) ? 2 : 1;
    } else if (any_of(U"百千", after)) {
      s[i].tone = 4;
    } else if (any_of(U"万亿", after)) {
      s[i].tone = 2;
    } else if (any_of(U"零〇一二三四五六七八九", after) || any_of(U"月号楼", after) ||
               (after == U'点' && i + 2 < word.size() && any_of(kDigits, word[i + 2]))) {
      s[i].tone = 1;  // 一九四九, 一月, 一点五
    } else {
      s[i].tone = s[i + 1].tone == 4 || (s[i + 1].tone == 5 && after == U'个') ? 2 : 4;
    }
  }
}

bool Sandhi::is_de(const Syllable& syllable) const {
  return syllable.id != Syllable::kNone && pinyin_.name(syllable) == "de";
}

void Sandhi::choose(const TaggedWord& word, const TaggedWord* before, const TaggedWord* after,
                    std::vector<Syllable>* syllables) const {
  if (compat_ || word.text.size() != 1) return;
  if (const char* reading = lone_reading(word, before, after))
    (*syllables)[0] = pinyin_.parse(reading);
}

size_t Sandhi::first_part(const std::u32string& word) const {
  std::vector<std::u32string> parts = segmenter_.cut_for_search(word);
  if (parts.empty()) return word.size();
  const std::u32string& shortest = *std::min_element(
      parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  // A piece found in the middle still cuts its own length off the end, as in the reference.
  return word.find(shortest) == 0 ? shortest.size() : word.size() - shortest.size();
}

void Sandhi::neutral(const TaggedWord& tagged, std::vector<Syllable>* syllables) const {
  const std::u32string& word = tagged.text;
  const std::string& tag = tagged.tag;
  auto& s = *syllables;
  bool open_class = !tag.empty() && (tag[0] == 'n' || tag[0] == 'v' || tag[0] == 'a');
  bool exempt = listed("not_neutral", word);
  bool doubled = compat_ ? open_class : word.size() == 2 && tag[0] == 'v';
  for (size_t i = 1; i < word.size(); ++i) {
    if (word[i] == word[i - 1] && doubled && !exempt) s[i].tone = 5;
  }
  auto in_list = [&](std::u32string_view w) {
    return listed("neutral", w) || (w.size() > 2 && listed("neutral", w.substr(w.size() - 2)));
  };
  char32_t last = word.back();
  size_t ge = word.find(U'个');
  bool longer = word.size() > 1;
  // Words that end in 上 下 里 with their full tone.
  static constexpr std::u32string_view kFullTone[] = {
      U"以上", U"以下", U"之上", U"之下", U"上下", U"天下", U"当下", U"部下", U"属下", U"手下",
      U"名下", U"旗下", U"零下", U"公里", U"千里", U"万里", U"英里", U"海里", U"故里", U"邻里",
      U"地下", U"皇上", U"如下", U"线上", U"线下", U"向上", U"向下", U"往上", U"往下", U"至上"};
  bool full_tone =
      !compat_ && longer &&
      std::find(std::begin(kFullTone), std::end(kFullTone),
                std::u32string_view(word).substr(word.size() - 2)) != std::end(kFullTone);
  bool particle =
      any_of(U"吧呢哈啊呐噻嘛吖嗨呐哦哒滴哩哟喽啰耶喔诶", last) || (compat_ && last == U'额');
  if (!compat_ && (exempt || (longer && pinyin_.knows(word)))) particle = false;
  bool structural =
      any_of(U"的地得", last) &&
      (compat_ || (is_de(s.back()) && (longer ? !pinyin_.knows(word) : s.back().tone == 5)));
  if (particle || structural) {
    s.back().tone = 5;
  } else if (!longer && any_of(U"了着过", last) && (tag == "ul" || tag == "uz" || tag == "ug")) {
    s.back().tone = 5;
  } else if (longer && any_of(compat_ ? U"们子" : U"们", last) && (tag == "r" || tag == "n") &&
             !exempt) {
    s.back().tone = 5;
  } else if (longer && any_of(U"上下里", last) && (tag == "s" || tag == "l" || tag == "f") &&
             !full_tone) {
    s.back().tone = 5;
  } else if (longer && any_of(U"来去", last) &&
             any_of(U"上下进出回过起开", word[word.size() - 2])) {
    s.back().tone = 5;
  } else if ((ge != std::u32string::npos && ge >= 1 &&
              (is_numeric(word[ge - 1]) || any_of(U"几有两半多各整每做是", word[ge - 1]))) ||
             word == U"个") {
    s[ge].tone = 5;
  } else if (in_list(word)) {
    s.back().tone = 5;
  }
  if (!compat_ && last == U'儿') return;  // 老头儿 keeps the tone that 老头 has not
  size_t cut = first_part(word);
  if (cut > 0 && in_list(std::u32string_view(word).substr(0, cut))) s[cut - 1].tone = 5;
  if (cut < word.size() && in_list(std::u32string_view(word).substr(cut))) s.back().tone = 5;
}

void Sandhi::third(const std::u32string& word, std::vector<Syllable>* syllables) const {
  auto& s = *syllables;
  if (word.size() == 2) {
    if (s[0].tone == 3 && s[1].tone == 3) s[0].tone = 2;
  } else if (word.size() == 3) {
    size_t cut = first_part(word);
    if (all_third(s.data(), s.data() + 3)) {
      if (cut == 2) {
        s[0].tone = s[1].tone = 2;
      } else if (cut == 1) {
        s[1].tone = 2;
      }
    } else {
      if (cut == 2 && s[0].tone == 3 && s[1].tone == 3) s[0].tone = 2;
      if (cut == 1 && s[1].tone == 3) {
        if (s[2].tone == 3) {
          s[1].tone = 2;
        } else if (s[0].tone == 3) {
          s[0].tone = 2;
        }
      }
    }
  } else if (word.size() == 4) {
    for (size_t i : {size_t{0}, size_t{2}}) {
      if (s[i].tone == 3 && s[i + 1].tone == 3) s[i].tone = 2;
    }
  }
}

void Sandhi::colour(const TaggedWord& tagged, std::vector<Syllable>* syllables) const {
  const std::u32string& word = tagged.text;
  auto& s = *syllables;
  if (word.empty() || s.size() != word.size() || word.back() != U'儿' || !pinyin_.is_er(s.back()))
    return;
  if (s.back().tone == 1) s.back().tone = 2;
  bool skipped =
      listed("not_erhua", word) || tagged.tag == "a" || tagged.tag == "j" || tagged.tag == "nr";
  const bool own = !compat_ && (word == U"鸟儿" || word == U"花儿" || word == U"鱼儿");
  if (!listed("erhua", word) && skipped && !own) return;
  if (word.size() < 2 || (s.back().tone != 2 && s.back().tone != 5)) return;
  if (!own && listed("not_erhua", std::u32string_view(word).substr(word.size() - 2))) return;
  if (s[s.size() - 2].id != Syllable::kNone) s.back().tone = s[s.size() - 2].tone;
}

}  // namespace myna::text::zh
