#include "compute/torch/caching_allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <unordered_map>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace myna::compute {
namespace {

constexpr size_t kSmall = size_t(256) << 10;  ///< below: straight from the C library
constexpr size_t kHugePage = size_t(2) << 20;

/// Rounds up to one of eight sizes per power of two, so that batches of nearly equal shapes share
/// blocks; at most an eighth is wasted.
size_t size_class(size_t bytes) {
  size_t step = kSmall / 8;
  while (step * 16 <= bytes) step *= 2;
  return (bytes + step - 1) / step * step;
}

void* fresh(size_t bytes) {
  void* block = nullptr;
  const size_t alignment = bytes >= kHugePage ? kHugePage : 64;
  if (posix_memalign(&block, alignment, bytes) != 0) throw std::bad_alloc();
#if defined(__linux__)
  if (bytes >= kHugePage) madvise(block, bytes, MADV_HUGEPAGE);  // advice only; failing is harmless
#endif
  return block;
}

class Cache {
 public:
  Cache() : limit_(size_t(sysconf(_SC_PHYS_PAGES)) * size_t(sysconf(_SC_PAGESIZE)) / 5) {}

  void* take(size_t bytes) {
    const size_t wanted = size_class(bytes);
    const std::lock_guard lock(mutex_);
    std::vector<void*>& idle = idle_[wanted];
    void* block;
    if (!idle.empty()) {
      block = idle.back();
      idle.pop_back();
      idle_bytes_ -= wanted;
    } else {
      if (idle_bytes_ + wanted > limit_) release_all();
      block = fresh(wanted);
    }
    in_use_.emplace(block, wanted);
    return block;
  }

  void give_back(void* block) {
    const std::lock_guard lock(mutex_);
    const auto found = in_use_.find(block);
    const size_t bytes = found->second;
    in_use_.erase(found);
    if (idle_bytes_ + bytes > limit_) {
      std::free(block);
      return;
    }
    idle_[bytes].push_back(block);
    idle_bytes_ += bytes;
  }

 private:
  void release_all() {
    for (auto& [bytes, blocks] : idle_) {
      for (void* block : blocks) std::free(block);
      blocks.clear();
    }
    idle_bytes_ = 0;
  }

  std::mutex mutex_;
  const size_t limit_;
  size_t idle_bytes_ = 0;
  std::unordered_map<size_t, std::vector<void*>> idle_;
  std::unordered_map<void*, size_t> in_use_;
};

Cache& cache() {
  static Cache* cache = new Cache;  // never destroyed: tensors may outlive static objects
  return *cache;
}

void free_small(void* block) { std::free(block); }
void free_large(void* block) { cache().give_back(block); }

class CachingAllocator : public at::Allocator {
 public:
  at::DataPtr allocate(size_t bytes) const override {
    const at::Device cpu(at::DeviceType::CPU);
    if (bytes == 0) return {nullptr, nullptr, &free_small, cpu};
    if (bytes >= kSmall) {
      void* block = cache().take(bytes);
      return {block, block, &free_large, cpu};
    }
    void* block = nullptr;
    if (posix_memalign(&block, 64, bytes) != 0) throw std::bad_alloc();
    return {block, block, &free_small, cpu};
  }
};

}  // namespace

void install_caching_allocator() {
  static std::once_flag once;
  std::call_once(once, [] {
    static CachingAllocator* allocator = new CachingAllocator;
    c10::SetCPUAllocator(allocator, /*priority=*/100);
  });
}

}  // namespace myna::compute
