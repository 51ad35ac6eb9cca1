#include "tensor/torch_file.h"

#include <cstring>
#include <map>
#include <unordered_map>

#include "base/error.h"
#include "base/files.h"
#include "tensor/zip_archive.h"

namespace myna::tensor {
namespace {

constexpr const char* kFormat = "torch checkpoint";
constexpr size_t kMostPickleBytes = size_t{64} << 20;
constexpr size_t kLongestKey = 64;
constexpr std::string_view kLegacyMagic = "119547037146038801333356";  // MAGIC_NUMBER of torch
constexpr int64_t kLegacyProtocol = 1001;
/// PROTO 2, LONG1 of ten bytes: how the legacy magic number begins.
constexpr unsigned char kLegacyStart[] = {0x80, 0x02, 0x8a, 0x0a};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_legacy(std::span<const std::byte> bytes) {
  return bytes.size() >= sizeof kLegacyStart &&
         std::memcmp(bytes.data(), kLegacyStart, sizeof kLegacyStart) == 0;
}

bool is_marked(std::span<const std::byte> bytes) {
  const std::string_view text = as_text(bytes.first(std::min<size_t>(bytes.size(), 4)));
  return text.size() == 4 && text[0] == '0' && text[1] >= '0' && text[1] <= '6' &&
         text.substr(2) == "\3\4";
}

/// The parts of a persistent id ('storage', class, key, device, count), the first `parts` of them.
PickleStorage storage_of(const PickleValue& id, size_t parts, const ByteReader& in) {
  if (!id.is(PickleKind::kTuple) || id.size() != parts) {
    in.fail("a storage is not described by " + std::to_string(parts) + " values");
  }
  const PickleValue kind = id.item(0), key = id.item(2), device = id.item(3), count = id.item(4);
  if (!kind.is(PickleKind::kString) || kind.text() != "storage") {
    in.fail("a persistent value is not a storage");
  }
  if (!key.is(PickleKind::kString) || key.text().empty() || key.text().size() > kLongestKey ||
      !device.is(PickleKind::kString) || !count.is(PickleKind::kInt)) {
    in.fail("a storage has no proper key, device or size");
  }
  PickleStorage storage;
  storage.dtype = storage_dtype(id.item(1), in);
  storage.key = key.text();
  storage.count = count.integer();
  if (storage.count < 0) in.fail("storage " + shown(storage.key) + " has a negative size");
  return storage;
}

[[noreturn]] void wrong_size(const PickleStorage& storage, uint64_t bytes, const ByteReader& in) {
  in.fail("storage " + shown(storage.key) + " promises " + std::to_string(storage.count) +
          " elements of " + std::string(dtype_name(storage.dtype)) + " and has " +
          std::to_string(bytes) + " bytes");
}

/// Records by their name within the one root folder of the archive.
std::map<std::string, ZipRecord, std::less<>> records_below_root(
    const std::vector<ZipRecord>& records, const ByteReader& in) {
  std::map<std::string, ZipRecord, std::less<>> found;
  std::string root;
  for (const ZipRecord& record : records) {
    const size_t slash = record.name.find('/');
    const std::string here = record.name.substr(0, slash);
    if (slash == std::string::npos || (!root.empty() && here != root)) {
      in.fail("record " + shown(record.name) + " is not in the one folder of a checkpoint");
    }
    root = here;
    found.emplace(record.name.substr(slash + 1), record);
  }
  return found;
}

bool is_contiguous(const PickleTensor& view) {
  int64_t expected = 1;
  for (size_t i = view.shape.size(); i-- > 0;) {
    if (view.shape[i] != 1 && view.strides[i] != expected) return false;
    expected *= view.shape[i];
  }
  return true;
}

/// Copies the elements in row-major order, the last dimension innermost.
void gather(const PickleTensor& view, const std::byte* source, size_t size, int64_t count,
            std::byte* out) {
  std::vector<int64_t> index(view.shape.size(), 0);
  int64_t at = view.offset;
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(out, source + size_t(at) * size, size);
    out += size;
    for (size_t d = index.size(); d-- > 0;) {
      at += view.strides[d];
      if (++index[d] < view.shape[d]) break;
      at -= view.strides[d] * view.shape[d];
      index[d] = 0;
    }
  }
}

}  // namespace

bool looks_like_torch(std::span<const std::byte> bytes) {
  return is_legacy(bytes) || is_marked(bytes) ||
         as_text(bytes.first(std::min<size_t>(bytes.size(), 2))) == "PK";
}

TorchFile::TorchFile(const std::filesystem::path& path, const TorchOptions& options)
    : subject_(path.string()) {
  auto mapping = std::make_shared<const MappedFile>(path);
  bytes_ = std::as_bytes(mapping->bytes());
  owner_ = std::move(mapping);
  read(options);
}

TorchFile::TorchFile(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                     std::string subject, const TorchOptions& options)
    : bytes_(bytes), owner_(std::move(owner)), subject_(std::move(subject)) {
  read(options);
}

void TorchFile::read(const TorchOptions& options) {
  if (is_legacy(bytes_)) return read_legacy_container();
  if (is_marked(bytes_)) {
    mark_ = as_text(bytes_.first(2));
  } else if (!as_text(bytes_.first(std::min<size_t>(bytes_.size(), 4))).starts_with("PK\3\4")) {
    ByteReader(bytes_, kFormat, subject_)
        .fail("it begins neither as a zip file nor as an older checkpoint nor with a known mark");
  }
  read_zip_container(options);
}

void TorchFile::read_zip_container(const TorchOptions& options) {
  const ByteReader file(bytes_, kFormat, subject_);
  ZipOptions zip;
  zip.patched_signature = !mark_.empty();
  zip.verify_checksums = options.verify_checksums;
  const auto records = records_below_root(read_zip(bytes_, subject_, zip), file);
  const auto order = records.find("byteorder");
  if (order != records.end() && as_text(order->second.bytes) != "little") {
    file.fail_at(order->second.offset, "its numbers are not little-endian");
  }
  const auto main = records.find("data.pkl");
  if (records.contains("constants.pkl")) {
    throw Error(ErrorCode::kUnsupported,
                "it is a TorchScript program, not a checkpoint; use the checkpoint it came from",
                subject_);
  }
  if (main == records.end()) file.fail("it has no record data.pkl");
  if (main->second.bytes.size() > kMostPickleBytes) file.fail("its data.pkl is too large");

  ByteReader in(main->second.bytes, kFormat, subject_, main->second.offset);
  const StorageLoader load = [&](const PickleValue& id, const ByteReader& at) {
    PickleStorage storage = storage_of(id, 5, at);
    const auto found = records.find("data/" + storage.key);
    if (found == records.end()) at.fail("storage " + shown(storage.key) + " is missing");
    storage.bytes = found->second.bytes;
    const uint64_t size = dtype_size(storage.dtype);
    if (storage.bytes.size() % size != 0 ||
        storage.bytes.size() / size != uint64_t(storage.count)) {
      wrong_size(storage, storage.bytes.size(), at);
    }
    tree_.storages.push_back(std::move(storage));
    return uint32_t(tree_.storages.size() - 1);
  };
  root_ = read_pickle(in, tree_, load).id();
  if (in.left() != 0) in.fail("bytes follow the end of its pickle");
}

void TorchFile::read_legacy_container() {
  container_ = TorchContainer::kLegacy;
  ByteReader in(bytes_, kFormat, subject_);
  const PickleValue magic = read_pickle(in, tree_);
  if (!magic.is(PickleKind::kBigInt) || magic.text() != kLegacyMagic) {
    in.fail_at(0, "it has a wrong magic number");
  }
  const PickleValue protocol = read_pickle(in, tree_);
  if (!protocol.is(PickleKind::kInt) || protocol.integer() != kLegacyProtocol) {
    in.fail("it has an unknown protocol");
  }
  const PickleValue little = read_pickle(in, tree_).find("little_endian");
  if (!little.is(PickleKind::kBool) || little.integer() == 0) {
    in.fail("its numbers are not little-endian");
  }

  std::unordered_map<std::string, std::vector<uint32_t>> wanted;  // storages by key
  const StorageLoader load = [&](const PickleValue& id, const ByteReader& at) {
    PickleStorage storage = storage_of(id, 6, at);
    if (!id.item(5).is(PickleKind::kNone)) {
      at.fail("storage " + shown(storage.key) + " is a view of another, as before torch 0.4");
    }
    if (uint64_t(storage.count) > bytes_.size() / dtype_size(storage.dtype)) {
      wrong_size(storage, bytes_.size(), at);
    }
    wanted[storage.key].push_back(uint32_t(tree_.storages.size()));
    tree_.storages.push_back(std::move(storage));
    return uint32_t(tree_.storages.size() - 1);
  };
  root_ = read_pickle(in, tree_, load).id();

  const PickleValue keys = read_pickle(in, tree_);
  if (!keys.is(PickleKind::kList)) in.fail("the list of its storages is none");
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto found =
        keys.item(i).is(PickleKind::kString) ? wanted.find(keys.item(i).text()) : wanted.end();
    if (found == wanted.end()) in.fail("it has a storage that nothing uses");
    const PickleStorage& first = tree_.storages[found->second.front()];
    const uint64_t count = in.u64(), size = dtype_size(first.dtype);
    if (count != uint64_t(first.count) || count > in.left() / size) {
      wrong_size(first, in.left(), in);
    }
    const auto data = in.take(count * size);
    for (const uint32_t index : found->second) {
      PickleStorage& storage = tree_.storages[index];
      if (uint64_t(storage.count) != count || dtype_size(storage.dtype) != size) {
        wrong_size(storage, data.size(), in);
      }
      storage.bytes = data;
    }
    wanted.erase(found);
  }
  if (!wanted.empty()) in.fail("storage " + shown(wanted.begin()->first) + " is missing");
  if (in.left() != 0) in.fail(std::to_string(in.left()) + " bytes follow its last storage");
}

DType TorchFile::dtype(const PickleValue& value) const {
  return tree_.storages[value.tensor().storage].dtype;
}

HostTensor TorchFile::tensor(const PickleValue& value) const {
  const PickleTensor& view = value.tensor();
  const PickleStorage& storage = tree_.storages[view.storage];
  const size_t size = dtype_size(storage.dtype);
  const int64_t count = element_count(view.shape);
  if (count == 0) return HostTensor(storage.dtype, view.shape, {}, owner_);
  const bool contiguous = is_contiguous(view);
  const auto* first = storage.bytes.data() + size_t(view.offset) * size;
  if (contiguous && reinterpret_cast<uintptr_t>(first) % size == 0) {
    return HostTensor(storage.dtype, view.shape, {first, size_t(count) * size}, owner_);
  }
  auto copy = std::make_shared<std::vector<uint64_t>>((size_t(count) * size + 7) / 8);
  auto* data = reinterpret_cast<std::byte*>(copy->data());
  if (contiguous) {
    std::memcpy(data, first, size_t(count) * size);
  } else {
    gather(view, storage.bytes.data(), size, count, data);
  }
  return HostTensor(storage.dtype, view.shape, {data, size_t(count) * size}, copy);
}

}  // namespace myna::tensor
