#include "text/text_reader.h"

#include "base/error.h"
#include "base/utf8.h"
#include "text/markup.h"
#include "text/ssml.h"

namespace myna::text {
namespace {

constexpr size_t kSlice = 1 << 16;  // bytes that are taken in at a time

class PlainReader final : public TextReader {
 public:
  using TextReader::TextReader;
  void feed(std::string_view bytes) override { pass(whole_characters(bytes, false)); }
  void finish() override { pass(whole_characters({}, true)); }

 private:
  void pass(std::string text) {
    if (text.empty()) return;
    Segment segment;
    segment.span.text = std::move(text);
    emit(std::move(segment));
  }
};

/// Waits for the first characters, then reads as SSML or markup.
class AutoReader final : public TextReader {
 public:
  AutoReader(const Frontend& frontend, Emit emit)
      : TextReader([](Segment) {}), frontend_(frontend), emit_(std::move(emit)) {}

  void feed(std::string_view bytes) override {
    if (!reader_) {
      start_ += bytes;
      if (!decided(false)) return;
      bytes = start_;
    }
    pass([&] { reader_->feed(bytes); });
  }
  void finish() override {
    if (!reader_) {
      decided(true);
      pass([&] { reader_->feed(start_); });
    }
    pass([&] { reader_->finish(); });
  }

 private:
  template <typename Call>
  void pass(Call call) {
    call();
    notes_ = reader_->notes();
  }

  bool decided(bool last) {
    std::string_view text = start_;
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    const size_t first = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(first == std::string_view::npos ? text.size() : first);
    const auto starts = [&](std::string_view tag) { return text.substr(0, tag.size()) == tag; };
    const std::string_view tags[] = {"<speak", "<?xml"};
    for (std::string_view tag : tags) {
      if (!last && text.size() < tag.size() && tag.substr(0, text.size()) == text) return false;
      if (starts(tag) &&
          (tag == "<?xml" || text.size() == tag.size() ||
           std::string_view(" \t\r\n>/").find(text[tag.size()]) != std::string_view::npos)) {
        reader_ = make_ssml_reader(frontend_, emit_);
        return true;
      }
    }
    reader_ = make_markup_reader(frontend_, emit_);
    return true;
  }

  const Frontend& frontend_;
  Emit emit_;
  std::string start_;
  std::unique_ptr<TextReader> reader_;
};

}  // namespace

TextReader::~TextReader() = default;

std::string TextReader::whole_characters(std::string_view bytes, bool last) {
  carried_ += bytes;
  size_t end = carried_.size();
  if (const auto bad = find_invalid_utf8(carried_)) {
    // A character that is cut by the end of the piece is completed by the next.
    const auto lead = static_cast<unsigned char>(carried_[*bad]);
    const size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (last || carried_.size() - *bad >= wanted) {
      throw Error(ErrorCode::kInvalidText,
                  "the text is not valid UTF-8 at byte " + std::to_string(offset_ + *bad) +
                      "; save it as UTF-8 and try again",
                  "text");
    }
    end = *bad;
  }
  std::string out = carried_.substr(0, end);
  carried_.erase(0, end);
  offset_ += end;
  return out;
}

std::unique_ptr<TextReader> make_plain_reader(TextReader::Emit emit) {
  return std::make_unique<PlainReader>(std::move(emit));
}

std::unique_ptr<TextReader> make_text_reader(TextFormat format, const Frontend& frontend,
                                             TextReader::Emit emit) {
  switch (format) {
    case TextFormat::kPlain:
      return make_plain_reader(std::move(emit));
    case TextFormat::kMarkup:
      return make_markup_reader(frontend, std::move(emit));
    case TextFormat::kSsml:
      return make_ssml_reader(frontend, std::move(emit));
    case TextFormat::kAuto:
      break;
  }
  return std::make_unique<AutoReader>(frontend, std::move(emit));
}

SentenceReader::SentenceReader(TextFormat format, const Frontend& frontend, UserLexicons lexicons)
    : stream_(std::move(lexicons)),
      reader_(
          make_text_reader(format, frontend, [this](Segment segment) { stream_.push(segment); })) {}

void SentenceReader::feed(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kSlice, bytes.size()))) {
    reader_->feed(bytes.substr(0, kSlice));
  }
}

void SentenceReader::finish() {
  reader_->finish();
  stream_.finish();
}

std::vector<Sentence> cut_sentences(std::string_view text, CutMethod method, bool english,
                                    const UserLexicons& lexicons) {
  std::vector<Sentence> out;
  for (std::string& piece : cut_for_reference(text, method, english)) {
    Sentence sentence;
    sentence.spans.push_back({std::move(piece), {}, {}});
    sentence.spans = apply_lexicons(lexicons, std::move(sentence.spans));
    out.push_back(std::move(sentence));
  }
  return out;
}

std::vector<Sentence> read_sentences(std::string_view text, TextFormat format,
                                     const Frontend& frontend, const UserLexicons& lexicons,
                                     std::vector<std::string>* notes) {
  SentenceReader reader(format, frontend, lexicons);
  reader.feed(text);
  reader.finish();
  std::vector<Sentence> out;
  while (auto sentence = reader.next()) out.push_back(std::move(*sentence));
  if (notes != nullptr) notes->insert(notes->end(), reader.notes().begin(), reader.notes().end());
  return out;
}

}  // namespace myna::text
