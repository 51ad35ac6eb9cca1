#include "tensor/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"

namespace myna::tensor {
namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr size_t kMaxRank = 16;
// Of the data section, by padding the header with spaces: that of a cache line for who reads in
// place.
constexpr size_t kAlignment = 64;

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(ErrorCode::kInvalidModel,
              "not a usable safetensors file: " + message + "; download or export it again",
              subject);
}

/// Name as shown in errors: names come from strangers, so they are shortened and escaped.
std::string shown(const std::string& name) {
  const std::string head = name.size() > 80 ? name.substr(0, 80) + "..." : name;
  return Json(head).dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::optional<DType> dtype_of(std::string_view name) {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16, DType::kI64, DType::kI32,
                            DType::kI8, DType::kU8, DType::kF64, DType::kI16, DType::kBool}) {
    if (dtype_name(dtype) == name) return dtype;
  }
  return std::nullopt;
}

struct Entry {
  std::string name;
  std::string dtype;
  Shape shape;
  std::vector<uint64_t> offsets;
  bool has_shape = false;
};

/// Reads the header as a stream of events, so that nothing but the entries is ever stored.
class HeaderReader : public nlohmann::json_sax<Json> {
 public:
  HeaderReader(const std::string& subject, std::vector<Entry>& entries,
               std::map<std::string, std::string>& metadata)
      : subject_(subject), entries_(entries), metadata_(metadata) {}

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("a boolean"); }
  bool number_float(double, const string_t&) override { unexpected("a fraction"); }
  bool binary(binary_t&) override { unexpected("binary data"); }
  bool number_integer(int64_t) override { unexpected("a negative number"); }

  bool number_unsigned(uint64_t value) override {
    if (place_ != Place::kShape && place_ != Place::kOffsets) unexpected("a number");
    if (place_ == Place::kOffsets) {
      if (entries_.back().offsets.size() == 2) fail_entry("has more than two data offsets");
      entries_.back().offsets.push_back(value);
    } else {
      if (entries_.back().shape.size() == kMaxRank) fail_entry("has too many dimensions");
      if (value > uint64_t(INT64_MAX)) fail_entry("has an impossible dimension");
      entries_.back().shape.push_back(int64_t(value));
    }
    return true;
  }

  bool string(string_t& value) override {
    if (place_ == Place::kMetadata) {
      metadata_[key_] = std::move(value);
    } else if (place_ == Place::kEntry && key_ == "dtype") {
      entries_.back().dtype = std::move(value);
    } else {
      unexpected("a string");
    }
    return true;
  }

  bool start_object(size_t) override {
    if (place_ == Place::kOutside) {
      place_ = Place::kTop;
    } else if (place_ == Place::kTop) {
      place_ = key_ == "__metadata__" ? Place::kMetadata : Place::kEntry;
      if (place_ == Place::kEntry) entries_.push_back({.name = key_});
      inner_keys_.clear();
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool end_object() override {
    place_ = place_ == Place::kTop ? Place::kOutside : Place::kTop;
    return true;
  }

  bool start_array(size_t) override {
    if (place_ != Place::kEntry) unexpected("a list");
    if (key_ == "shape") {
      place_ = Place::kShape;
      entries_.back().has_shape = true;
    } else if (key_ == "data_offsets") {
      place_ = Place::kOffsets;
    } else {
      unexpected("a list");
    }
    return true;
  }

  bool end_array() override {
    place_ = Place::kEntry;
    return true;
  }

  bool key(string_t& value) override {
    std::set<std::string>& seen = place_ == Place::kTop ? top_keys_ : inner_keys_;
    if (!seen.insert(value).second) fail(subject_, "the header names " + shown(value) + " twice");
    if (place_ == Place::kEntry && value != "dtype" && value != "shape" &&
        value != "data_offsets") {
      fail_entry("has the unknown field " + shown(value));
    }
    key_ = std::move(value);
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    fail(subject_, "the header is not JSON (byte " + std::to_string(position + 8) + ")");
  }

 private:
  enum class Place { kOutside, kTop, kMetadata, kEntry, kShape, kOffsets };

  [[noreturn]] void unexpected(const char* what) {
    fail(subject_,
         std::string("the header has ") + what + " where none belongs (near " + shown(key_) + ")");
  }
  [[noreturn]] void fail_entry(const std::string& what) {
    fail(subject_, "tensor " + shown(entries_.back().name) + " " + what);
  }

  const std::string& subject_;
  std::vector<Entry>& entries_;
  std::map<std::string, std::string>& metadata_;
  std::set<std::string> top_keys_, inner_keys_;
  std::string key_;
  Place place_ = Place::kOutside;
};

/// Checks one entry against the data section and returns its dtype.
DType check_entry(const Entry& entry, uint64_t data_bytes, const std::string& subject) {
  const auto fail_entry = [&](const std::string& what) {
    fail(subject, "tensor " + shown(entry.name) + " " + what);
  };
  const auto dtype = dtype_of(entry.dtype);
  if (!dtype) fail_entry("has the unsupported dtype " + shown(entry.dtype));
  if (!entry.has_shape) fail_entry("has no shape");
  if (entry.offsets.size() != 2) fail_entry("has no data offsets");
  const uint64_t begin = entry.offsets[0], end = entry.offsets[1];
  if (begin > end || end > data_bytes) fail_entry("lies outside the file");
  uint64_t count = 0;
  try {
    count = uint64_t(element_count(entry.shape));
  } catch (const Error& error) {
    fail_entry("has an impossible shape (" + error.message() + ")");
  }
  const uint64_t size = dtype_size(*dtype);
  if ((end - begin) % size != 0 || (end - begin) / size != count) {
    fail_entry("of shape " + shape_string(entry.shape) + " and dtype " + entry.dtype +
               " does not have the size of its data, " + std::to_string(end - begin) + " bytes");
  }
  return *dtype;
}

/// The bytes at their place when they are aligned for `dtype`, else an aligned copy.
HostTensor view_or_copy(DType dtype, const Shape& shape, std::span<const std::byte> bytes,
                        const std::shared_ptr<const void>& owner) {
  if (reinterpret_cast<uintptr_t>(bytes.data()) % dtype_size(dtype) == 0) {
    return HostTensor(dtype, shape, bytes, owner);
  }
  auto copy = std::make_shared<std::vector<uint64_t>>((bytes.size() + 7) / 8);
  auto* data = reinterpret_cast<std::byte*>(copy->data());
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  return HostTensor(dtype, shape, {data, bytes.size()}, copy);
}

}  // namespace

void parse_safetensors(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                       const std::string& subject, std::map<std::string, HostTensor>& tensors,
                       std::map<std::string, std::string>& metadata) {
  if (bytes.size() < 8) fail(subject, "it is shorter than the 8 bytes that every such file has");
  uint64_t header_bytes = 0;
  for (int i = 7; i >= 0; --i) header_bytes = header_bytes << 8 | uint64_t(bytes[size_t(i)]);
  if (header_bytes > kMaxHeaderBytes) fail(subject, "its header claims more than 100 MB");
  if (header_bytes > bytes.size() - 8) fail(subject, "it ends inside its header");
  const auto* text = reinterpret_cast<const char*>(bytes.data() + 8);
  if (header_bytes == 0 || text[0] != '{') fail(subject, "its header is not a JSON object");

  std::vector<Entry> entries;
  std::map<std::string, std::string> found_metadata;
  HeaderReader reader(subject, entries, found_metadata);
  Json::sax_parse(text, text + header_bytes, &reader);

  const auto data = bytes.subspan(8 + size_t(header_bytes));
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.offsets < b.offsets || (a.offsets == b.offsets && a.name < b.name);
  });
  std::map<std::string, HostTensor> found;
  uint64_t next = 0;
  for (const Entry& entry : entries) {
    const DType dtype = check_entry(entry, data.size(), subject);
    if (entry.offsets[0] != next) {
      fail(subject, "tensor " + shown(entry.name) +
                        (entry.offsets[0] < next ? " overlaps another" : " follows a gap"));
    }
    next = entry.offsets[1];
    found[entry.name] = view_or_copy(
        dtype, entry.shape, data.subspan(entry.offsets[0], next - entry.offsets[0]), owner);
  }
  if (next != data.size()) {
    fail(subject, std::to_string(data.size() - next) + " bytes follow its last tensor");
  }
  tensors = std::move(found);
  metadata = std::move(found_metadata);
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : path_(path), mapping_(std::make_shared<const MappedFile>(path)) {
  parse_safetensors(std::as_bytes(mapping_->bytes()), mapping_, path.string(), tensors_, metadata_);
}

bool SafetensorsFile::contains(const std::string& name) const { return tensors_.contains(name); }

HostTensor SafetensorsFile::get(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw Error(ErrorCode::kInvalidModel,
                "the file has no tensor " + shown(name) + "; it holds another kind of model",
                path_.string());
  }
  return found->second;
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> names;
  names.reserve(tensors_.size());
  for (const auto& [name, tensor] : tensors_) names.push_back(name);
  return names;
}

void write_safetensors(const std::filesystem::path& path,
                       const std::map<std::string, HostTensor>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();  // nlohmann's object keeps its keys sorted
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    if (name == "__metadata__") {
      throw Error(ErrorCode::kInternal, "a tensor cannot be called __metadata__", path.string());
    }
    const uint64_t end = offset + tensor.bytes().size();
    header[name] = {{"dtype", dtype_name(tensor.dtype())},
                    {"shape", tensor.shape()},
                    {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::exception&) {
    throw Error(ErrorCode::kInternal, "a tensor name or metadata entry is not UTF-8",
                path.string());
  }
  text.append((kAlignment - (text.size() + 8) % kAlignment) % kAlignment, ' ');
  if (text.size() > kMaxHeaderBytes) {
    throw Error(ErrorCode::kInternal, "the safetensors header would exceed 100 MB", path.string());
  }

  AtomicFile file(path);
  std::array<uint8_t, 8> length{};
  for (size_t i = 0; i < 8; ++i) length[i] = uint8_t(uint64_t(text.size()) >> (8 * i));
  file.write(std::span<const uint8_t>(length));
  file.write(std::string_view(text));
  for (const auto& [name, tensor] : tensors) {
    const auto bytes = tensor.bytes();
    file.write(
        std::span<const uint8_t>(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  }
  file.commit();
}

}  // namespace myna::tensor
