// What a checkpoint's pickle may name, and what each of those means here.
#include <array>

#include "tensor/pickle.h"

namespace myna::tensor::detail {
namespace {

enum class Role { kOrderedDict, kRebuildTensor, kRebuildParameter, kSize, kStorage, kClass };

struct Global {
  std::string_view name;  ///< module and name, joined by a point
  Role role;
  DType dtype = DType::kF32;
};

constexpr std::array kGlobals = {
    Global{"collections.OrderedDict", Role::kOrderedDict},
    Global{"torch._utils._rebuild_tensor_v2", Role::kRebuildTensor},
    Global{"torch._utils._rebuild_parameter", Role::kRebuildParameter},
    Global{"torch.Size", Role::kSize},
    Global{"torch.FloatStorage", Role::kStorage, DType::kF32},
    Global{"torch.HalfStorage", Role::kStorage, DType::kF16},
    Global{"torch.BFloat16Storage", Role::kStorage, DType::kBF16},
    Global{"torch.DoubleStorage", Role::kStorage, DType::kF64},
    Global{"torch.LongStorage", Role::kStorage, DType::kI64},
    Global{"torch.IntStorage", Role::kStorage, DType::kI32},
    Global{"torch.ShortStorage", Role::kStorage, DType::kI16},
    Global{"torch.CharStorage", Role::kStorage, DType::kI8},
    Global{"torch.ByteStorage", Role::kStorage, DType::kU8},
    Global{"torch.BoolStorage", Role::kStorage, DType::kBool},
    Global{"utils.HParams", Role::kClass},  // read as its attributes
    Global{"GPT_SoVITS.utils.HParams", Role::kClass},
};

constexpr size_t kMostDimensions = 16, kMostAttributes = 1000;
/// A view may show stored values more than once (strides of zero); beyond the size of its storage
/// and this many bytes, writing it out is refused.
constexpr uint64_t kMostExpandedBytes = 1 << 16;

const Global& global_of(const PickleTree& tree, uint32_t id, const ByteReader& in) {
  if (!tree.value(id).is(PickleKind::kGlobal))
    in.fail("it calls a value that is no class or function");
  return kGlobals[size_t(tree.value(id).integer())];
}

[[noreturn]] void wrong_arguments(const Global& global, const ByteReader& in) {
  in.fail("it calls " + shown(global.name) + " with wrong arguments");
}

bool add_product(int64_t a, int64_t b, int64_t& sum) {
  int64_t product = 0;
  return !__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(sum, product, &sum);
}

std::vector<int64_t> sizes_of(const PickleValue& tuple, const ByteReader& in) {
  if (!tuple.is(PickleKind::kTuple)) in.fail("the shape of a tensor is not a tuple");
  if (tuple.size() > kMostDimensions) in.fail("a tensor has too many dimensions");
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < tuple.size(); ++i) {
    const PickleValue size = tuple.item(i);
    if (!size.is(PickleKind::kInt) || size.integer() < 0) {
      in.fail("a tensor has a size or stride that is no natural number");
    }
    sizes.push_back(size.integer());
  }
  return sizes;
}

void check_view(const PickleTensor& view, const PickleStorage& storage, const ByteReader& in) {
  if (view.shape.size() != view.strides.size()) in.fail("a tensor has not one stride per size");
  int64_t last = view.offset, count = 1;
  bool empty = false;
  for (size_t i = 0; i < view.shape.size(); ++i) {
    const int64_t size = view.shape[i];
    empty = empty || size == 0;
    if (size > 0 && (!add_product(size - 1, view.strides[i], last) ||
                     __builtin_mul_overflow(count, size, &count))) {
      in.fail("a tensor of shape " + shape_string(view.shape) + " is too large to address");
    }
  }
  if (view.offset < 0 || view.offset > storage.count || (!empty && last >= storage.count)) {
    in.fail("a tensor of shape " + shape_string(view.shape) + " reaches beyond its storage of " +
            std::to_string(storage.count) + " elements");
  }
  const bool expanded = !empty && count > storage.count;
  if (expanded && uint64_t(count) > kMostExpandedBytes / dtype_size(storage.dtype)) {
    in.fail("a tensor of shape " + shape_string(view.shape) + " expands " +
            std::to_string(storage.count) + " stored elements");
  }
}

uint32_t rebuild_tensor(PickleTree& tree, const Global& global, const PickleValue& arguments,
                        const ByteReader& in) {
  const size_t count = arguments.size();
  if (count != 6 && count != 7) wrong_arguments(global, in);
  const PickleValue storage = arguments.item(0), offset = arguments.item(1);
  const PickleValue hooks = arguments.item(5);
  if (!storage.is(PickleKind::kStorage) || !offset.is(PickleKind::kInt) ||
      !arguments.item(4).is(PickleKind::kBool) || !hooks.is(PickleKind::kDict) ||
      hooks.size() != 0) {
    wrong_arguments(global, in);
  }
  PickleTensor view;
  view.storage = uint32_t(storage.integer());
  view.offset = offset.integer();
  view.shape = sizes_of(arguments.item(2), in);
  view.strides = sizes_of(arguments.item(3), in);
  check_view(view, tree.storages[view.storage], in);
  for (size_t i = 0; i < view.shape.size(); ++i) {
    if (view.shape[i] <= 1) view.strides[i] = 0;  // never taken, and may be anything
  }
  tree.tensors.push_back(std::move(view));
  return tree.add(PickleKind::kTensor, int64_t(tree.tensors.size() - 1));
}

}  // namespace

int64_t find_global(std::string_view module, std::string_view name, const ByteReader& in) {
  const std::string wanted = std::string(module) + "." + std::string(name);
  const bool plain = name.find('.') == std::string_view::npos;
  for (size_t i = 0; plain && i < kGlobals.size(); ++i) {
    if (kGlobals[i].name == wanted) return int64_t(i);
  }
  in.fail("it asks for " + shown(wanted) +
          ", which is not among the few names that a checkpoint may use");
}

uint32_t call_global(PickleTree& tree, uint32_t callee, uint32_t arguments, const ByteReader& in) {
  const Global& global = global_of(tree, callee, in);
  const PickleValue args = tree.value(arguments);
  if (!args.is(PickleKind::kTuple)) wrong_arguments(global, in);
  switch (global.role) {
    case Role::kOrderedDict:
      if (args.size() != 0) wrong_arguments(global, in);
      return tree.add(PickleKind::kDict, PickleTree::Items());
    case Role::kRebuildTensor:
      return rebuild_tensor(tree, global, args, in);
    case Role::kRebuildParameter:
      if (args.size() != 3 || !args.item(0).is(PickleKind::kTensor)) wrong_arguments(global, in);
      return args.item(0).id();
    case Role::kSize:
      if (args.size() != 1 || !args.item(0).is(PickleKind::kTuple)) wrong_arguments(global, in);
      return args.item(0).id();
    case Role::kClass:
      return make_object(tree, callee, arguments, in);
    case Role::kStorage:
      break;
  }
  in.fail("it calls " + shown(global.name) + ", which is only a type here");
}

uint32_t make_object(PickleTree& tree, uint32_t callee, uint32_t arguments, const ByteReader& in) {
  const Global& global = global_of(tree, callee, in);
  const PickleValue args = tree.value(arguments);
  if (global.role != Role::kClass || !args.is(PickleKind::kTuple) || args.size() != 0) {
    wrong_arguments(global, in);
  }
  const uint32_t name = tree.add(PickleKind::kString, std::string(global.name));
  const uint32_t attributes = tree.add(PickleKind::kDict, PickleTree::Items());
  return tree.add(PickleKind::kObject, PickleTree::Items{name, attributes});
}

void build_object(PickleTree& tree, uint32_t target, uint32_t state, const ByteReader& in) {
  const PickleValue object = tree.value(target), values = tree.value(state);
  const bool ordered_dict = object.is(PickleKind::kDict);
  if (!ordered_dict && !object.is(PickleKind::kObject)) {
    in.fail("it sets attributes of a value that has none");
  }
  if (!values.is(PickleKind::kDict)) in.fail("the attributes of an object are not a dict");
  // Bounded, so that one large dict given to many objects costs nothing.
  if (values.size() > kMostAttributes) in.fail("an object has too many attributes");
  for (size_t i = 0; i < values.size(); ++i) {
    const PickleValue key = values.key(i);
    if (!key.is(PickleKind::kString) || key.text().starts_with("__")) {
      in.fail("an object has an attribute that is not an ordinary name");
    }
    if (values.value(i).is(PickleKind::kGlobal)) {
      in.fail("attribute " + shown(key.text()) + " is a class or function");
    }
    // Modules leave the versions of their layers here, which nobody needs.
    if (ordered_dict && key.text() != "_metadata") {
      in.fail("a dictionary has the attribute " + shown(key.text()));
    }
  }
  if (ordered_dict) return;
  if (object.attributes().size() != 0) in.fail("an object gets its attributes twice");
  std::get<PickleTree::Items>(tree.node(target).data)[1] = state;
}

}  // namespace myna::tensor::detail

namespace myna::tensor {

DType storage_dtype(const PickleValue& value, const ByteReader& in) {
  if (value.is(PickleKind::kGlobal)) {
    const detail::Global& global = detail::kGlobals[size_t(value.integer())];
    if (global.role == detail::Role::kStorage) return global.dtype;
  }
  in.fail("a storage has a type that is not known");
}

}  // namespace myna::tensor
