#include "base/error.h"
#include "tensor/pickle.h"

namespace myna::tensor {
namespace {

constexpr size_t kMostNodes = size_t{1} << 22;
constexpr size_t kMostJsonValues = 100'000, kMostJsonText = size_t{1} << 20;

template <typename T>
const T& payload(const PickleTree::Node& node, std::initializer_list<PickleKind> kinds) {
  for (const PickleKind kind : kinds) {
    if (node.kind == kind) return std::get<T>(node.data);
  }
  throw Error(ErrorCode::kInternal, "a checkpoint value was asked for what it is not");
}

struct JsonBuilder {
  const std::string& subject;
  size_t values_left = kMostJsonValues, text_left = kMostJsonText;

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidModel, "its configuration " + what + "; use another file",
                subject);
  }

  // A text may be shared by many values: what is written out is counted.
  std::string text_of(const PickleValue& value) {
    if (value.text().size() > text_left) fail("holds too much text");
    text_left -= value.text().size();
    return value.text();
  }

  // The depth is bounded by the caller, so this recursion is too.
  Json build(const PickleValue& value, int depth) {  // NOLINT(misc-no-recursion)
    if (depth == 0) fail("is nested too deeply");
    if (values_left-- == 0) fail("holds too many values");
    switch (value.kind()) {
      case PickleKind::kNone:
        return nullptr;
      case PickleKind::kBool:
        return value.integer() != 0;
      case PickleKind::kInt:
        return value.integer();
      case PickleKind::kFloat:
        return value.real();
      case PickleKind::kBigInt:
      case PickleKind::kString:
        return text_of(value);
      case PickleKind::kBytes:
        return std::to_string(value.text().size()) + " bytes";
      case PickleKind::kTensor:
        return "tensor " + shape_string(value.tensor().shape);
      case PickleKind::kObject:
        return build(value.attributes(), depth - 1);
      case PickleKind::kList:
      case PickleKind::kTuple: {
        Json list = Json::array();
        for (size_t i = 0; i < value.size(); ++i) list.push_back(build(value.item(i), depth - 1));
        return list;
      }
      case PickleKind::kDict: {
        Json object = Json::object();
        for (size_t i = 0; i < value.size(); ++i) {
          const PickleValue key = value.key(i);
          std::string name = key.is(PickleKind::kString) ? text_of(key) : build(key, 1).dump();
          object[std::move(name)] = build(value.value(i), depth - 1);
        }
        return object;
      }
      case PickleKind::kStorage:
      case PickleKind::kGlobal:
        break;
    }
    return "a class";
  }
};

}  // namespace

uint32_t PickleTree::add(PickleKind kind, std::variant<int64_t, double, std::string, Items> data) {
  if (nodes_.size() >= kMostNodes) {
    throw Error(ErrorCode::kInvalidModel,
                "a checkpoint of more than four million values is not read; use another file");
  }
  nodes_.push_back({kind, std::move(data)});
  return uint32_t(nodes_.size() - 1);
}

PickleKind PickleValue::kind() const { return tree_->node(id_).kind; }

int64_t PickleValue::integer() const {
  return payload<int64_t>(tree_->node(id_), {PickleKind::kInt, PickleKind::kBool,
                                             PickleKind::kStorage, PickleKind::kGlobal});
}

double PickleValue::real() const { return payload<double>(tree_->node(id_), {PickleKind::kFloat}); }

const std::string& PickleValue::text() const {
  return payload<std::string>(tree_->node(id_),
                              {PickleKind::kString, PickleKind::kBytes, PickleKind::kBigInt});
}

size_t PickleValue::size() const {
  const auto& items = payload<PickleTree::Items>(
      tree_->node(id_), {PickleKind::kList, PickleKind::kTuple, PickleKind::kDict});
  return is(PickleKind::kDict) ? items.size() / 2 : items.size();
}

PickleValue PickleValue::item(size_t index) const {
  return {tree_,
          payload<PickleTree::Items>(tree_->node(id_), {PickleKind::kList, PickleKind::kTuple})
              .at(index)};
}

PickleValue PickleValue::key(size_t index) const {
  return {tree_, payload<PickleTree::Items>(tree_->node(id_), {PickleKind::kDict}).at(2 * index)};
}

PickleValue PickleValue::value(size_t index) const {
  return {tree_,
          payload<PickleTree::Items>(tree_->node(id_), {PickleKind::kDict}).at(2 * index + 1)};
}

PickleValue PickleValue::find(std::string_view key) const {
  if (is(PickleKind::kObject)) return attributes().find(key);
  if (!is(PickleKind::kDict)) return {};
  for (size_t i = size(); i-- > 0;) {  // the last assignment counts, as in Python
    const PickleValue name = this->key(i);
    if (name.is(PickleKind::kString) && name.text() == key) return value(i);
  }
  return {};
}

const std::string& PickleValue::class_name() const {
  return tree_->value(payload<PickleTree::Items>(tree_->node(id_), {PickleKind::kObject})[0])
      .text();
}

PickleValue PickleValue::attributes() const {
  return {tree_, payload<PickleTree::Items>(tree_->node(id_), {PickleKind::kObject})[1]};
}

const PickleTensor& PickleValue::tensor() const {
  return tree_->tensors[size_t(payload<int64_t>(tree_->node(id_), {PickleKind::kTensor}))];
}

Json PickleValue::to_json(const std::string& subject, int depth) const {
  return JsonBuilder{subject}.build(*this, depth);
}

}  // namespace myna::tensor
