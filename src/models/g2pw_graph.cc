#include "models/g2pw_graph.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "base/error.h"
#include "tensor/byte_reader.h"

namespace myna::models {
namespace {

using tensor::OnnxModel;
using tensor::OnnxOperation;
using tensor::shown;

constexpr const char* kRemedy = "; use the g2pW.onnx that G2PWModel has";

/// Who makes a value and who uses it.
class Graph {
 public:
  Graph(const OnnxModel& model, std::string subject) : model_(model), subject_(std::move(subject)) {
    for (const OnnxOperation& operation : model.operations) {
      for (const std::string& output : operation.outputs) makers_.emplace(output, &operation);
      for (const std::string& input : operation.inputs) users_.emplace(input, &operation);
    }
  }

  const OnnxModel& model() const { return model_; }
  [[noreturn]] void refuse(const std::string& what,
                           ErrorCode code = ErrorCode::kInvalidModel) const {
    throw Error(code, what + kRemedy, subject_);
  }
  const OnnxOperation* maker(const std::string& value) const {
    const auto found = makers_.find(value);
    return found == makers_.end() ? nullptr : found->second;
  }
  /// The first operation of type `a` or `b` that reads `value`.
  const OnnxOperation* user(const std::string& value, const char* a, const char* b) const {
    const auto [begin, end] = users_.equal_range(value);
    for (auto it = begin; it != end; ++it) {
      if (it->second->type == a || it->second->type == b) return it->second;
    }
    return nullptr;
  }
  const HostTensor* initializer(const std::string& name) const {
    const auto found = model_.initializers.find(name);
    return found == model_.initializers.end() ? nullptr : &found->second;
  }
  /// An initialiser that must be there, as F32 of so many axes.
  HostTensor tensor(const std::string& name, size_t axes) const {
    const HostTensor* found = initializer(name);
    if (found == nullptr) refuse("the graph has no tensor " + shown(name));
    if (found->shape().size() != axes || found->empty())
      refuse("the tensor " + shown(name) + " has shape " + tensor::shape_string(found->shape()));
    return found->cast(tensor::DType::kF32);
  }
  /// A number that the graph knows in advance.
  std::optional<double> constant(const std::string& value) const {
    const HostTensor* found = initializer(value);
    if (const OnnxOperation* made = maker(value); made != nullptr && made->type == "Constant") {
      for (const auto& [name, number] : made->numbers) {
        if (const auto* tensor = std::get_if<HostTensor>(&number)) found = tensor;
        if (const auto* real = std::get_if<float>(&number)) return *real;
      }
    }
    if (found == nullptr || found->count() != 1) return std::nullopt;
    return found->cast(tensor::DType::kF32).f32()[0];
  }

 private:
  const OnnxModel& model_;
  std::string subject_;
  std::map<std::string, const OnnxOperation*> makers_;
  std::multimap<std::string, const OnnxOperation*> users_;
};

int64_t flag(const OnnxOperation& operation, const char* name) {
  const auto found = operation.numbers.find(name);
  const auto* value =
      found == operation.numbers.end() ? nullptr : std::get_if<int64_t>(&found->second);
  return value == nullptr ? 0 : *value;
}

/// The weight that is used with `bias`; `turned`: whether it is [in, out] and not [out, in].
HostTensor weight_beside(const Graph& graph, const std::string& bias, bool& turned) {
  const OnnxOperation* sum = graph.user(bias, "Add", "Gemm");
  const OnnxOperation* product = sum;
  if (sum != nullptr && sum->type == "Add") {
    product = nullptr;
    for (const std::string& input : sum->inputs) {
      const OnnxOperation* made = graph.maker(input);
      if (made != nullptr && made->type == "MatMul") product = made;
    }
  }
  if (product == nullptr || product->inputs.size() < 2)
    graph.refuse("no matrix product of the graph is used with " + shown(bias));
  std::string name = product->inputs[1];
  bool outputs_first = product->type == "Gemm" && flag(*product, "transB") == 1;
  const OnnxOperation* made = graph.maker(name);
  if (made != nullptr && made->type == "Transpose" && !made->inputs.empty()) {
    name = made->inputs[0];
    outputs_first = !outputs_first;
  }
  turned = !outputs_first;
  return graph.tensor(name, 2);
}

/// What every norm adds to its variance.
float epsilon_of(const Graph& graph) {
  std::optional<double> epsilon;
  const auto found = [&](std::optional<double> value) {
    if (epsilon && value && *epsilon != *value)
      graph.refuse("its norms differ in their epsilon", ErrorCode::kUnsupported);
    if (value) epsilon = value;
  };
  for (const OnnxOperation& operation : graph.model().operations) {
    if (const auto given = operation.numbers.find("epsilon");
        operation.type == "LayerNormalization" && given != operation.numbers.end()) {
      if (const auto* real = std::get_if<float>(&given->second)) found(*real);
    }
    if (operation.type != "Sqrt" || operation.inputs.empty()) continue;
    const OnnxOperation* sum = graph.maker(operation.inputs[0]);
    if (sum == nullptr || sum->type != "Add" || sum->inputs.size() != 2) continue;
    for (size_t i : {0u, 1u}) {
      const OnnxOperation* mean = graph.maker(sum->inputs[1 - i]);
      if (mean != nullptr && mean->type == "ReduceMean") found(graph.constant(sum->inputs[i]));
    }
  }
  if (!epsilon || !(*epsilon >= 0 && *epsilon < 1))
    graph.refuse("its layer norms are not to be found", ErrorCode::kUnsupported);
  return float(*epsilon);
}

/// Values per head: attention scores are divided by its root.
int64_t head_size_of(const Graph& graph) {
  const auto scale_of = [&](const OnnxOperation* scores) -> std::optional<double> {
    if (scores == nullptr || scores->inputs.size() != 2) return std::nullopt;
    const std::optional<double> by = graph.constant(scores->inputs[1]);
    if (scores->type == "Div") return by;
    if (scores->type == "Mul" && by) return 1 / *by;
    return std::nullopt;
  };
  for (const OnnxOperation& operation : graph.model().operations) {
    if (operation.type != "Softmax" || operation.inputs.empty()) continue;
    const OnnxOperation* scores = graph.maker(operation.inputs[0]);
    std::optional<double> root = scale_of(scores);
    if (!root && scores != nullptr && scores->type == "Add") {
      for (const std::string& input : scores->inputs) {
        if (!root) root = scale_of(graph.maker(input));
      }
    }
    const double size = root ? *root * *root : 0;
    if (size >= 0.5 && size < 65536 && std::abs(size - std::round(size)) < 1e-3 * size)
      return int64_t(std::round(size));
  }
  graph.refuse("its attention is of a kind that is not known here", ErrorCode::kUnsupported);
}

void check_operations(const Graph& graph) {
  static const std::set<std::string> kQuantised = {"DequantizeLinear",     "DynamicQuantizeLinear",
                                                   "MatMulInteger",        "MatMulNBits",
                                                   "QLinearMatMul",        "QGemm",
                                                   "DynamicQuantizeMatMul"};
  static const std::set<std::string> kFused = {"Attention", "EmbedLayerNormalization",
                                               "FusedMatMul", "MultiHeadAttention",
                                               "SkipLayerNormalization"};
  bool gelu = false;
  for (const OnnxOperation& operation : graph.model().operations) {
    if (kQuantised.contains(operation.type))
      graph.refuse("its weights are quantised (" + operation.type + ")", ErrorCode::kUnsupported);
    if (kFused.contains(operation.type)) {
      graph.refuse("its layers were fused for one runtime (" + operation.type + ")",
                   ErrorCode::kUnsupported);
    }
    gelu = gelu || operation.type == "Erf" || operation.type == "Gelu";
  }
  if (!gelu) graph.refuse("its activation is not the exact GELU", ErrorCode::kUnsupported);
}

int64_t count_layers(const Graph& graph) {
  int64_t layers = 0;
  while (graph.initializer("bert.encoder.layer." + std::to_string(layers) + ".output.dense.bias"))
    ++layers;
  if (layers == 0) graph.refuse("the graph has no layers of the name bert.encoder.layer.N");
  return layers;
}

}  // namespace

PublishedG2pw read_g2pw_graph(const OnnxModel& model, const std::string& subject) {
  const Graph graph(model, subject);
  check_operations(graph);
  PublishedG2pw out;
  const std::string prefix = "bert.";
  const auto take = [&](const std::string& name, size_t axes) {
    out.tensors[name.starts_with(prefix) ? name.substr(prefix.size()) : name] =
        graph.tensor(name, axes);
  };
  const auto take_linear = [&](const std::string& name) {
    take(name + ".bias", 1);
    const std::string weight =
        (name.starts_with(prefix) ? name.substr(prefix.size()) : name) + ".weight";
    bool turned = false;
    out.tensors[weight] = weight_beside(graph, name + ".bias", turned);
    if (turned) out.turned.insert(weight);
  };
  const auto take_norm = [&](const std::string& name) {
    take(name + ".weight", 1);
    take(name + ".bias", 1);
  };
  for (const char* table : {"word", "position", "token_type"})
    take("bert.embeddings." + std::string(table) + "_embeddings.weight", 2);
  take_norm("bert.embeddings.LayerNorm");
  RobertaConfig& bert = out.bert;
  bert.layers = count_layers(graph);
  bert.unused = 0;
  for (int64_t i = 0; i < bert.layers; ++i) {
    const std::string at = "bert.encoder.layer." + std::to_string(i) + ".";
    for (const char* part : {"attention.self.query", "attention.self.key", "attention.self.value",
                             "attention.output.dense", "intermediate.dense", "output.dense"})
      take_linear(at + part);
    for (const char* norm : {"attention.output.LayerNorm", "output.LayerNorm"})
      take_norm(at + norm);
  }
  for (const char* head : {"classifier", "pos_classifier"}) take_linear(head);
  for (const char* table : {"descriptor_bias", "char_descriptor", "second_order_descriptor"})
    take(std::string(table) + ".weight", 2);

  const auto& words = out.tensors.at("embeddings.word_embeddings.weight");
  bert.vocabulary = words.dim(0);
  bert.width = words.dim(1);
  bert.positions = out.tensors.at("embeddings.position_embeddings.weight").dim(0);
  bert.types = out.tensors.at("embeddings.token_type_embeddings.weight").dim(0);
  bert.feed_forward = out.tensors.at("encoder.layer.0.intermediate.dense.bias").dim(0);
  bert.epsilon = epsilon_of(graph);
  const int64_t head = head_size_of(graph);
  if (bert.width % head != 0 || bert.positions < 3)
    graph.refuse("its heads of " + std::to_string(head) + " values do not fit its width of " +
                 std::to_string(bert.width));
  bert.heads = bert.width / head;
  out.readings = out.tensors.at("classifier.bias").dim(0);
  out.tags = out.tensors.at("pos_classifier.bias").dim(0);
  out.characters = out.tensors.at("char_descriptor.weight").dim(0);
  return out;
}

}  // namespace myna::models
