#include "compute/torch/caching_allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
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
constexpr size_t kAlignment = 64;
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
  const size_t alignment = bytes >= kHugePage ? kHugePage : kAlignment;
  if (posix_memalign(&block, alignment, bytes) != 0) throw std::bad_alloc();
#if defined(__linux__)
  if (bytes >= kHugePage) madvise(block, bytes, MADV_HUGEPAGE);  // advice only; failing is harmless
#endif
  return block;
}

class Cache {
 public:
  Cache() : limit_(size_t(sysconf(_SC_PHYS_PAGES)) * size_t(sysconf(_SC_PAGESIZE)) / 5) {}

  /// A block of at least `bytes`, which is rounded up to the size of the block.
  void* take(size_t& bytes) {
    bytes = size_class(bytes);
    const std::lock_guard lock(mutex_);
    std::vector<void*>& idle = idle_[bytes];
    if (!idle.empty()) {
      void* block = idle.back();
      idle.pop_back();
      idle_bytes_ -= bytes;
      return block;
    }
    if (idle_bytes_ + bytes > limit_) release_all();
    return fresh(bytes);
  }

  void give_back(void* block, size_t bytes) {
    const std::lock_guard lock(mutex_);
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
};

Cache& cache() {
  static Cache* cache = new Cache;  // never destroyed: tensors may outlive static objects
  return *cache;
}

/// Before every tensor's values: the size of the block in the cache, or 0 for a small one.
struct alignas(kAlignment) Header {
  size_t cached_bytes = 0;
};

void free_block(void* values) {
  if (!values) return;
  void* block = static_cast<std::byte*>(values) - sizeof(Header);
  const size_t bytes = static_cast<Header*>(block)->cached_bytes;
  if (bytes > 0) {
    cache().give_back(block, bytes);
  } else {
    std::free(block);
  }
}

at::DataPtr allocate_block(size_t bytes) {
  const at::Device cpu(at::DeviceType::CPU);
  if (bytes == 0) return {nullptr, nullptr, &free_block, cpu};
  bytes += sizeof(Header);
  Header header;
  void* block = nullptr;
  if (bytes >= kSmall) {
    block = cache().take(bytes);
    header.cached_bytes = bytes;
  } else if (posix_memalign(&block, kAlignment, bytes) != 0) {
    throw std::bad_alloc();
  }
  new (block) Header(header);
  void* values = static_cast<std::byte*>(block) + sizeof(Header);
  return {values, values, &free_block, cpu};
}

/// The base class lost a `const` and gained copy_data between libtorch versions; without `override`
/// every version finds the functions that it calls.
class CachingAllocator : public at::Allocator {
 public:
  virtual at::DataPtr allocate(size_t bytes) const { return allocate_block(bytes); }
  virtual at::DataPtr allocate(size_t bytes) { return allocate_block(bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return &free_block; }
  virtual void copy_data(void* to, const void* from, size_t bytes) const {
    std::memcpy(to, from, bytes);
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
