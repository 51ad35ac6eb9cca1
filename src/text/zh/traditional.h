// Simplified Chinese -> traditional Chinese as written in Taiwan, by OpenCC's dictionaries in the
// way of its s2tw: the longest phrase first, else the character, then Taiwan's variants.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class Traditional {
 public:
  /// Throws Error(kNotFound) when OpenCC's dictionaries are not where they were when this was built
  /// (OpenCC itself would look for them in the working directory first).
  Traditional();
  ~Traditional();

  /// As many characters as `simplified` has: entries keep their length; should one of another
  /// version not, the text is returned as it is.
  std::u32string convert(std::u32string_view simplified) const;

 private:
  struct Dictionaries;
  std::unique_ptr<const Dictionaries> dictionaries_;
};

}  // namespace myna::text::zh
