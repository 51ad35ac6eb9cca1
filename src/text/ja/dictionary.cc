#include "text/ja/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "base/error.h"
#include "base/utf8.h"
#include "text/ja/kana.h"

namespace myna::text::ja {
namespace {

template <typename T>
T read(std::string_view data, size_t at) {
  T out = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    out = static_cast<T>(out | static_cast<T>(static_cast<unsigned char>(data[at + i])) << (8 * i));
  return out;
}

/// Takes what stands before `mark` off `rest`.
std::string_view take(std::string_view* rest, char mark) {
  const std::string_view out = rest->substr(0, rest->find(mark));
  rest->remove_prefix(std::min(out.size() + 1, rest->size()));
  return out;
}

/// Number of the last row of `width` bytes whose first u32 is not greater than `value`, plus one.
size_t upper_row(std::string_view rows, size_t width, uint32_t value) {
  size_t low = 0, high = rows.size() / width;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (read<uint32_t>(rows, middle * width) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool is_kana_key(char32_t c) { return c >= 0x3041 && c <= 0x30FF; }

std::string katakana(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    append_utf8(out, c >= 0x3041 && c <= 0x3096 ? c + 0x60 : c);
  }
  return out;
}

/// Small kana belong to the mora before them; ッ and ン are moras of their own.
int count_moras(std::string_view pronounced) {
  int out = 0;
  for (size_t at = 0; at < pronounced.size();) {
    const bool first = at == 0;
    const char32_t c = next_code_point(pronounced, at);
    const bool small =
        std::u32string_view(U"ァィゥェォャュョヮ").find(c) != std::u32string_view::npos;
    if (c != U'’' && (first || !small)) ++out;
  }
  return out;
}

}  // namespace

/// Walks the entries of a word.
class Dictionary::Cursor {
 public:
  Cursor(const Dictionary& dictionary, std::string_view entries)
      : dictionary_(dictionary), entries_(entries) {}

  bool at_end() const { return at_ == entries_.size(); }
  /// Class and cost.
  Entry next() {
    const size_t pair = varint();
    size_t kind = 0;
    uint16_t cost = 0;
    if (pair == 0) {
      kind = varint();
      need(2);
      cost = read<uint16_t>(entries_, at_);
      at_ += 2;
    } else {
      if (pair > dictionary_.pairs_.size() / 4) dictionary_.damaged("an entry has no class");
      kind = read<uint16_t>(dictionary_.pairs_, 4 * (pair - 1));
      cost = read<uint16_t>(dictionary_.pairs_, 4 * (pair - 1) + 2);
    }
    if (kind >= dictionary_.classes_.size()) dictionary_.damaged("an entry has no class");
    return {&dictionary_.classes_[kind], static_cast<int16_t>(cost), index_++, entries_};
  }
  /// The rest of the entry; `out` holds that of the entry before.
  void spoken(std::string_view surface, Spoken* out) {
    const unsigned head = byte();
    const unsigned mode = head >> 5 & 3;
    out->compound.clear();
    if (mode == 3) {
      const size_t length = varint();
      need(length);
      out->compound = entries_.substr(at_, length);
      at_ += length;
      return;
    }
    const bool odd = head >> 7;
    const auto moras = odd ? static_cast<int>(varint()) : 0;
    if (mode == 0) {
      pronunciation(&out->pronounced);
    } else if (mode == 1) {
      out->pronounced = katakana(surface);
    }
    out->accent = static_cast<int>(head & 31);
    out->moras = odd ? moras : count_moras(out->pronounced);
  }
  void skip_spoken() {
    const unsigned head = byte();
    const unsigned mode = head >> 5 & 3;
    const size_t length = mode == 3 || (head >> 7) ? varint() : 0;
    if (mode == 3) {
      need(length);
      at_ += length;
    } else if (mode == 0) {
      while (byte() < 0x80) {
      }
    }
  }

 private:
  void need(size_t bytes) const {
    if (entries_.size() - at_ < bytes) dictionary_.damaged("an entry runs past its end");
  }
  unsigned byte() {
    need(1);
    return static_cast<unsigned char>(entries_[at_++]);
  }
  size_t varint() {
    size_t out = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      const unsigned b = byte();
      out |= size_t(b & 127) << shift;
      if (b < 128) return out;
    }
    dictionary_.damaged("an entry has an endless number");
  }
  void pronunciation(std::string* out) {
    out->clear();
    unsigned b = 0;
    do {
      b = byte();
      const unsigned code = b & 0x7F;
      if (code == 0x7F) {
        *out += kUnvoiced;
      } else if (code != 0) {
        append_utf8(*out, 0x30A0 + code);
      }
    } while (b < 0x80);
  }

  const Dictionary& dictionary_;
  std::string_view entries_;
  size_t at_ = 0;
  uint16_t index_ = 0;
};

Dictionary::Dictionary(const std::filesystem::path& lexicon_dir)
    : path_(lexicon_dir / "ja_words.lex"),
      file_(path_),
      characters_(file_.meta("characters")),
      connections_(file_.meta("connections")),
      connection_costs_(file_.meta("connection_costs")),
      kinds_(file_.meta("kinds")),
      pairs_(file_.meta("pairs")) {
  for (std::string_view lines = file_.meta("classes"); !lines.empty();) {
    std::string_view line = take(&lines, '\n');
    WordClass kind;
    for (uint16_t* side : {&kind.left, &kind.right})
      *side = static_cast<uint16_t>(std::atoi(std::string(take(&line, ',')).c_str()));
    for (std::string* field :
         {&kind.pos, &kind.group1, &kind.group2, &kind.group3, &kind.form, &kind.chain_rule}) {
      *field = take(&line, ',');
      if (*field == "*") field->clear();
    }
    sides_ = std::max<size_t>(sides_, std::max(kind.left, kind.right) + size_t(1));
    classes_.push_back(std::move(kind));
  }
  const size_t costs = connection_costs_.size() / 2;
  connection_bits_ = static_cast<uint32_t>(std::bit_width(std::max<size_t>(costs, 1) - 1));
  if (costs == 0 || connection_bits_ > 16 ||
      connections_.size() != (sides_ * sides_ * connection_bits_ + 7) / 8 + 3)
    damaged("its table of connections is cut");
  const std::string_view unknown = file_.meta("unknown");
  if (kinds_.size() < 8 || read<uint32_t>(kinds_, 0) != 0 || unknown.size() % 6 != 0)
    damaged("its table of characters is cut");
  for (size_t at = 0; at < unknown.size(); at += 6) {
    const size_t kind = read<uint16_t>(unknown, at), word_class = read<uint16_t>(unknown, at + 2);
    if (kind > 255 || word_class >= classes_.size()) damaged("an entry has no class");
    if (unknown_.size() <= kind) unknown_.resize(kind + 1);
    unknown_[kind].push_back(
        {&classes_[word_class], static_cast<int16_t>(read<uint16_t>(unknown, at + 4)), 0, {}});
  }
}

void Dictionary::damaged(const char* what) const {
  throw Error(ErrorCode::kInvalidModel,
              std::string("the lexicon file is damaged (") + what +
                  "); restore it from the repository or run scripts/build_lexicons.py",
              path_.string());
}

bool Dictionary::append_key(char32_t c, std::string* key) const {
  if (is_kana_key(c)) {
    *key += static_cast<char>(c - 0x3041 + 0x40);
    return true;
  }
  const size_t row = upper_row(characters_, 4, c);
  if (row == 0 || read<uint32_t>(characters_, (row - 1) * 4) != c) return false;
  *key += static_cast<char>(2 + (row - 1) / 256);
  *key += static_cast<char>((row - 1) % 256);
  return true;
}

void Dictionary::find_prefixes(std::string_view text, std::vector<Found>* out) const {
  std::string key;
  for (size_t at = 0; at < text.size();) {
    if (!append_key(next_code_point(text, at), &key)) return;
    const auto entry = file_.lower_bound(key);
    if (!entry || entry->key.compare(0, key.size(), key) != 0) return;
    if (entry->key.size() != key.size()) continue;
    for (Cursor cursor(*this, entry->value); !cursor.at_end(); cursor.skip_spoken())
      out->push_back({at, cursor.next()});
  }
}

int Dictionary::connection(uint16_t previous, uint16_t next) const {
  const size_t bit = (next * sides_ + previous) * connection_bits_;
  const uint32_t number =
      read<uint32_t>(connections_, bit / 8) >> (bit % 8) & ((1U << connection_bits_) - 1);
  // A damaged number would lie beyond the costs.
  const size_t at = std::min<size_t>(number, connection_costs_.size() / 2 - 1);
  return static_cast<int16_t>(read<uint16_t>(connection_costs_, 2 * at));
}

Dictionary::Character Dictionary::character(char32_t c) const {
  // Beyond U+FFFF everything is what U+0000 is.
  const size_t row = upper_row(kinds_, 8, c > 0xFFFF ? 0 : c) - 1;
  const auto bits = read<uint32_t>(kinds_, row * 8 + 4);
  Character out;
  out.kinds = bits & 0x3FFFF;
  out.kind = static_cast<uint8_t>(bits >> 18 & 0xFF);
  out.longest = static_cast<uint8_t>(bits >> 26 & 0xF);
  out.group = (bits >> 30 & 1) != 0;
  out.always = bits >> 31 != 0;
  return out;
}

const std::vector<Entry>& Dictionary::unknown_words(uint8_t kind) const {
  if (kind >= unknown_.size()) damaged("a kind of characters has no words");
  return unknown_[kind];
}

Spoken Dictionary::spoken(const Entry& entry, std::string_view surface) const {
  Spoken out;
  if (entry.entries.empty()) return out;
  Cursor cursor(*this, entry.entries);
  while (cursor.next().index < entry.index) cursor.spoken(surface, &out);
  cursor.spoken(surface, &out);
  return out;
}

}  // namespace myna::text::ja
