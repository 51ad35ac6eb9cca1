#include "text/ja/dictionary.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "text/ja/mapped_file.h"

namespace myna::text::ja {
namespace {

template <typename T>
T read(std::string_view data, size_t at) {
  T out;
  std::memcpy(&out, data.data() + at, sizeof(T));
  return out;
}

/// A compiled word list: double array over the bytes of the words, tokens, features.
struct WordList {
  MappedFile file;
  std::string_view units, tokens, features;

  explicit WordList(const std::filesystem::path& path) : file(path) {
    const std::string_view data = file.data();
    if (data.size() < 72) file.damaged("it is too short");
    const size_t a = read<uint32_t>(data, 24), b = read<uint32_t>(data, 28),
                 c = read<uint32_t>(data, 32);
    if (72 + a + b + c != data.size()) file.damaged("its size is not what its header says");
    units = data.substr(72, a);
    tokens = data.substr(72 + a, b);
    features = data.substr(72 + a + b);
  }
  int32_t base(size_t unit) const { return read<int32_t>(units, unit * 8); }
  bool belongs(size_t unit, int32_t parent) const {
    return unit * 8 + 8 <= units.size() && read<int32_t>(units, unit * 8 + 4) == parent;
  }
  void add(int32_t value, size_t bytes, uint32_t flag, std::vector<Dictionary::Found>* out) const {
    for (int32_t i = value >> 8; i < (value >> 8) + (value & 255); ++i) {
      const size_t at = size_t(i) * 16;
      out->push_back({bytes,
                      {read<uint16_t>(tokens, at), read<uint16_t>(tokens, at + 2),
                       read<int16_t>(tokens, at + 6), read<uint32_t>(tokens, at + 8) | flag}});
    }
  }
  void find(std::string_view text, uint32_t flag, std::vector<Dictionary::Found>* out) const {
    int32_t node = base(0);
    for (size_t i = 0;; ++i) {
      const auto leaf = static_cast<size_t>(node);
      if (belongs(leaf, node) && base(leaf) < 0) add(-base(leaf) - 1, i, flag, out);
      if (i == text.size()) return;
      const size_t next = leaf + static_cast<unsigned char>(text[i]) + 1;
      if (!belongs(next, node)) return;
      node = base(next);
    }
  }
  std::string_view feature(size_t at) const { return features.data() + at; }
};

constexpr uint32_t kUnknown = 0x80000000;

}  // namespace

struct Dictionary::Impl {
  WordList words, unknown;
  MappedFile matrix, characters;
  size_t lefts = 0;

  explicit Impl(const std::filesystem::path& dir)
      : words(dir / "sys.dic"),
        unknown(dir / "unk.dic"),
        matrix(dir / "matrix.bin"),
        characters(dir / "char.bin") {
    lefts = read<uint16_t>(matrix.data(), 0);
  }
};

Dictionary::Dictionary(const std::filesystem::path& folder)
    : impl_(std::make_unique<Impl>(folder)) {}
Dictionary::~Dictionary() = default;

void Dictionary::find_prefixes(std::string_view text, std::vector<Found>* out) const {
  impl_->words.find(text, 0, out);
}

int Dictionary::connection(uint16_t previous, uint16_t next) const {
  return read<int16_t>(impl_->matrix.data(), 4 + 2 * (previous + impl_->lefts * next));
}

Dictionary::Character Dictionary::character(char32_t c) const {
  const std::string_view data = impl_->characters.data();
  const size_t count = read<uint32_t>(data, 0);
  const auto bits = read<uint32_t>(data, 4 + count * 32 + 4 * size_t(c > 0xFFFF ? 0 : c));
  Character out;
  out.kinds = bits & 0x3FFFF;
  out.kind = (bits >> 18) & 0xFF;
  out.longest = (bits >> 26) & 0xF;
  out.group = (bits >> 30) & 1;
  out.always = (bits >> 31) & 1;
  return out;
}

std::vector<Entry> Dictionary::unknown_words(uint8_t kind) const {
  const std::string_view name = impl_->characters.data().data() + 4 + size_t(kind) * 32;
  std::vector<Found> found;
  impl_->unknown.find(name, kUnknown, &found);
  std::vector<Entry> out;
  for (const Found& f : found) {
    if (f.bytes == name.size()) out.push_back(f.entry);
  }
  return out;
}

Feature Dictionary::feature(uint32_t id) const {
  std::string_view text = id & kUnknown ? impl_->unknown.feature(id & ~kUnknown)
                                        : impl_->words.feature(id);
  auto take = [&]() {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view out = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    return out == "*" ? std::string_view() : out;
  };
  Feature out;
  out.pos = take();
  out.group1 = take();
  out.group2 = take();
  out.group3 = take();
  take();
  out.form = take();
  out.base = take();
  out.reading = take();
  out.pronounced = take();
  out.accent = take();
  out.chain_rule = take();
  return out;
}

}  // namespace myna::text::ja
