#include "text/markup.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "text/pronunciation.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

constexpr size_t kLongestMarkup = 300;  // characters between brackets
constexpr size_t kDeepest = 16;         // stretches inside each other
constexpr double kDefaultPause = 0.5;
constexpr std::string_view kForms =
    "known are <word|pronunciation>, [pronunciation], [pause 300ms], [lang:en]...[/lang] and "
    "[rate:0.8]...[/rate]";

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 32);
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// What stands for the word of a bare pronunciation. Digits would be read as numbers.
std::string shown_word(const Pronunciation& pronunciation) {
  std::string out;
  for (const std::string& unit : pronunciation.units) {
    if (!out.empty()) out += ' ';
    for (char c : unit) {
      if (c < '0' || c > '9') out += c;
    }
  }
  return out;
}

class MarkupReader final : public TextReader {
 public:
  MarkupReader(const Frontend& frontend, Emit emit)
      : TextReader(std::move(emit)), frontend_(frontend) {}

  void feed(std::string_view bytes) override { take(whole_characters(bytes, false), false); }
  void finish() override {
    take(whole_characters({}, true), true);
    if (open_.empty()) return;
    const Open& open = open_.back();
    fail(open.place, "[" + open.name + ":...] is not closed; write [/" + open.name +
                         "] where it ends, or \\[ for a plain bracket");
  }

 private:
  struct Place {
    size_t line = 1, column = 1;
  };
  struct Open {
    std::string name;
    Place place;
    std::optional<Language> language;
    double rate;
  };
  /// Name and value of "[name value]", "[name:value]" or "[name=value]".
  struct Command {
    std::string name, value;
    char separator = 0;
  };

  [[noreturn]] static void fail(const Place& place, const std::string& why) {
    throw Error(ErrorCode::kInvalidText,
                "line " + std::to_string(place.line) + ", column " + std::to_string(place.column) +
                    ": " + why,
                "text");
  }

  void take(const std::string& bytes, bool complete) {
    text_ += decode_utf8(bytes);
    size_t i = 0;
    while (i < text_.size()) {
      const char32_t c = text_[i];
      size_t used = 1;
      if (c == '\\') {
        if (i + 1 >= text_.size() && !complete) break;
        const bool escape =
            i + 1 < text_.size() &&
            std::u32string_view(U"\\[]<>|").find(text_[i + 1]) != std::u32string_view::npos;
        plain_.push_back(escape ? text_[i + 1] : c);
        used = escape ? 2 : 1;
      } else if (c == '[' || c == '<') {
        const auto length = c == '[' ? bracket(i, complete) : angle(i, complete);
        if (!length) break;
        used = *length;
        if (used == 0) {
          plain_.push_back(c);
          used = 1;
        }
      } else {
        plain_.push_back(c);
      }
      for (size_t k = i; k < i + used; ++k) advance(text_[k]);
      i += used;
    }
    text_.erase(0, i);
    flush();
  }

  void advance(char32_t c) {
    if (c == '\n') {
      ++place_.line;
      place_.column = 1;
    } else {
      ++place_.column;
    }
  }

  void flush() {
    if (plain_.empty()) return;
    Segment segment = styled();
    segment.span.text = encode_utf8(plain_);
    plain_.clear();
    emit(std::move(segment));
  }

  /// Of the innermost [lang:...].
  std::optional<Language> language() const {
    for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
      if (open->language) return open->language;
    }
    return std::nullopt;
  }

  Segment styled() const {
    Segment segment;
    segment.span.language = language();
    for (const Open& open : open_) segment.rate *= open.rate;
    segment.rate = std::clamp(segment.rate, kSlowestRate, kFastestRate);
    return segment;
  }

  void pronounce(std::string word, Pronunciation pronunciation) {
    flush();
    Segment segment = styled();
    segment.span.text = std::move(word);
    segment.span.pronunciation = std::move(pronunciation);
    emit(std::move(segment));
  }

  /// What is between the bracket at `i` and its end. Nothing: more text is needed. `closed` is
  /// false when the line, another opening bracket or the longest markup comes first.
  std::optional<std::u32string> inside(size_t i, char32_t opener, char32_t closer, bool complete,
                                       bool* closed) const {
    *closed = false;
    for (size_t k = i + 1; k < text_.size(); ++k) {
      const char32_t c = text_[k];
      *closed = c == closer;
      if (*closed || c == '\n' || c == opener || k - i > kLongestMarkup)
        return text_.substr(i + 1, k - i - 1);
    }
    if (!complete) return std::nullopt;
    return text_.substr(i + 1);
  }

  /// Characters that a word with a pronunciation at `i` takes; 0: the bracket is text.
  std::optional<size_t> angle(size_t i, bool complete) {
    bool closed;
    const auto content = inside(i, U'<', U'>', complete, &closed);
    if (!content) return std::nullopt;
    const size_t bar = content->rfind(U'|');
    if (bar == std::u32string::npos || bar == 0 || is_space(content->front())) return 0;
    const std::u32string word = content->substr(0, bar);
    const std::string given = trimmed(encode_utf8(content->substr(bar + 1)));
    if (!closed) {
      const std::string first = given.substr(0, given.find(' '));
      if (first.empty() || !frontend_.find_pronunciation(first, language())) return 0;
      fail(place_, "<" + encode_utf8(word) + "|" + given.substr(0, 40) +
                       " is not closed; write > behind the pronunciation, or \\< for a plain sign");
    }
    const std::string shown = "<" + encode_utf8(*content) + ">: ";
    if (word.size() > kLongestPronouncedWord)
      fail(place_, shown + "the word is too long; mark its parts");
    std::string problem;
    const auto pronunciation = frontend_.find_pronunciation(given, language(), &problem);
    if (pronunciation) problem = misfit(word, *pronunciation);
    if (!problem.empty()) fail(place_, shown + problem + " (\\< is a plain sign)");
    pronounce(encode_utf8(word), *pronunciation);
    return content->size() + 2;
  }

  static Command command_of(const std::string& content) {
    Command out;
    size_t at = 0;
    while (at < content.size() && is_ascii_letter(content[at])) ++at;
    out.name = lower_case(content.substr(0, at));
    if (at < content.size() &&
        std::string_view(" :=").find(content[at]) != std::string_view::npos) {
      out.separator = content[at];
      out.value = trimmed(content.substr(at + 1));
    }
    if (at < content.size() && out.separator == 0) out.name.clear();  // "[pause2]" is a word
    return out;
  }

  /// The same for a bracket.
  std::optional<size_t> bracket(size_t i, bool complete) {
    bool closed;
    const auto points = inside(i, U'[', U']', complete, &closed);
    if (!points) return std::nullopt;
    const std::string content = trimmed(encode_utf8(*points));
    const std::string shown = "[" + content + "]";
    const Command command = command_of(content);
    const bool closing = !content.empty() && content[0] == '/' &&
                         std::all_of(content.begin() + 1, content.end(), is_ascii_letter);
    if (!closed) {
      const std::string name = lower_case(content.substr(0, content.find_first_of(" :=")));
      const bool meant = name == "/lang" || name == "/rate" ||
                         ((name == "lang" || name == "rate") && command.separator == ':') ||
                         (name == "pause" && !command.value.empty() &&
                          (command.value[0] == '.' || is_digit(char32_t(command.value[0]))));
      if (!meant) return 0;
      fail(place_, "[" + content.substr(0, 40) +
                       " is not closed; write ] behind it, or \\[ for a plain bracket");
    }
    const size_t used = points->size() + 2;
    if (closing && content.size() > 1) {
      close(lower_case(content.substr(1)), shown);
      return used;
    }
    if (command.name == "pause") {
      pause(command, shown);
      return used;
    }
    if (command.name == "lang" || (command.name == "rate" && is_rate(command))) {
      open(command, shown);
      return used;
    }
    reject_unknown(command, shown);
    const auto pronunciation = frontend_.find_pronunciation(content, language());
    if (pronunciation && is_bare_pronunciation(*pronunciation)) {
      if (content.size() > kLongestPronouncedWord)
        fail(place_, shown + " is too long; mark its words one by one");
      pronounce(shown_word(*pronunciation), *pronunciation);
      return used;
    }
    reject_near_pronunciation(content, shown);
    return 0;
  }

  static bool is_rate(const Command& command) {
    return command.separator == ':' || command.separator == '=' || decimal_of(command.value);
  }

  void pause(const Command& command, const std::string& shown) {
    const auto seconds = command.value.empty() && command.separator == 0
                             ? std::optional(kDefaultPause)
                             : duration_of(command.value);
    if (!seconds) {
      fail(place_,
           shown +
               " names no length; write it like [pause 300ms] or [pause 1.5s], or \\[ for a "
               "plain bracket");
    }
    if (*seconds > kLongestPause) {
      fail(place_, shown + " is too long; a pause may have " + std::to_string(int(kLongestPause)) +
                       " seconds");
    }
    flush();
    Segment segment;
    segment.kind = Segment::Kind::kPause;
    segment.seconds = *seconds;
    emit(std::move(segment));
  }

  void open(const Command& command, const std::string& shown) {
    Open open{command.name, place_, std::nullopt, 1};
    if (command.name == "lang") {
      open.language = language_of_code(command.value);
      if (!open.language) {
        fail(place_, shown +
                         " names no language; write [lang:zh], [lang:en], [lang:ja], [lang:ko] or "
                         "[lang:yue], or \\[ for a plain bracket");
      }
    } else {
      const auto rate = decimal_of(command.value);
      if (!rate || *rate < kSlowestRate || *rate > kFastestRate) {
        fail(place_, shown +
                         " names no rate between 0.5 and 2; write it like [rate:0.8], or \\[ for a "
                         "plain bracket");
      }
      open.rate = *rate;
    }
    if (open_.size() >= kDeepest) fail(place_, shown + " is nested too deeply; close some");
    flush();
    open_.push_back(std::move(open));
  }

  void close(const std::string& name, const std::string& shown) {
    if (name != "lang" && name != "rate") {
      fail(place_, shown + " is unknown markup; " + std::string(kForms) +
                       "; write \\[ for a plain bracket");
    }
    if (open_.empty()) {
      fail(place_, shown + " closes nothing; write [" + name +
                       ":...] where it begins, or \\[ for a plain bracket");
    }
    if (open_.back().name != name) {
      const Place& place = open_.back().place;
      fail(place_, shown + " comes before the [/" + open_.back().name + "] of line " +
                       std::to_string(place.line) + ", column " + std::to_string(place.column) +
                       "; close that one first");
    }
    flush();
    open_.pop_back();
  }

  /// "[break 1s]", "[langauge:en]": meant as markup, but of no known name.
  void reject_unknown(const Command& command, const std::string& shown) const {
    if (command.name.empty() || command.value.empty()) return;
    const bool length = duration_of(command.value).has_value();
    static constexpr std::array<std::string_view, 5> kCodes = {"zh", "en", "ja", "ko", "yue"};
    const bool code = command.separator != ' ' &&
                      std::find(kCodes.begin(), kCodes.end(), command.value) != kCodes.end();
    if (!length && !code) return;
    fail(place_,
         shown + " is unknown markup; " + std::string(kForms) + "; write \\[ for a plain bracket");
  }

  /// "[HH AH0 LL OW1]": ARPAbet with a slip.
  void reject_near_pronunciation(const std::string& content, const std::string& shown) const {
    size_t units = 0, good = 0, vowels = 0;
    for (size_t at = 0; at < content.size();) {
      const size_t end = std::min(content.find(' ', at), content.size());
      const std::string unit = content.substr(at, end - at);
      at = end + 1;
      if (unit.empty()) continue;
      const bool shaped = unit.size() <= 3 && unit[0] >= 'A' && unit[0] <= 'Z';
      if (!shaped) return;
      ++units;
      good += frontend_.find_pronunciation(unit, language()).has_value();
      vowels += unit.size() == 3 && frontend_.find_pronunciation(unit, language()).has_value();
    }
    if (units < 3 || vowels == 0 || good + 1 < units) return;
    std::string problem;
    frontend_.find_pronunciation(content, language(), &problem);
    fail(place_, shown + ": " + problem + " (\\[ is a plain bracket)");
  }

  const Frontend& frontend_;
  std::u32string text_;   ///< not yet understood
  std::u32string plain_;  ///< text to give out
  Place place_;           ///< of text_'s current character
  std::vector<Open> open_;
};

}  // namespace

std::optional<double> decimal_of(std::string_view text) {
  if (text.empty() || text.size() > 12 || !std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || c == '.';
      })) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> duration_of(std::string_view text) {
  size_t number = text.size();
  while (number > 0 && is_ascii_letter(text[number - 1])) --number;
  const std::string unit = lower_case(text.substr(number));
  const auto value = decimal_of(trimmed(text.substr(0, number)));
  if (!value || (unit != "s" && unit != "ms")) return std::nullopt;
  return unit == "s" ? *value : *value / 1000;
}

std::unique_ptr<TextReader> make_markup_reader(const Frontend& frontend, TextReader::Emit emit) {
  return std::make_unique<MarkupReader>(frontend, std::move(emit));
}

}  // namespace myna::text
