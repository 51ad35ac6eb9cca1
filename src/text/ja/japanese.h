// Japanese text -> normalised text and words with phones: the one entry of this folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "text/anchors.h"
#include "text/ja/dictionary.h"
#include "text/ja/words.h"

namespace myna::text::ja {

/// Where the Debian package open-jtalk-mecab-naist-jdic puts the dictionary.
inline constexpr const char* kSystemDictionary = "/var/lib/mecab/dic/open-jtalk/naist-jdic";

/// A word as it is read. Its phones hold marks of pitch as well, see prosody.h.
struct SpokenWord {
  std::string text;
  size_t begin = 0, end = 0;  ///< bytes of the normalised text; numbers can have empty words
  std::vector<std::string> phones;
  bool by_user = false;
};

/// Immutable after construction; may be used from many threads.
class Japanese {
 public:
  struct Options {
    bool compat = false;  ///< the reference's rules, faults included
  };
  /// Throws as Dictionary.
  Japanese(const std::filesystem::path& dictionary, Options options);

  struct Result {
    std::string normalized;
    std::vector<SpokenWord> words;  ///< in order of `normalized`
  };
  Result analyse(const std::string& text) const;

  /// The words of a piece of text without marks and blanks, as they are before they become phones.
  std::vector<JaWord> words(std::string_view piece) const;

 private:
  Options options_;
  Dictionary dictionary_;
};

}  // namespace myna::text::ja
