// Memory in large pages where the system has them, for what a decoder's step reads once from end
// to end (prepared weights, cached keys and values) and would otherwise spend its time on page
// tables. Thread-safe.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace myna::compute::cpu {

/// Blocks that live equally long are kept together: memory goes back to the system by the slab.
enum class Lifetime { kWeights, kSequences, kCount };

/// 64-byte aligned; throws std::bad_alloc.
void* allocate_large(size_t bytes, Lifetime lifetime);
/// `bytes` as given to allocate_large.
void free_large(void* block, size_t bytes);

template <typename T>
struct WeightAllocator {
  using value_type = T;
  WeightAllocator() = default;
  template <typename U>
  WeightAllocator(const WeightAllocator<U>&) {}
  T* allocate(size_t n) {
    return static_cast<T*>(allocate_large(n * sizeof(T), Lifetime::kWeights));
  }
  void deallocate(T* p, size_t n) { free_large(p, n * sizeof(T)); }
  /// resize(n) leaves the values as they are: weights are written once, by who prepares them.
  template <typename U>
  void construct(U* p) {
    ::new (static_cast<void*>(p)) U;
  }
  bool operator==(const WeightAllocator&) const { return true; }
};
template <typename T>
using WeightVector = std::vector<T, WeightAllocator<T>>;

}  // namespace myna::compute::cpu
