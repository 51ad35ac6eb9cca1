#include "text/ssml.h"

#include <expat.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/utf8.h"
#include "text/markup.h"
#include "text/pronunciation.h"
#include "text/say_as.h"
#include "text/ssml_values.h"

namespace myna::text {
namespace {

constexpr uint64_t kMaxBytes = 16 << 20;
constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxWord = 4096;  // bytes inside say-as, sub and phoneme

using Attributes = std::map<std::string, std::string>;

class SsmlReader final : public TextReader {
 public:
  SsmlReader(const Frontend& frontend, Emit emit)
      : TextReader(std::move(emit)), frontend_(frontend), parser_(XML_ParserCreate("UTF-8")) {
    if (parser_ == nullptr) throw std::bad_alloc();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, &SsmlReader::on_start, &SsmlReader::on_end);
    XML_SetCharacterDataHandler(parser_, &SsmlReader::on_text);
    XML_SetStartDoctypeDeclHandler(parser_, &SsmlReader::on_doctype);
  }
  ~SsmlReader() override { XML_ParserFree(parser_); }
  SsmlReader(const SsmlReader&) = delete;
  SsmlReader& operator=(const SsmlReader&) = delete;

  void feed(std::string_view bytes) override {
    bytes_ += bytes.size();
    if (bytes_ > kMaxBytes) fail("the document is larger than 16 MiB; split it");
    if (blank_) bytes = without_blanks(bytes);
    parse(whole_characters(bytes, false), false);
  }
  void finish() override { parse(whole_characters({}, true), true); }

 private:
  /// What an open element means for the text in it.
  struct Element {
    std::string name;
    std::optional<Language> language;
    double rate = 1;
    std::optional<Span> word;  ///< collects the text of say-as, phoneme and sub
    std::string alias;         ///< of sub
    bool ends_sentence = false;
    bool silent = false;  ///< metadata: not text
  };

  /// Blank lines before the document, where XML allows none.
  std::string_view without_blanks(std::string_view bytes) {
    while (!bytes.empty() && std::string_view(" \t\r\n").find(bytes[0]) != std::string_view::npos) {
      lines_before_ += bytes[0] == '\n';
      bytes.remove_prefix(1);
    }
    blank_ = bytes.empty();
    return bytes;
  }

  size_t line() const { return lines_before_ + XML_GetCurrentLineNumber(parser_); }

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(ErrorCode::kInvalidText,
                "line " + std::to_string(line()) + ", column " +
                    std::to_string(XML_GetCurrentColumnNumber(parser_) + 1) + ": " + why,
                "SSML");
  }

  void parse(const std::string& bytes, bool last) {
    const XML_Status status =
        XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0);
    if (failure_) std::rethrow_exception(failure_);
    if (status == XML_STATUS_OK) return;
    const XML_Error code = XML_GetErrorCode(parser_);
    const std::string why = XML_ErrorString(code);
    if (code == XML_ERROR_UNDEFINED_ENTITY || code == XML_ERROR_INVALID_TOKEN) {
      fail("this is not XML (" + why +
           "); write &amp; for & and &lt; for <, and no entities but XML's own five");
    }
    if (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN) {
      fail("the document ends early (" + why + "); close what is open, </speak> last");
    }
    fail("this is not XML (" + why + "); correct the tags here");
  }

  /// Runs a handler; what it throws must not pass through the C library.
  template <typename Body>
  void guarded(Body body) {
    if (failure_) return;
    try {
      body();
    } catch (...) {
      failure_ = std::current_exception();
      XML_StopParser(parser_, XML_FALSE);
    }
  }

  static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto* reader = static_cast<SsmlReader*>(self);
    reader->guarded([&] {
      Attributes all;
      for (; *attributes != nullptr; attributes += 2) all[attributes[0]] = attributes[1];
      reader->start(name, all);
    });
  }
  static void XMLCALL on_end(void* self, const XML_Char*) {
    auto* reader = static_cast<SsmlReader*>(self);
    reader->guarded([&] { reader->end(); });
  }
  static void XMLCALL on_text(void* self, const XML_Char* text, int length) {
    auto* reader = static_cast<SsmlReader*>(self);
    reader->guarded([&] { reader->text({text, static_cast<size_t>(length)}); });
  }
  static void XMLCALL on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                 int) {
    auto* reader = static_cast<SsmlReader*>(self);
    reader->guarded([&] { reader->fail("document types are not read; remove <!DOCTYPE ...>"); });
  }

  void note(const std::string& text) {
    if (notes_.size() < 100) notes_.push_back("line " + std::to_string(line()) + ": " + text);
  }

  /// Takes an attribute out of `attributes`.
  static std::string take(Attributes* attributes, const std::string& name) {
    const auto found = attributes->find(name);
    if (found == attributes->end()) return {};
    std::string value = found->second;
    attributes->erase(found);
    return value;
  }

  std::string require(Attributes* attributes, const std::string& element, const std::string& name,
                      const std::string& example) {
    std::string value = take(attributes, name);
    if (value.empty())
      fail("<" + element + "> needs " + name + "; write it like <" + element + " " + example + ">");
    return value;
  }

  void start(const std::string& name, Attributes attributes) {
    if (open_.size() >= kMaxDepth) fail("elements are nested deeper than 64 levels; flatten them");
    if (open_.empty() && name != "speak") fail("the outermost element must be <speak>");
    if (!open_.empty() && name == "speak") fail("<speak> may only be the outermost element");
    if (!open_.empty() && open_.back().word)
      fail("<" + open_.back().name + "> may hold text only, not <" + name + ">");
    flush();
    Element element;
    element.name = name;
    if (name == "speak" || name == "p" || name == "s" || name == "lang") {
      set_language(name, &attributes, &element);
      element.ends_sentence = name == "p" || name == "s";
      if (name == "speak") {
        for (const char* known : {"version", "xmlns", "onlangfailure"}) take(&attributes, known);
      }
    } else if (name == "break") {
      pause(&attributes);
    } else if (name == "say-as") {
      say_as(&attributes, &element);
    } else if (name == "phoneme") {
      phoneme(&attributes, &element);
    } else if (name == "sub") {
      element.word.emplace();
      element.alias = require(&attributes, name, "alias", "alias=\"what is spoken\"");
    } else if (name == "prosody") {
      prosody(&attributes, &element);
    } else if (is_read_through(name)) {
      element.silent = name == "metadata" || name == "desc";
      note("<" + name + "> changes nothing here" +
           (element.silent ? "" : "; its text is read as it is"));
      attributes.clear();
    } else {
      fail("<" + name +
           "> is unknown; known are speak, p, s, break, say-as, phoneme, lang, prosody and sub");
    }
    for (const auto& [key, value] : attributes) {
      if (key.rfind("xmlns", 0) == 0 || key.find(':') != std::string::npos) continue;
      note("<" + name + "> has no use for " + key + "=\"" + value + "\"");
    }
    if (element.ends_sentence) boundary();
    open_.push_back(std::move(element));
  }

  void set_language(const std::string& name, Attributes* attributes, Element* element) {
    std::string code = take(attributes, "xml:lang");
    if (code.empty()) {
      if (name == "lang") require(attributes, name, "xml:lang", "xml:lang=\"en\"");
      return;
    }
    element->language = language_of_code(code);
    if (!element->language)
      fail("the language '" + code + "' is not known; use zh, en, ja, ko or yue");
  }

  void pause(Attributes* attributes) {
    const std::string time = take(attributes, "time"), strength = take(attributes, "strength");
    std::optional<double> seconds = ssml_break(strength.empty() ? "medium" : strength);
    if (!seconds)
      fail("the break strength '" + strength +
           "' is not known; use none, x-weak, weak, medium, strong or x-strong");
    if (!time.empty()) seconds = duration_of(time[0] == '+' ? time.substr(1) : time);
    if (!seconds) fail("the break time '" + time + "' is no length; write it like 300ms or 1.5s");
    if (*seconds > kLongestPause) fail("the break is longer than 60 seconds; shorten it");
    Segment segment;
    segment.kind = Segment::Kind::kPause;
    segment.seconds = *seconds;
    if (*seconds > 0) emit(std::move(segment));
  }

  void say_as(Attributes* attributes, Element* element) {
    const std::string kind =
        require(attributes, "say-as", "interpret-as", "interpret-as=\"cardinal\"");
    const auto known = say_as_of(kind);
    if (!known)
      fail("interpret-as=\"" + kind + "\" is not known; use " + std::string(say_as_names()));
    element->word.emplace();
    element->word->say_as = *known;
    element->word->date_format = take(attributes, "format");
    take(attributes, "detail");
  }

  void phoneme(Attributes* attributes, Element* element) {
    const std::string alphabet = take(attributes, "alphabet");
    const std::string written =
        require(attributes, "phoneme", "ph", "alphabet=\"pinyin\" ph=\"hang2\"");
    std::optional<Language> wanted = language();
    if (!alphabet.empty()) {
      wanted = alphabet_language(alphabet);
      if (!wanted)
        fail("the alphabet '" + alphabet +
             "' is not known; use pinyin, jyutping, kana, hangul or arpabet");
    }
    std::string problem;
    const auto found = frontend_.find_pronunciation(written, wanted, &problem);
    if (!found) fail("ph=\"" + written + "\": " + problem);
    if (!alphabet.empty() && found->language != *wanted)
      fail("ph=\"" + written + "\" is not " + alphabet + "; correct one of them");
    element->word.emplace();
    element->word->pronunciation = *found;
    element->alias = written;  // stands for a word that is left out
  }

  void prosody(Attributes* attributes, Element* element) {
    const std::string rate = take(attributes, "rate");
    if (!rate.empty()) {
      const auto factor = ssml_rate(rate);
      if (!factor || *factor < kSlowestRate || *factor > kFastestRate) {
        fail("the rate '" + rate +
             "' is not between 50% and 200%; write it like 80%, +10%, 1.2 or slow");
      }
      element->rate = *factor;
    }
    for (const char* other : {"pitch", "volume", "contour", "range", "duration"}) {
      if (!take(attributes, other).empty())
        note(std::string("<prosody ") + other + "> changes nothing here; rate does");
    }
  }

  void text(std::string_view piece) {
    if (open_.empty() || open_.back().silent) return;
    std::string* out = open_.back().word ? &open_.back().word->text : &plain_;
    for (char c : piece) {
      if (c == '\n' || c == '\r' || c == '\t') c = ' ';
      if (c == ' ' && !out->empty() && out->back() == ' ') continue;
      *out += c;
    }
    if (open_.back().word && out->size() > kMaxWord)
      fail("<" + open_.back().name + "> holds too much text; mark its words one by one");
    if (plain_.size() > (1 << 16)) flush();
  }

  void end() {
    if (open_.empty()) return;
    flush();
    const Element element = std::move(open_.back());
    open_.pop_back();
    if (element.word) word(element);
    if (element.ends_sentence) boundary();
  }

  /// Speaks what a say-as, phoneme or sub element held.
  void word(const Element& element) {
    Span span = *element.word;
    const size_t first = span.text.find_first_not_of(' ');
    span.text = first == std::string::npos
                    ? ""
                    : span.text.substr(first, span.text.find_last_not_of(' ') - first + 1);
    if (element.name == "sub" || (element.name == "phoneme" && span.text.empty()))
      span.text = element.alias;
    if (span.text.empty()) return;
    if (element.name != "sub") {
      const std::u32string points = decode_utf8(span.text);
      if (points.size() > kLongestPronouncedWord)
        fail("<" + element.name + "> holds more than 100 characters; mark its words one by one");
      const std::string problem =
          span.pronunciation ? misfit(points, *span.pronunciation) : say_as_problem(span);
      if (!problem.empty()) fail("<" + element.name + ">: " + problem);
    }
    give(std::move(span));
  }

  void flush() {
    if (plain_.empty()) return;
    Span span;
    span.text.swap(plain_);
    give(std::move(span));
  }

  /// Of the innermost element that names one.
  std::optional<Language> language() const {
    for (auto element = open_.rbegin(); element != open_.rend(); ++element) {
      if (element->language) return element->language;
    }
    return std::nullopt;
  }

  void give(Span span) {
    Segment segment;
    segment.span = std::move(span);
    segment.span.language = language();
    for (const Element& element : open_) segment.rate *= element.rate;
    segment.rate = std::clamp(segment.rate, kSlowestRate, kFastestRate);
    emit(std::move(segment));
  }

  void boundary() {
    Segment segment;
    segment.kind = Segment::Kind::kBoundary;
    emit(std::move(segment));
  }

  const Frontend& frontend_;
  XML_Parser parser_;
  std::exception_ptr failure_;
  uint64_t bytes_ = 0;
  bool blank_ = true;  ///< nothing but blanks has come
  size_t lines_before_ = 0;
  std::vector<Element> open_;
  std::string plain_;
};

}  // namespace

std::unique_ptr<TextReader> make_ssml_reader(const Frontend& frontend, TextReader::Emit emit) {
  return std::make_unique<SsmlReader>(frontend, std::move(emit));
}

}  // namespace myna::text
