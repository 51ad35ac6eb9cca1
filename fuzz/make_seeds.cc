// Writes the seeds of the torch and onnx fuzzers: small files of every format and feature that the
// readers know.   make_seeds fuzz/seeds
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "support/torch_writer.h"
#include "tensor/onnx_writer.h"

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

/// The smallest graph that is read as g2pW (models/g2pw_graph.h).
void write_g2pw(const std::filesystem::path& path) {
  myna::tensor::OnnxGraph graph;
  const auto tensor = [&graph](const std::string& name, const myna::tensor::Shape& shape) {
    const auto count = size_t(myna::tensor::element_count(shape));
    graph.initializers.emplace_back(
        name, HostTensor::from_floats(shape, std::vector<float>(count, 1.0f)));
    return name;
  };
  const auto op = [&graph](const std::string& type, const std::vector<std::string>& inputs,
                           const std::vector<myna::tensor::OnnxAttribute>& attributes = {}) {
    graph.nodes.push_back({type, std::to_string(graph.nodes.size()), inputs, attributes});
    return graph.nodes.back().output;
  };
  const std::string bert = "bert.embeddings.", layer = "bert.encoder.layer.0.";
  for (const char* table : {"word", "position", "token_type"})
    tensor(bert + table + "_embeddings.weight", {3, 1});
  for (const std::string& norm :
       {bert + "LayerNorm", layer + "attention.output.LayerNorm", layer + "output.LayerNorm"}) {
    tensor(norm + ".weight", {1});
    tensor(norm + ".bias", {1});
  }
  for (const char* part : {"attention.self.query", "attention.self.key", "attention.self.value",
                           "attention.output.dense", "intermediate.dense", "output.dense"}) {
    const std::string product = op("MatMul", {"x", tensor(std::string("w.") + part, {1, 1})});
    op("Add", {product, tensor(layer + part + ".bias", {1})});
  }
  for (const std::string head : {"classifier", "pos_classifier"}) {
    const std::string weight = tensor(head + ".weight", {1, 1});
    op("Gemm", {"x", weight, tensor(head + ".bias", {1})}, {{"transB", int64_t{1}}});
  }
  for (const std::string table : {"descriptor_bias", "char_descriptor", "second_order_descriptor"})
    tensor(table + ".weight", {1, 1});
  op("Softmax", {op("Add", {op("Div", {"x", tensor("root", {})}), "mask"})});
  const std::string mean = op("ReduceMean", {"x"});
  op("Sqrt", {op("Add", {mean, op("Constant", {}, {{"value_float", 1e-12f}})})});
  op("Erf", {"x"});
  write_onnx(path, graph);
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
  write_g2pw(root / "onnx" / "g2pw");
  return 0;
}
