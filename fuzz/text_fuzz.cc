// Any bytes through sentence splitting and analysis: only myna::Error may come out, and what comes
// out must be consistent.
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/error.h"
#include "text/frontend.h"

namespace {

const myna::text::Frontend& frontend() {
  static const myna::text::Frontend instance = [] {
    const char* dir = std::getenv("MYNA_LEXICON_DIR");
    return myna::text::Frontend(dir != nullptr ? dir : "assets/lexicons");
  }();
  return instance;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using myna::text::Mode;
  if (size < 1) return 0;
  constexpr Mode kModes[] = {Mode::kAuto, Mode::kZh, Mode::kEn, Mode::kAllZh};
  Mode mode = kModes[data[0] % 4];
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    for (const std::string& sentence : myna::text::split_sentences(text)) {
      try {
        auto u = frontend().analyse(sentence, mode);
        size_t phones = 0;
        for (const auto& word : u.words) phones += word.phone_count;
        if (phones != u.phones.size() || u.ids.size() != u.phones.size()) std::abort();
      } catch (const myna::Error&) {
      }
    }
  } catch (const myna::Error&) {
  }
  return 0;
}
