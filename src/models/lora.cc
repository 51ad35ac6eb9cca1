#include "models/lora.h"

#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "tensor/byte_reader.h"

namespace myna::models {
namespace {

constexpr std::string_view kWrapped = "base_model.model.";
constexpr std::string_view kA = ".lora_A.", kB = ".lora_B.";

[[noreturn]] void refuse(const Checkpoint& file, const std::string& what) {
  throw Error(ErrorCode::kInvalidModel, what, file.subject());
}

/// The name as the base has it.
std::string unwrapped(std::string name) {
  const size_t at = name.find(kWrapped);
  if (at != std::string::npos) name.erase(at, kWrapped.size());
  return name;
}

/// The names of the matrices A and B that change one weight.
struct Change {
  std::string a, b;
};

/// What a LoRA file does to the weights of a base, by their names.
struct Changes {
  std::map<std::string, std::string> replaced;  ///< weight of the base -> tensor of the LoRA
  std::map<std::string, Change> changed;
};

Changes changes_of(const Checkpoint& lora) {
  Changes changes;
  for (const auto& [name, entry] : lora.entries()) {
    const size_t a = name.find(kA), b = name.find(kB);
    if (a == std::string::npos && b == std::string::npos) {
      changes.replaced[unwrapped(name)] = name;
      continue;
    }
    const bool is_a = a != std::string::npos;
    Change& change = changes.changed[unwrapped(name.substr(0, is_a ? a : b)) + ".weight"];
    (is_a ? change.a : change.b) = name;
  }
  return changes;
}

void check(const Checkpoint& base, const Checkpoint& lora, const Changes& changes) {
  const auto in_base = [&](const std::string& name) -> const CheckpointEntry& {
    const auto found = base.entries().find(name);
    if (found == base.entries().end()) {
      refuse(lora, "this LoRA changes the tensor " + tensor::shown(name) + ", which its base " +
                       base.path().filename().string() +
                       " does not have; use the base that it was trained on");
    }
    return found->second;
  };
  const auto compare = [&](const std::string& what, const Shape& has, const Shape& wanted) {
    if (has == wanted) return;
    refuse(lora, what + " has shape " + tensor::shape_string(has) + " where its base " +
                     base.path().filename().string() + " wants " + tensor::shape_string(wanted) +
                     "; use the base that it was trained on");
  };
  for (const auto& [name, own] : changes.replaced)
    compare(tensor::shown(name), lora.entries().at(own).shape, in_base(name).shape);
  for (const auto& [name, change] : changes.changed) {
    if (change.a.empty() || change.b.empty()) {
      refuse(lora, "the LoRA of " + tensor::shown(name) +
                       " has only one of its two matrices; the file is incomplete");
    }
    const Shape& weight = in_base(name).shape;
    const Shape &a = lora.entries().at(change.a).shape, &b = lora.entries().at(change.b).shape;
    const int64_t rank = a.empty() ? 0 : a[0];
    if (lora.lora_rank() > 0 && rank != lora.lora_rank()) {
      refuse(lora, "states rank " + std::to_string(lora.lora_rank()) + ", but matrix A of " +
                       tensor::shown(name) + " has rank " + std::to_string(rank) +
                       "; the file is damaged");
    }
    if (weight.size() != 2) {
      refuse(lora, "changes " + tensor::shown(name) + ", which is no matrix in its base " +
                       base.path().filename().string() + "; use the base that it was trained on");
    }
    compare("matrix A of " + tensor::shown(name), a, {rank, weight[1]});
    compare("matrix B of " + tensor::shown(name), b, {weight[0], rank});
  }
}

}  // namespace

HostTensor merged_weight(const HostTensor& weight, const HostTensor& a, const HostTensor& b,
                         float scale) {
  if (weight.shape().size() != 2 || a.shape().size() != 2 || b.shape().size() != 2 ||
      a.dim(1) != weight.dim(1) || b.dim(0) != weight.dim(0) || a.dim(0) != b.dim(1)) {
    throw Error(ErrorCode::kInternal, "the shapes of weight, A and B do not fit", "merged_weight");
  }
  const auto rows = size_t(weight.dim(0)), columns = size_t(weight.dim(1)), rank = size_t(a.dim(0));
  const std::vector<float> down = a.to_floats(), up = b.to_floats();
  std::vector<float> merged = weight.to_floats();
  for (size_t row = 0; row < rows; ++row) {
    const std::span<float> out(merged.data() + row * columns, columns);
    for (size_t k = 0; k < rank; ++k) {
      const float factor = scale * up[row * rank + k];
      const float* in = down.data() + k * columns;
      for (size_t column = 0; column < columns; ++column) out[column] += factor * in[column];
    }
  }
  return HostTensor::from_floats(weight.shape(), std::move(merged));
}

Checkpoint merge_lora(const Checkpoint& base, const Checkpoint& lora) {
  constexpr float kScale = 1.0f;  // alpha / rank
  const auto changes = std::make_shared<const Changes>(changes_of(lora));
  check(base, lora, *changes);
  std::map<std::string, CheckpointEntry> entries = base.entries();
  for (const auto& [name, own] : changes->replaced) entries[name] = lora.entries().at(own);
  for (const auto& [name, change] : changes->changed) entries[name].dtype = tensor::DType::kF32;
  return Checkpoint::assembled(lora, lora.config().is_object() ? lora.config() : base.config(),
                               std::move(entries), [base, lora, changes](const std::string& name) {
                                 if (const auto own = changes->replaced.find(name);
                                     own != changes->replaced.end())
                                   return lora.get(own->second);
                                 const auto change = changes->changed.find(name);
                                 if (change == changes->changed.end()) return base.get(name);
                                 return merged_weight(base.get(name), lora.get(change->second.a),
                                                      lora.get(change->second.b), kScale);
                               });
}

}  // namespace myna::models
