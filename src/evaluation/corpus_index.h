// The table of a folder of recorded speech: index.tsv, one recording per line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace myna::evaluation {

/// One line of index.tsv; fields that the corpus does not know are empty.
struct CorpusRecording {
  std::string file;      ///< relative to the corpus folder
  std::string set;       ///< "librispeech", ...
  std::string speaker;   ///< unique within the set; "unknown" where nobody knows
  std::string language;  ///< "en", "zh"
  std::string gender;    ///< "f", "m" or empty
  std::string age;       ///< years, "adult" or empty
  std::string text;      ///< what was said
  std::string phones;    ///< as given by the corpus: ARPAbet or a pinyin syllable

  /// Unique over all sets: the file without its extension.
  std::string id() const;
  /// Unique over all sets: "set/speaker"; a recording of an unknown speaker is one of its own.
  std::string speaker_id() const { return speaker == "unknown" ? id() : set + "/" + speaker; }
  /// False when an age in years below 18 is given; such recordings are never used.
  bool adult() const;
};

/// Reads `corpus`/index.tsv. Throws Error naming the file and line of a wrong header or a line with
/// another number of fields.
std::vector<CorpusRecording> read_corpus_index(const std::filesystem::path& corpus);

}  // namespace myna::evaluation
