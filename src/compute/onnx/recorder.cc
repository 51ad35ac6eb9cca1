// The recorder's graph: constants, inputs, sizes, and what is reachable from the outputs.
#include "compute/onnx/recorder.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/error.h"

namespace myna::compute::onnx {

using tensor::DType;
using tensor::OnnxGraph;
using tensor::OnnxNode;
using tensor::OnnxSize;
using tensor::OnnxValue;

void shape_error(const char* op, const std::string& what) {
  throw Error(ErrorCode::kInternal, what, std::string("ONNX recorder, ") + op);
}

namespace {

RecordedPtr recorded(const char* op, const Tensor& x) {
  auto found = std::dynamic_pointer_cast<const RecordedTensor>(x.data());
  if (!found) shape_error(op, "an operand is absent or of another backend");
  return found;
}

HostTensor plain(const HostTensor& value) {
  switch (value.dtype()) {
    case DType::kF32:
    case DType::kI64:
      return value;
    case DType::kF16:
    case DType::kBF16:
    case DType::kF64:
      return value.cast(DType::kF32);
    default:
      return HostTensor::from_ints(value.shape(), value.to_ints());
  }
}

/// Everything that the outputs are computed from, each after what it reads.
std::vector<RecordedPtr> reachable(const std::vector<RecordedPtr>& outputs) {
  std::map<uint64_t, RecordedPtr> found;
  std::vector<RecordedPtr> open = outputs;
  while (!open.empty()) {
    const RecordedPtr next = open.back();
    open.pop_back();
    if (!next || !found.emplace(next->serial, next).second) continue;
    open.insert(open.end(), next->inputs.begin(), next->inputs.end());
  }
  std::vector<RecordedPtr> order;
  for (const auto& [serial, one] : found) order.push_back(one);
  return order;
}

/// The names of a graph's values, each once.
class Names {
 public:
  bool has(const RecordedPtr& x) const { return names_.contains(x.get()); }
  /// Empty for an input that is left out.
  std::string of(const RecordedPtr& x) const { return x ? names_.at(x.get()) : std::string(); }
  const std::string& give(const RecordedPtr& x, const std::string& wanted) {
    const int uses = ++uses_[wanted];
    std::string name = uses == 1 ? wanted : wanted + "_" + std::to_string(uses);
    while (!taken_.insert(name).second) name += "_";
    return names_[x.get()] = name;
  }

 private:
  std::map<std::string, int> uses_;
  std::set<std::string> taken_;
  std::unordered_map<const RecordedTensor*, std::string> names_;
};

}  // namespace

int64_t Recorder::symbol(const std::string& name) {
  if (symbols_.size() == LinearSize::kMostSymbols)
    shape_error("symbol", "a graph cannot leave more sizes open");
  symbols_.push_back({name, {}});
  return kSymbols[symbols_.size() - 1];
}

Tensor Recorder::input(const std::string& name, Element element, const Shape& shape) {
  auto made = std::make_shared<RecordedTensor>(shape, element);
  made->kind = RecordedTensor::Kind::kInput;
  made->serial = ++serial_;
  made->name = name;
  inputs_.push_back(made);
  const Tensor x(made);
  for (size_t i = 0; i < symbols_.size(); ++i) {
    const auto axis = std::find(shape.begin(), shape.end(), kSymbols[i]);
    if (axis == shape.end() || symbols_[i].length) continue;
    const int64_t at = axis - shape.begin();
    symbols_[i].length = record("Shape", {x}, {1}, {{"start", at}, {"end", at + 1}}, Element::kInt);
  }
  return x;
}

Tensor Recorder::record(const char* type, const std::vector<Tensor>& inputs, Shape shape,
                        std::vector<tensor::OnnxAttribute> attributes, Element element) {
  auto made = std::make_shared<RecordedTensor>(std::move(shape), element);
  for (const Tensor& input : inputs) {
    made->inputs.push_back(input ? recorded(type, input) : nullptr);
  }
  while (!made->inputs.empty() && !made->inputs.back()) made->inputs.pop_back();
  made->serial = ++serial_;
  made->type = type;
  made->attributes = std::move(attributes);
  return Tensor(made);
}

Tensor Recorder::constant(const HostTensor& value, const std::string& name) {
  const HostTensor kept = plain(value);
  const bool whole = kept.dtype() == DType::kI64;
  auto made =
      std::make_shared<RecordedTensor>(kept.shape(), whole ? Element::kInt : Element::kFloat);
  made->kind = RecordedTensor::Kind::kConstant;
  made->serial = ++serial_;
  made->name = name;
  made->value = kept;
  return Tensor(made);
}

HostTensor Recorder::to_host(const Tensor& x) {
  const RecordedPtr found = recorded("to_host", x);
  if (found->kind != RecordedTensor::Kind::kConstant)
    shape_error("to_host", "a recorded operation has no values");
  return found->value;
}

Tensor Recorder::scalar(float value) {
  Tensor& kept = scalars_[value];
  if (!kept) kept = constant(HostTensor::from_floats({}, {value}));
  return kept;
}

Tensor Recorder::filled(int64_t count, float value) {
  return constant(HostTensor::from_floats({count}, std::vector<float>(size_t(count), value)));
}

Tensor Recorder::size(int64_t value) {
  if (!is_symbolic(value)) return sizes({value});
  Tensor& kept = sizes_[value];
  if (kept) return kept;
  const auto whole = [this](const char* type, const Tensor& a, const Tensor& b) {
    return record(type, {a, b}, {1}, {}, Element::kInt);
  };
  const LinearSize form = unpack_size(value);
  Tensor sum;
  for (size_t i = 0; i < form.coefficients.size(); ++i) {
    const int64_t times = form.coefficients[i];
    if (times == 0) continue;
    if (i >= symbols_.size() || !symbols_[i].length)
      shape_error("size", "no input has the size that is wanted");
    const Tensor& length = symbols_[i].length;
    const Tensor part = times == 1 ? length : whole("Mul", length, size(times));
    sum = sum ? whole("Add", sum, part) : part;
  }
  if (form.constant != 0) sum = whole("Add", sum, size(form.constant));
  return kept = sum;
}

Tensor Recorder::sizes(const std::vector<int64_t>& values) {
  if (std::none_of(values.begin(), values.end(), is_symbolic)) {
    Tensor& kept = constants_[values];
    if (!kept) kept = constant(HostTensor::from_ints({int64_t(values.size())}, values));
    return kept;
  }
  if (values.size() == 1) return size(values[0]);
  std::vector<Tensor> parts;
  for (const int64_t value : values) parts.push_back(size(value));
  return record("Concat", parts, {int64_t(values.size())}, {{"axis", int64_t{0}}}, Element::kInt);
}

std::string Recorder::size_name(int64_t size) const {
  const LinearSize form = unpack_size(size);
  std::string name;
  for (size_t i = 0; i < form.coefficients.size(); ++i) {
    const int64_t times = form.coefficients[i];
    if (times == 0) continue;
    name += (name.empty() ? "" : " + ") + (times == 1 ? "" : std::to_string(times) + " * ");
    name += i < symbols_.size() ? symbols_[i].name : "?";
  }
  if (form.constant == 0) return name;
  return name + (form.constant < 0 ? " - " : " + ") + std::to_string(std::abs(form.constant));
}

OnnxGraph Recorder::finish(const std::string& name, const std::vector<Named>& outputs) {
  OnnxGraph graph;
  graph.name = name;
  Names names;
  const auto value_of = [this](const std::string& called, const RecordedTensor& x) {
    OnnxValue value{called, x.element == Element::kInt ? DType::kI64 : DType::kF32, {}};
    for (const int64_t size : x.shape) {
      value.shape.push_back(is_symbolic(size) ? OnnxSize(size_name(size)) : OnnxSize(size));
    }
    return value;
  };
  for (const RecordedPtr& input : inputs_) {
    graph.inputs.push_back(value_of(names.give(input, input->name), *input));
  }
  std::vector<RecordedPtr> wanted;
  for (const auto& [called, x] : outputs) {
    RecordedPtr one = recorded("finish", x);
    // An input, a constant or what is an output already gets a second name by a copy.
    if (one->kind != RecordedTensor::Kind::kOperation || names.has(one)) {
      one = recorded("finish", record("Identity", {x}, one->shape, {}, one->element));
    }
    graph.outputs.push_back(value_of(names.give(one, called), *one));
    wanted.push_back(one);
  }
  for (const RecordedPtr& one : reachable(wanted)) {
    if (one->kind == RecordedTensor::Kind::kInput) {
      if (!names.has(one)) shape_error("finish", "it depends on an input of another graph");
    } else if (one->kind == RecordedTensor::Kind::kConstant) {
      const std::string own = one->name.empty() ? "constant" : one->name;
      graph.initializers.emplace_back(names.give(one, own), one->value);
    } else {
      OnnxNode node{one->type,
                    names.has(one) ? names.of(one) : names.give(one, one->type),
                    {},
                    one->attributes};
      for (const RecordedPtr& input : one->inputs) node.inputs.push_back(names.of(input));
      graph.nodes.push_back(std::move(node));
    }
  }
  symbols_.clear();
  inputs_.clear();
  sizes_.clear();
  masks_.clear();
  return graph;
}

}  // namespace myna::compute::onnx
