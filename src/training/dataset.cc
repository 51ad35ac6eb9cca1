#include "training/dataset.h"

#include <cstring>
#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"

namespace myna::training {
namespace {

constexpr int kFormat = 1;
constexpr char kManifestFile[] = "dataset.json";
constexpr char kItemsFile[] = "items.jsonl";
constexpr char kAudioFile[] = "audio.i16";
constexpr char kCodesFile[] = "codes.u16";
constexpr char kCodesManifestFile[] = "codes.json";
constexpr char kAlignmentFile[] = "alignment.u16";
constexpr uint16_t kNotAligned = 0xFFFF;
constexpr char kPrepareAgain[] = "prepare the corpus again";

template <typename T>
std::span<const uint8_t> bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()};
}

std::string to_line(const Item& item) {
  Json json = {{"id", item.id},
               {"speaker", item.speaker},
               {"language", item.language},
               {"source", item.source},
               {"synthetic", item.synthetic},
               {"split", item.split == Split::kTrain ? "train" : "validation"},
               {"text", item.text},
               {"phones", item.phones},
               {"offset", item.sample_offset},
               {"samples", item.sample_count}};
  return json.dump() + "\n";
}

Item parse_line(std::string_view line, const std::string& subject) {
  const Json json = parse_json(line, subject);
  Item item;
  item.id = require<std::string>(json, "id", subject);
  item.speaker = require<std::string>(json, "speaker", subject);
  item.language = require<std::string>(json, "language", subject);
  item.source = require<std::string>(json, "source", subject);
  item.synthetic = require<bool>(json, "synthetic", subject);
  const auto split = require<std::string>(json, "split", subject);
  if (split != "train" && split != "validation") {
    throw Error(ErrorCode::kInvalidModel,
                "key \"split\" must be train or validation; " + std::string(kPrepareAgain),
                subject);
  }
  item.split = split == "train" ? Split::kTrain : Split::kValidation;
  item.text = require<std::string>(json, "text", subject);
  item.phones = require<std::vector<int32_t>>(json, "phones", subject);
  item.sample_offset = require<int64_t>(json, "offset", subject);
  item.sample_count = require<int64_t>(json, "samples", subject);
  return item;
}

/// SHA-256 over the sizes and contents of the two files.
std::string digest_of(std::string_view items, int64_t audio_bytes, const Digest& audio) {
  Sha256 hash;
  hash.update(std::to_string(items.size()) + "\n").update(items);
  hash.update(std::to_string(audio_bytes) + "\n").update(std::span<const uint8_t>(audio));
  return hex(hash.finish());
}

}  // namespace

struct Dataset::Impl {
  std::filesystem::path folder;
  int sample_rate = 0;
  std::vector<Item> items;
  std::string digest, tokeniser_digest;
  MappedFile audio, codes, alignment;

  void load_items(const Json& manifest, const std::string& subject);
  void load_codes();
  void load_alignment();
};

void Dataset::Impl::load_items(const Json& manifest, const std::string& subject) {
  const auto items_path = folder / kItemsFile;
  const MappedFile lines(items_path);
  const std::string_view text(reinterpret_cast<const char*>(lines.data()), lines.size());
  if (hex(sha256(text)) != require<std::string>(manifest, "items_sha256", subject)) {
    throw Error(ErrorCode::kInvalidModel,
                "contents differ from what dataset.json says; " + std::string(kPrepareAgain),
                items_path.string());
  }
  audio = MappedFile(folder / kAudioFile);
  const auto samples = static_cast<int64_t>(audio.size() / sizeof(int16_t));
  if (require<int64_t>(manifest, "samples", subject) != samples ||
      audio.size() % sizeof(int16_t) != 0) {
    throw Error(ErrorCode::kInvalidModel,
                "has another size than dataset.json says; " + std::string(kPrepareAgain),
                audio.path().string());
  }
  size_t begin = 0, number = 1;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string name = items_path.string() + " line " + std::to_string(number++);
    items.push_back(parse_line(text.substr(begin, end - begin), name));
    const Item& item = items.back();
    if (item.sample_offset < 0 || item.sample_count < 0 ||
        item.sample_count > samples - item.sample_offset) {
      throw Error(ErrorCode::kInvalidModel,
                  "points outside audio.i16; " + std::string(kPrepareAgain), name);
    }
    begin = end + 1;
  }
  if (require<int64_t>(manifest, "items", subject) != static_cast<int64_t>(items.size())) {
    throw Error(ErrorCode::kInvalidModel,
                "has another number of lines than dataset.json says; " + std::string(kPrepareAgain),
                items_path.string());
  }
}

void Dataset::Impl::load_codes() {
  const auto path = folder / kCodesManifestFile;
  if (!std::filesystem::exists(path)) return;
  const std::string subject = path.string();
  const std::string remedy = "; tokenise the dataset again";
  const Json manifest = read_json(path);
  if (require<std::string>(manifest, "dataset", subject) != digest) {
    throw Error(ErrorCode::kInvalidModel, "belongs to another dataset" + remedy, subject);
  }
  const auto counts = require<std::vector<int64_t>>(manifest, "counts", subject);
  if (counts.size() != items.size()) {
    throw Error(ErrorCode::kInvalidModel, "key \"counts\" has not one number per item" + remedy,
                subject);
  }
  codes = MappedFile(folder / kCodesFile);
  int64_t offset = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 0) throw Error(ErrorCode::kInvalidModel, "negative count" + remedy, subject);
    items[i].code_offset = offset;
    items[i].code_count = counts[i];
    offset += counts[i];
  }
  if (static_cast<uint64_t>(offset) * sizeof(uint16_t) != codes.size()) {
    throw Error(ErrorCode::kInvalidModel, "has another size than codes.json says" + remedy,
                codes.path().string());
  }
  tokeniser_digest = require<std::string>(manifest, "tokeniser", subject);
  if (value_or<bool>(manifest, "aligned", false, subject)) load_alignment();
}

void Dataset::Impl::load_alignment() {
  alignment = MappedFile(folder / kAlignmentFile);
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorCode::kInvalidModel, what + "; tokenise the dataset again",
                alignment.path().string());
  };
  if (alignment.size() != codes.size()) fail("has another size than codes.u16");
  const auto* values = reinterpret_cast<const uint16_t*>(alignment.data());
  for (const Item& item : items) {
    for (int64_t i = item.code_offset; i < item.code_offset + item.code_count; ++i) {
      if (values[i] != kNotAligned && values[i] >= item.phones.size())
        fail("names a phone that item " + item.id + " does not have");
    }
  }
}

Dataset::Dataset(const std::filesystem::path& folder) : impl_(std::make_unique<Impl>()) {
  impl_->folder = folder;
  const auto path = folder / kManifestFile;
  const std::string subject = path.string();
  const Json manifest = read_json(path);
  if (require<int>(manifest, "format", subject) != kFormat) {
    throw Error(ErrorCode::kInvalidModel,
                "was written by another version; " + std::string(kPrepareAgain), subject);
  }
  impl_->sample_rate = require<int>(manifest, "sample_rate", subject);
  impl_->digest = require<std::string>(manifest, "digest", subject);
  impl_->load_items(manifest, subject);
  impl_->load_codes();
}

Dataset::~Dataset() = default;

int Dataset::sample_rate() const { return impl_->sample_rate; }
const std::vector<Item>& Dataset::items() const { return impl_->items; }
const std::string& Dataset::digest() const { return impl_->digest; }
const std::string& Dataset::tokeniser_digest() const { return impl_->tokeniser_digest; }
const std::filesystem::path& Dataset::folder() const { return impl_->folder; }

std::span<const int16_t> Dataset::audio(const Item& item) const {
  const auto* samples = reinterpret_cast<const int16_t*>(impl_->audio.data());
  return {samples + item.sample_offset, static_cast<size_t>(item.sample_count)};
}

std::span<const uint16_t> Dataset::codes(const Item& item) const {
  if (item.code_count == 0) return {};
  const auto* codes = reinterpret_cast<const uint16_t*>(impl_->codes.data());
  return {codes + item.code_offset, static_cast<size_t>(item.code_count)};
}

std::span<const uint16_t> Dataset::alignment(const Item& item) const {
  if (item.code_count == 0 || !has_alignment()) return {};
  const auto* all = reinterpret_cast<const uint16_t*>(impl_->alignment.data());
  if (all[item.code_offset] == kNotAligned) return {};
  return {all + item.code_offset, static_cast<size_t>(item.code_count)};
}

bool Dataset::has_alignment() const { return impl_->alignment.size() > 0; }

struct DatasetWriter::Impl {
  std::filesystem::path folder;
  int sample_rate;
  AtomicFile audio;
  Sha256 audio_hash;
  std::string lines;
  int64_t items = 0, samples = 0;

  Impl(const std::filesystem::path& where, int rate)
      : folder(where), sample_rate(rate), audio(where / kAudioFile) {}
};

DatasetWriter::DatasetWriter(const std::filesystem::path& folder, int sample_rate) {
  ensure_writable_directory(folder);
  impl_ = std::make_unique<Impl>(folder, sample_rate);
}

DatasetWriter::~DatasetWriter() = default;

void DatasetWriter::add(Item item, std::span<const int16_t> samples) {
  item.sample_offset = impl_->samples;
  item.sample_count = static_cast<int64_t>(samples.size());
  impl_->lines += to_line(item);
  impl_->audio.write(bytes_of(samples));
  impl_->audio_hash.update(bytes_of(samples));
  impl_->samples += item.sample_count;
  ++impl_->items;
}

void DatasetWriter::commit(const std::string& inputs_digest, uint64_t seed) {
  for (const char* name : {kManifestFile, kCodesManifestFile, kCodesFile, kAlignmentFile}) {
    std::filesystem::remove(impl_->folder / name);
  }
  impl_->audio.commit();
  write_file(impl_->folder / kItemsFile, impl_->lines);
  const auto audio_bytes = impl_->samples * static_cast<int64_t>(sizeof(int16_t));
  const Json manifest = {
      {"format", kFormat},
      {"sample_rate", impl_->sample_rate},
      {"items", impl_->items},
      {"samples", impl_->samples},
      {"items_sha256", hex(sha256(std::string_view(impl_->lines)))},
      {"digest", digest_of(impl_->lines, audio_bytes, impl_->audio_hash.finish())},
      {"inputs", inputs_digest},
      {"seed", seed}};
  write_file(impl_->folder / kManifestFile, manifest.dump(2) + "\n");
}

std::string dataset_inputs_digest(const std::filesystem::path& folder) {
  const auto path = folder / kManifestFile;
  if (!std::filesystem::exists(path)) return {};
  const Json manifest = read_json(path);
  return require<std::string>(manifest, "inputs", path.string());
}

namespace {

void write_alignment(const Dataset& dataset, const std::vector<std::vector<uint16_t>>& codes,
                     const std::vector<std::vector<uint16_t>>& alignments) {
  AtomicFile file(dataset.folder() / kAlignmentFile);
  for (size_t i = 0; i < codes.size(); ++i) {
    std::vector<uint16_t> values = alignments[i];
    if (values.empty()) values.assign(codes[i].size(), kNotAligned);
    if (values.size() != codes[i].size())
      throw Error(ErrorCode::kInternal, "an alignment differs in size from its codes");
    file.write(bytes_of(std::span<const uint16_t>(values)));
  }
  file.commit();
}

}  // namespace

void write_codes(const Dataset& dataset, const std::vector<std::vector<uint16_t>>& codes,
                 const std::string& tokeniser_digest,
                 const std::vector<std::vector<uint16_t>>& alignments) {
  if (codes.size() != dataset.items().size()) {
    throw Error(ErrorCode::kInternal, "write_codes was given " + std::to_string(codes.size()) +
                                          " code lists for " +
                                          std::to_string(dataset.items().size()) + " items");
  }
  if (!alignments.empty() && alignments.size() != codes.size())
    throw Error(ErrorCode::kInternal, "write_codes needs one alignment per code list or none");
  std::filesystem::remove(dataset.folder() / kCodesManifestFile);
  std::filesystem::remove(dataset.folder() / kAlignmentFile);
  AtomicFile file(dataset.folder() / kCodesFile);
  std::vector<int64_t> counts;
  for (const auto& list : codes) {
    file.write(bytes_of(std::span<const uint16_t>(list)));
    counts.push_back(static_cast<int64_t>(list.size()));
  }
  file.commit();
  if (!alignments.empty()) write_alignment(dataset, codes, alignments);
  const Json manifest = {{"dataset", dataset.digest()},
                         {"tokeniser", tokeniser_digest},
                         {"counts", counts},
                         {"aligned", !alignments.empty()}};
  write_file(dataset.folder() / kCodesManifestFile, manifest.dump() + "\n");
}

}  // namespace myna::training
