// Japanese text -> normalised text and words with phones: the one entry of this folder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/ja/dictionary.h"
#include "text/ja/pieces.h"
#include "text/ja/spellings.h"
#include "text/ja/words.h"
#include "text/reader.h"

namespace myna::text::ja {

/// The phones hold marks of pitch, see prosody.h. In compat mode every mark of the text is a phone,
/// as in the reference, whether there is a symbol for it or not.
class Japanese final : public Reader {
 public:
  /// Throws as LexiconFile when ja_words.lex cannot be opened.
  explicit Japanese(const ReaderSetup& setup);

  Reading read(const std::string& text, const std::vector<GivenWord>& given) const override;

  /// The words of a piece of speech, as they are before they become phones.
  std::vector<JaWord> words(const Piece& piece) const;

 private:
  void speak(const Piece& piece, Reading* out) const;
  std::vector<Spelling> spellings(const std::string& normalized,
                                  const std::vector<GivenWord>& given) const;

  const bool compat_;
  Dictionary dictionary_;
  std::optional<Spellings> spellings_;  ///< default mode
};

std::unique_ptr<Reader> make_reader(const ReaderSetup& setup);

}  // namespace myna::text::ja
