// A prepared corpus on disk: every utterance as 16-bit mono samples in one mapped file, its
// transcript as phone ids, and (after tokenisation) its semantic codes. Preparing is separate from
// training so that a training run touches no decoder and no text front end.
//
// Folder layout
//   dataset.json   format version, sample rate, counts, digest of the inputs, seed
//   items.jsonl    one Item per line
//   audio.i16      samples of all items, little-endian, back to back
//   codes.u16      semantic codes at 25 Hz of all items, written by the tokeniser; codes.json tells
//                  the digest of the content encoder and codebook that made them
//   alignment.u16  beside each code the index into the item's phones of the one being said, or
//                  65535 in items where that is not known
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace myna::training {

enum class Split { kTrain, kValidation };

struct Item {
  std::string id;
  std::string speaker;   ///< unique over all sets, e.g. "speechocean762/s0036"
  std::string language;  ///< "en", "zh"
  std::string source;    ///< corpus name, or "flite"/"espeak-ng"
  bool synthetic = false;
  Split split = Split::kTrain;
  std::string text;             ///< empty when unknown
  std::vector<int32_t> phones;  ///< v2 symbol ids, punctuation kept; empty when unknown
  int64_t sample_offset = 0, sample_count = 0;
  int64_t code_offset = 0, code_count = 0;  ///< 0 before tokenisation
};

/// Read-only, mapped; safe to share between threads.
class Dataset {
 public:
  /// Throws Error naming the file that is missing or damaged. Sizes, offsets and the digest of
  /// items.jsonl are checked; the samples themselves are trusted.
  explicit Dataset(const std::filesystem::path& folder);
  ~Dataset();

  int sample_rate() const;
  const std::vector<Item>& items() const;
  std::span<const int16_t> audio(const Item& item) const;
  /// Empty before tokenisation.
  std::span<const uint16_t> codes(const Item& item) const;
  /// Index into item.phones of the phone that each code says, never decreasing. Empty where not
  /// known and before tokenisation.
  std::span<const uint16_t> alignment(const Item& item) const;
  /// Whether the tokeniser left alignments at all.
  bool has_alignment() const;
  /// SHA-256 over items.jsonl and audio.i16 sizes and contents, written into trained models.
  const std::string& digest() const;
  /// What write_codes was given; empty before tokenisation.
  const std::string& tokeniser_digest() const;
  const std::filesystem::path& folder() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Appends items and samples; commit() makes the folder valid (nothing is valid before). An older
/// dataset in the folder stays as it was until commit(), which also removes its codes.
class DatasetWriter {
 public:
  DatasetWriter(const std::filesystem::path& folder, int sample_rate);
  ~DatasetWriter();
  /// Offsets of `item` are filled in by the writer.
  void add(Item item, std::span<const int16_t> samples);
  void commit(const std::string& inputs_digest, uint64_t seed);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Digest of the inputs that the dataset in `folder` was committed with; empty when there is none.
std::string dataset_inputs_digest(const std::filesystem::path& folder);

/// Writes the codes of all items of `dataset` (in order; one vector each). They are seen by a
/// Dataset that is opened afterwards. `alignments`: absent, or per item what Dataset::alignment is
/// to return, of the size of the codes or empty.
void write_codes(const Dataset& dataset, const std::vector<std::vector<uint16_t>>& codes,
                 const std::string& tokeniser_digest,
                 const std::vector<std::vector<uint16_t>>& alignments = {});

}  // namespace myna::training
