// The folder G2PWModel of GPT-SoVITS (its g2pW.onnx and the tables beside it) becomes one model
// file.
//
//   POLYPHONIC_CHARS.txt   character, tab, bopomofo with tone: sorted, the readings are the rows of
//                          the classifier and the characters those of the descriptors
//   MONOPHONIC_CHARS.txt   the same for characters of one reading
//   bopomofo_to_pinyin_wo_tune_dict.json   bopomofo -> pinyin, without tones
//   config.py              looked through for settings that change the network, never run
//   ../g2pw/polyphonic.rep, polyphonic-fix.rep   words and their readings, for compat mode;
//   optional
//
// The vocabulary is that of chinese-roberta-wwm-ext-large: tokenizer.json or vocab.txt in the
// folder itself, or that of the converted RoBERTa.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"
#include "models/g2pw.h"

namespace myna::voice {

/// What the tables beside the network say, as a record keeps it.
struct G2pwTables {
  models::Candidates candidates;
  int64_t readings = 0;     ///< different ones, of all characters
  std::string polyphones;   ///< lines for models::parse_reading_lines, in the network's order
  std::string certain;      ///< the same of characters with one reading
  std::string corrections;  ///< the same of words; empty where the lists are missing
};

/// Throws Error(kNotFound) naming a table that is missing, Error(kInvalidModel) naming table and
/// line, Error(kUnsupported) for settings other than the published ones.
G2pwTables read_g2pw_tables(const std::filesystem::path& folder);

/// Writes the model file `to` from the graph `onnx`, the tables in its folder and the vocabulary
/// (there, or in `roberta`, the converted RoBERTa). Throws as read_g2pw_tables and
/// models::read_g2pw_graph, Error(kNotFound) when there is no vocabulary.
void convert_g2pw(const std::filesystem::path& onnx, const std::filesystem::path& roberta,
                  const std::filesystem::path& to);

}  // namespace myna::voice
