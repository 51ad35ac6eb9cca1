// Writes the seeds of the torch and onnx fuzzers: small files of every format and feature that the
// readers know.   make_seeds fuzz/seeds
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "support/torch_writer.h"

namespace {

using myna::Json;
using myna::tensor::HostTensor;
using myna::testing::PickleWriter;
using Tensors = std::map<std::string, HostTensor>;

Tensors tensors() {
  return {{"a.weight", HostTensor::from_floats({2, 2}, {1, 2, 3, 4})},
          {"b", HostTensor::from_ints({2}, {1, -1})},
          {"h", HostTensor::from_floats({1}, {1}).cast(myna::tensor::DType::kF16)}};
}

/// A view with strides, an expanded one and a parameter of one storage.
std::string views() {
  PickleWriter writer;
  writer.raw("](");
  for (const auto& strides : {std::vector<int64_t>{1, 2}, {0, 1}}) {
    writer.global("torch._utils", "_rebuild_tensor_v2");
    writer.raw("(");
    writer.storage("BFloat16Storage", "0", 4);
    writer.integer(0);
    writer.sizes({2, 2});
    writer.sizes(strides);
    writer.raw("\x89}tR");
  }
  writer.raw("e");
  return myna::testing::zip_of(
      {{"v/data.pkl", "\x80\x02" + writer.opcodes() + "."}, {"v/data/0", "01234567"}});
}

/// Protocol 4: frames, short texts, memos, STACK_GLOBAL.
std::string protocol4() {
  const std::string frame = "\x95" + std::string(8, '\0');
  const std::string opcodes = "\x80\x04" + frame +
                              "}\x94(\x8c\1a\x94\x8c\x0b"
                              "collections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94"
                              "\x8c\1b\x94h\1\x8c\1n\x94\x8a\2\x18\xfcu.";
  return myna::testing::zip_of({{"p/data.pkl", opcodes}, {"p/byteorder", "little"}});
}

std::string legacy() {
  PickleWriter writer(true);
  writer.tensors(tensors());
  return writer.legacy_file();
}

std::string onnx() {
  const std::string tensor = "\x08\x02\x10\x01\x42\x01w\x4a\x08" + std::string(8, '\1');
  const std::string listed = std::string("\x08\x01\x10\x07\x3a\x01\x05\x42\x01i", 10);
  const auto field = [](char key, const std::string& bytes) {
    return std::string(1, key) + char(bytes.size()) + bytes;
  };
  return "\x08\x08" + field('\x3a', field('\x2a', tensor) + field('\x2a', listed));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "make_seeds FOLDER\n";
    return 2;
  }
  const std::filesystem::path root = argv[1];
  const Json config = {{"model", {{"version", "v2"}, {"rates", {10, 8}}, {"dropout", 0.5}}}};
  const std::pair<const char*, std::string> seeds[] = {
      {"torch/checkpoint", myna::testing::checkpoint_of(tensors(), config)},
      {"torch/hparams_marked", myna::testing::checkpoint_of(tensors(), config, true, "03")},
      {"torch/views", views()},
      {"torch/protocol4", protocol4()},
      {"torch/legacy", legacy()},
      {"onnx/weights", onnx()}};
  for (const auto& [name, bytes] : seeds) {
    std::filesystem::create_directories((root / name).parent_path());
    myna::write_file(root / name, bytes);
  }
  return 0;
}
