// Simplified Chinese -> traditional Chinese as written in Taiwan: OpenCC's s2tw.
#pragma once

#include <string>
#include <string_view>

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class Traditional {
 public:
  /// Throws Error(kNotFound) when OpenCC's dictionaries are not installed.
  Traditional();
  ~Traditional();
  Traditional(const Traditional&) = delete;
  Traditional& operator=(const Traditional&) = delete;

  /// As many characters as `simplified` has: the phrases of s2tw keep their length; should one of
  /// another version not, the text is returned as it is.
  std::u32string convert(std::u32string_view simplified) const;

 private:
  void* converter_;
};

}  // namespace myna::text::zh
