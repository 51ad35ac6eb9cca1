// Writes small checkpoints as torch.save would, byte by byte, for tests of their reader: a pickle
// of protocol 2 and a zip archive of stored records.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tensor/host_tensor.h"

namespace myna::testing {

inline std::string little_endian(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += char(value >> (8 * i));
  return text;
}

inline uint32_t crc32_of(std::string_view bytes) {
  uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= uint8_t(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

/// A zip archive of stored records.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& records) {
  std::string bytes, directory;
  for (const auto& [name, data] : records) {
    const std::string common = little_endian(0, 2) + little_endian(0, 2) + little_endian(0, 4) +
                               little_endian(crc32_of(data), 4) + little_endian(data.size(), 4) +
                               little_endian(data.size(), 4) + little_endian(name.size(), 2);
    // Data begins at a multiple of 64, as in torch's files.
    const size_t padding = (64 - (bytes.size() + 30 + name.size() + 4) % 64) % 64;
    directory += "PK\1\2" + little_endian(20, 2) + little_endian(20, 2) + common +
                 little_endian(0, 2) + little_endian(0, 8) + little_endian(0, 2) +
                 little_endian(bytes.size(), 4) + name;
    bytes += "PK\3\4" + little_endian(20, 2) + common + little_endian(padding + 4, 2) + name +
             "FB" + little_endian(padding, 2) + std::string(padding, 'Z') + data;
  }
  const size_t begin = bytes.size();
  return bytes + directory + "PK\5\6" + little_endian(0, 4) + little_endian(records.size(), 2) +
         little_endian(records.size(), 2) + little_endian(directory.size(), 4) +
         little_endian(begin, 4) + little_endian(0, 2);
}

/// Writes the opcodes of one pickle and keeps the storages of its tensors.
class PickleWriter {
 public:
  /// `legacy`: for a file of the older format, whose storages are described by one value more.
  explicit PickleWriter(bool legacy = false) : legacy_(legacy) {}

  void text(std::string_view value) {
    out_ += "X" + little_endian(value.size(), 4) + std::string(value);
  }
  void integer(int64_t value) { out_ += "\x8a\x08" + little_endian(uint64_t(value), 8); }
  void global(const std::string& module, const std::string& name) {
    out_ += "c" + module + "\n" + name + "\n";
  }
  void raw(std::string_view opcodes) { out_ += opcodes; }
  const std::string& opcodes() const { return out_; }
  void sizes(const std::vector<int64_t>& values) {
    out_ += "(";
    for (const int64_t value : values) integer(value);
    out_ += "t";
  }

  /// Objects become dicts, or instances of utils.HParams.
  void json(const Json& value, bool objects = false) {
    if (value.is_object()) {
      if (objects) {
        global("utils", "HParams");
        out_ += ")\x81";
      }
      out_ += "}(";
      for (const auto& [key, item] : value.items()) {
        text(key);
        json(item, objects);
      }
      out_ += objects ? "ub" : "u";
    } else if (value.is_array()) {
      out_ += "](";
      for (const Json& item : value) json(item, objects);
      out_ += "e";
    } else if (value.is_string()) {
      text(value.get<std::string>());
    } else if (value.is_boolean()) {
      out_ += value.get<bool>() ? "\x88" : "\x89";
    } else if (value.is_number_integer()) {
      integer(value.get<int64_t>());
    } else if (value.is_number()) {
      const auto number = value.get<double>();
      uint64_t bits = 0;
      std::memcpy(&bits, &number, 8);
      out_ += "G";
      for (int i = 7; i >= 0; --i) out_ += char(bits >> (8 * i));
    } else {
      out_ += "N";
    }
  }

  /// A storage reference of `count` elements under `key`.
  void storage(const std::string& type, const std::string& key, int64_t count) {
    out_ += "(";
    text("storage");
    global("torch", type);
    text(key);
    text("cpu");
    integer(count);
    out_ += legacy_ ? "NtQ" : "tQ";
  }
  /// _rebuild_tensor_v2 of a storage of its own.
  void tensor(const tensor::HostTensor& value) {
    const std::string key = std::to_string(storages_.size());
    const auto bytes = value.bytes();
    counts_.push_back(value.count());
    storages_.emplace_back(key,
                           std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    static const std::map<tensor::DType, std::string> kTypes = {
        {tensor::DType::kF32, "FloatStorage"},
        {tensor::DType::kF16, "HalfStorage"},
        {tensor::DType::kBF16, "BFloat16Storage"},
        {tensor::DType::kI64, "LongStorage"}};
    std::vector<int64_t> strides(value.shape().size());
    int64_t stride = 1;
    for (size_t i = strides.size(); i-- > 0; stride *= value.shape()[i]) strides[i] = stride;
    global("torch._utils", "_rebuild_tensor_v2");
    out_ += "(";
    storage(kTypes.at(value.dtype()), key, value.count());
    integer(0);
    sizes(value.shape());
    sizes(strides);
    out_ += "\x89}tR";
  }
  void tensors(const std::map<std::string, tensor::HostTensor>& values) {
    global("collections", "OrderedDict");
    out_ += ")R(";
    for (const auto& [name, value] : values) {
      text(name);
      tensor(value);
    }
    out_ += "u";
  }

  /// The archive of the value that was written.
  std::string zip(const std::string& root = "archive") const {
    std::vector<std::pair<std::string, std::string>> records = {
        {root + "/data.pkl", "\x80\x02" + out_ + "."}};
    for (const auto& [key, data] : storages_) records.emplace_back(root + "/data/" + key, data);
    records.emplace_back(root + "/version", "3\n");
    return zip_of(records);
  }

  /// The file of the older format: magic number, protocol, system, value, keys, storages.
  std::string legacy_file() const {
    std::string bytes =
        "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.";
    PickleWriter system, keys;
    system.json({{"protocol_version", 1001}, {"little_endian", true}});
    keys.raw("](");
    for (const auto& [key, data] : storages_) keys.text(key);
    keys.raw("e");
    for (const std::string& part : {system.out_, out_, keys.out_}) {
      bytes += "\x80\x02" + part + ".";
    }
    for (size_t i = 0; i < storages_.size(); ++i) {
      bytes += little_endian(uint64_t(counts_[i]), 8) + storages_[i].second;
    }
    return bytes;
  }

 private:
  bool legacy_;
  std::string out_;
  std::vector<std::pair<std::string, std::string>> storages_;
  std::vector<int64_t> counts_;
};

/// A checkpoint {"weight": tensors, "config": config, "info": text} and more integers, as the
/// reference's trainers save it. `mark`: two bytes in the place of "PK".
inline std::string checkpoint_of(const std::map<std::string, tensor::HostTensor>& weights,
                                 const Json& config, bool hparams = false,
                                 const std::string& mark = {},
                                 const std::map<std::string, int64_t>& more = {}) {
  PickleWriter writer;
  writer.raw("}(");
  writer.text("weight");
  writer.tensors(weights);
  writer.text("config");
  writer.json(config, hparams);
  writer.text("info");
  writer.text("1epoch_1iteration");
  for (const auto& [key, value] : more) {
    writer.text(key);
    writer.integer(value);
  }
  writer.raw("u");
  std::string bytes = writer.zip();
  if (!mark.empty()) bytes.replace(0, 2, mark);
  return bytes;
}

}  // namespace myna::testing
