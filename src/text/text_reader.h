// Bytes of a text, as they come -> segments. One reader for each way of writing control over the
// reading.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/frontend.h"
#include "text/script.h"
#include "text/segmentation.h"
#include "text/sentence_stream.h"

namespace myna::text {

enum class TextFormat {
  kAuto,    ///< SSML when it starts with <speak or <?xml, else inline markup
  kPlain,   ///< every character is text
  kMarkup,  ///< see markup.h
  kSsml,    ///< see ssml.h
};

/// Takes a text in pieces of any size and calls `emit` with what is certain. Not thread-safe.
class TextReader {
 public:
  using Emit = std::function<void(Segment)>;

  explicit TextReader(Emit emit) : emit_(std::move(emit)) {}
  virtual ~TextReader();
  /// UTF-8; a piece may end inside a character. Throws Error(kInvalidText) naming the byte offset
  /// of what is not UTF-8, or line and column of markup that is wrong.
  virtual void feed(std::string_view bytes) = 0;
  virtual void finish() = 0;
  /// What was skipped, for the user; grows while reading.
  const std::vector<std::string>& notes() const { return notes_; }

 protected:
  /// The part of carried + bytes that ends with a whole character; the rest is carried over.
  std::string whole_characters(std::string_view bytes, bool last);
  void emit(Segment segment) { emit_(std::move(segment)); }

  std::vector<std::string> notes_;

 private:
  Emit emit_;
  std::string carried_;
  size_t offset_ = 0;  ///< bytes before carried_
};

std::unique_ptr<TextReader> make_plain_reader(TextReader::Emit emit);
/// `frontend` checks pronunciations; it must outlive the reader.
std::unique_ptr<TextReader> make_text_reader(TextFormat format, const Frontend& frontend,
                                             TextReader::Emit emit);

/// A whole text from reader to sentences, in pieces or at once; both give the same.
class SentenceReader {
 public:
  /// `frontend` must outlive it.
  SentenceReader(TextFormat format, const Frontend& frontend, UserLexicons lexicons = {});

  void feed(std::string_view bytes);
  void finish();
  /// The next sentence or pause that is complete.
  std::optional<Sentence> next() { return stream_.next(); }
  const std::vector<std::string>& notes() const { return reader_->notes(); }

 private:
  SentenceStream stream_;
  std::unique_ptr<TextReader> reader_;
};

/// The pieces that the reference would cut a plain text into (segmentation.h), as sentences.
/// `english` closes them with "." instead of "。". Throws as cut_for_reference.
std::vector<Sentence> cut_sentences(std::string_view text, CutMethod method, bool english,
                                    const UserLexicons& lexicons = {});

/// All sentences of a text; `notes`, if given, takes what was skipped.
std::vector<Sentence> read_sentences(std::string_view text, TextFormat format,
                                     const Frontend& frontend, const UserLexicons& lexicons = {},
                                     std::vector<std::string>* notes = nullptr);

}  // namespace myna::text
