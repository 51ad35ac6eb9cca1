// Python pickles as data. An interpreter of the few opcodes and the few globals that checkpoints
// consist of builds a tree of plain values; everything else is refused with file, offset and name.
// Nothing is imported, called or executed, nothing recurses, and memory is bounded by the number of
// bytes read (every declared size is checked against them first).
//
// Opcodes and their meaning: Lib/pickletools.py of CPython, protocols 2 to 5.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "tensor/byte_reader.h"
#include "tensor/host_tensor.h"

namespace myna::tensor {

enum class PickleKind : uint8_t {
  kNone,
  kBool,
  kInt,
  kBigInt,  ///< beyond 64 bits; text() is decimal
  kFloat,
  kString,
  kBytes,
  kList,
  kTuple,   ///< torch.Size too
  kDict,    ///< OrderedDict too
  kObject,  ///< an instance of an allowed class: items are its class name and its attribute dict
  kTensor,
  kStorage,  ///< only inside the interpreter
  kGlobal,   ///< only inside the interpreter, and as a value of no further meaning
};

/// What a tensor is a view of. `bytes` may come later than the pickle (legacy files).
struct PickleStorage {
  DType dtype = DType::kF32;
  int64_t count = 0;
  std::string key;
  std::span<const std::byte> bytes;
};

/// A strided view of a storage, checked to lie inside it.
struct PickleTensor {
  uint32_t storage = 0;
  int64_t offset = 0;
  Shape shape;
  std::vector<int64_t> strides;
};

class PickleTree;

/// A handle of one value of a tree that must outlive it. Cheap to copy. Accessors of another kind
/// than the value's throw Error(kInternal).
class PickleValue {
 public:
  PickleValue() = default;
  PickleValue(const PickleTree* tree, uint32_t id) : tree_(tree), id_(id) {}
  bool valid() const { return tree_ != nullptr; }
  uint32_t id() const { return id_; }
  PickleKind kind() const;
  bool is(PickleKind wanted) const { return valid() && kind() == wanted; }

  int64_t integer() const;          ///< kInt, kBool; kStorage and kGlobal: their index
  double real() const;              ///< kFloat
  const std::string& text() const;  ///< kString, kBytes, kBigInt
  size_t size() const;              ///< entries of a list, tuple or dict
  PickleValue item(size_t index) const;
  PickleValue key(size_t index) const;
  PickleValue value(size_t index) const;
  /// Value of a string key of a dict (the last, searched one by one) or an attribute of an object;
  /// invalid when absent.
  PickleValue find(std::string_view key) const;
  const std::string& class_name() const;  ///< kObject
  PickleValue attributes() const;         ///< kObject: a dict
  const PickleTensor& tensor() const;

  /// The value as JSON: tensors as their shape, objects as their attributes. Throws
  /// Error(kInvalidModel) beyond `depth` levels or 100 000 values (a value may hold itself).
  Json to_json(const std::string& subject, int depth = 16) const;

 private:
  const PickleTree* tree_ = nullptr;
  uint32_t id_ = 0;
};

/// All values of one or more pickles, side by side, so that nothing nests in memory.
class PickleTree {
 public:
  using Items = std::vector<uint32_t>;
  struct Node {
    PickleKind kind = PickleKind::kNone;
    std::variant<int64_t, double, std::string, Items> data;
  };

  uint32_t add(PickleKind kind, std::variant<int64_t, double, std::string, Items> data);
  const Node& node(uint32_t id) const { return nodes_[id]; }
  Node& node(uint32_t id) { return nodes_[id]; }
  size_t size() const { return nodes_.size(); }
  PickleValue value(uint32_t id) const { return {this, id}; }

  std::vector<PickleStorage> storages;
  std::vector<PickleTensor> tensors;

 private:
  std::vector<Node> nodes_;
};

/// Turns a persistent id (a tuple) into an index of tree.storages; refuses by in.fail.
using StorageLoader = std::function<uint32_t(const PickleValue& id, const ByteReader& in)>;

/// Reads one pickle at the reader's place up to its STOP and returns its value. Without `load`,
/// persistent ids and globals are refused. Throws Error(kInvalidModel).
PickleValue read_pickle(ByteReader& in, PickleTree& tree, const StorageLoader& load = {});

/// dtype of an allowed storage class ("torch.HalfStorage"), for storage loaders. `value`: kGlobal.
DType storage_dtype(const PickleValue& value, const ByteReader& in);

namespace detail {  // between the two files of the interpreter
/// Index of an allowed global; refuses every other.
int64_t find_global(std::string_view module, std::string_view name, const ByteReader& in);
/// Value of calling global `callee` with the tuple `arguments`.
uint32_t call_global(PickleTree& tree, uint32_t callee, uint32_t arguments, const ByteReader& in);
/// A new object of class `callee` without arguments.
uint32_t make_object(PickleTree& tree, uint32_t callee, uint32_t arguments, const ByteReader& in);
/// Applies a BUILD state to an object or an OrderedDict.
void build_object(PickleTree& tree, uint32_t target, uint32_t state, const ByteReader& in);
}  // namespace detail

}  // namespace myna::tensor
