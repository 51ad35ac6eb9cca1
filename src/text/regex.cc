#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 16
#include <pcre2.h>

#include <cstdint>
#include <limits>
#include <mutex>

#include "base/error.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

/// What \w stands for, inside a class and as one. PCRE2's own takes ² for a word character and
/// leaves marks out.
constexpr std::u16string_view kWordParts = u"\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200c}\\x{200d}";
constexpr std::u16string_view kWord = u"[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200c}\\x{200d}]";

/// The pattern with \w and \b spelled out.
std::u16string spelled_out(std::u16string_view pattern) {
  const std::u16string word(kWord);
  const std::u16string boundary =
      u"(?:(?<=" + word + u")(?!" + word + u")|(?<!" + word + u")(?=" + word + u"))";
  std::u16string out;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char16_t c = pattern[i];
    if (c == u'\\' && i + 1 < pattern.size()) {
      const char16_t escaped = pattern[++i];
      if (escaped == u'w') {
        out += in_class ? kWordParts : kWord;
      } else if (escaped == u'b' && !in_class) {
        out += boundary;
      } else {
        out += {c, escaped};
      }
      continue;
    }
    if (c == u'[') in_class = true;
    if (c == u']') in_class = false;
    out += c;
  }
  return out;
}

PCRE2_SPTR16 units(std::u16string_view text) { return reinterpret_cast<PCRE2_SPTR16>(text.data()); }

std::string message_of(int error) {
  std::u16string buffer(256, u'\0');
  const int size = pcre2_get_error_message_16(
      error, reinterpret_cast<PCRE2_UCHAR16*>(buffer.data()), buffer.size());
  return size < 0 ? std::to_string(error) : to_utf8(buffer.substr(0, static_cast<size_t>(size)));
}

struct Free {
  void operator()(pcre2_code_16* p) const { pcre2_code_free_16(p); }
  void operator()(pcre2_compile_context_16* p) const { pcre2_compile_context_free_16(p); }
  void operator()(pcre2_match_context_16* p) const { pcre2_match_context_free_16(p); }
  void operator()(pcre2_match_data_16* p) const { pcre2_match_data_free_16(p); }
  void operator()(pcre2_jit_stack_16* p) const { pcre2_jit_stack_free_16(p); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

/// What a search needs besides the pattern; one for each thread.
struct Workspace {
  static constexpr uint32_t kGroups = 64;
  static constexpr size_t kFirstStack = 32 << 10, kLargestStack = 8 << 20;

  Workspace() {
    pcre2_jit_stack_assign_16(context.get(), nullptr, stack.get());
    pcre2_set_match_limit_16(context.get(), std::numeric_limits<uint32_t>::max());
  }
  Handle<pcre2_jit_stack_16> stack{pcre2_jit_stack_create_16(kFirstStack, kLargestStack, nullptr)};
  Handle<pcre2_match_context_16> context{pcre2_match_context_create_16(nullptr)};
  Handle<pcre2_match_data_16> data{pcre2_match_data_create_16(kGroups, nullptr)};
};

Workspace& workspace() {
  thread_local Workspace space;
  return space;
}

}  // namespace

struct Regex::Impl {
  Handle<pcre2_code_16> code;
  uint32_t groups = 0;
  std::once_flag faster;

  /// The first match at or behind `from`. `checked`: the text is known to be valid UTF-16.
  bool find(std::u16string_view text, size_t from, uint32_t options, bool checked,
            std::vector<std::pair<int, int>>* out) {
    // Machine code where the processor and the system allow it; most patterns are never asked.
    std::call_once(faster, [&] { pcre2_jit_compile_16(code.get(), PCRE2_JIT_COMPLETE); });
    Workspace& space = workspace();
    if (checked) options |= PCRE2_NO_UTF_CHECK;
    const auto match = [&](uint32_t more) {
      return pcre2_match_16(code.get(), units(text), text.size(), from, options | more,
                            space.data.get(), space.context.get());
    };
    int found = match(0);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT) found = match(PCRE2_NO_JIT);
    if (found == PCRE2_ERROR_NOMATCH) return false;
    if (found < 0)
      throw Error(ErrorCode::kInternal, "regular expression failed: " + message_of(found));
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer_16(space.data.get());
    out->assign(groups + 1, {-1, -1});
    for (size_t g = 0; g < static_cast<size_t>(found); ++g) {
      if (bounds[2 * g] != PCRE2_UNSET)
        (*out)[g] = {static_cast<int>(bounds[2 * g]), static_cast<int>(bounds[2 * g + 1])};
    }
    return true;
  }
};

std::u16string Match::group(int n) const {
  auto [from, to] = groups_[static_cast<size_t>(n)];
  if (from < 0) return {};
  return std::u16string(text_.substr(static_cast<size_t>(from), static_cast<size_t>(to - from)));
}

Regex::Regex(std::u16string_view pattern, bool ignore_case) : impl_(std::make_unique<Impl>()) {
  const Handle<pcre2_compile_context_16> context(pcre2_compile_context_create_16(nullptr));
  pcre2_set_newline_16(context.get(), PCRE2_NEWLINE_ANY);
  const std::u16string source = spelled_out(pattern);
  int error = 0;
  PCRE2_SIZE where = 0;
  impl_->code.reset(pcre2_compile_16(units(source), source.size(),
                                     PCRE2_UTF | PCRE2_UCP | (ignore_case ? PCRE2_CASELESS : 0),
                                     &error, &where, context.get()));
  if (impl_->code == nullptr)
    throw Error(ErrorCode::kInternal, "bad pattern: " + message_of(error), to_utf8(pattern));
  pcre2_pattern_info_16(impl_->code.get(), PCRE2_INFO_CAPTURECOUNT, &impl_->groups);
  if (impl_->groups >= Workspace::kGroups)
    throw Error(ErrorCode::kInternal, "the pattern has too many groups", to_utf8(pattern));
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;

std::vector<Match> Regex::find_all(const std::u16string& text) const {
  std::vector<Match> out;
  Match match;
  match.text_ = text;
  size_t from = 0;
  bool checked = false;
  while (from <= text.size() && impl_->find(text, from, 0, checked, &match.groups_)) {
    checked = true;
    from = static_cast<size_t>(match.end());
    if (match.begin() == match.end()) {
      const bool pair = from < text.size() && text[from] >= 0xD800 && text[from] < 0xDC00;
      from += pair ? 2 : 1;
    }
    out.push_back(match);
  }
  return out;
}

std::u16string Regex::replace(const std::u16string& text,
                              const std::function<std::u16string(const Match&)>& replace) const {
  std::vector<Match> matches = find_all(text);
  if (matches.empty()) return text;
  std::u16string out;
  size_t done = 0;
  for (const Match& match : matches) {
    out.append(text, done, static_cast<size_t>(match.begin()) - done);
    out += replace(match);
    done = static_cast<size_t>(match.end());
  }
  out.append(text, done, std::u16string::npos);
  return out;
}

std::u16string Regex::replace(const std::u16string& text, std::u16string_view replacement) const {
  return replace(text, [&](const Match&) { return std::u16string(replacement); });
}

bool Regex::search(const std::u16string& text, Match* match, int from) const {
  Match found;
  found.text_ = text;
  if (!impl_->find(text, static_cast<size_t>(from), 0, false, &found.groups_)) return false;
  if (match != nullptr) *match = std::move(found);
  return true;
}

bool Regex::full_match(const std::u16string& text, Match* match) const {
  Match found;
  found.text_ = text;
  if (!impl_->find(text, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED, false, &found.groups_))
    return false;
  if (match != nullptr) *match = std::move(found);
  return true;
}

}  // namespace myna::text
