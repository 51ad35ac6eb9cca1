#include "compute/cpu/memory_pool.h"

#include <array>
#include <bit>
#include <cstdlib>
#include <new>

#include "compute/cpu/large_pages.h"

namespace myna::compute::cpu {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kTail = 64;  // vector loads may read past the last element
// From here on a block has pages of its own. The ordinary allocator takes blocks of up to 32 MB out
// of its heap, where what is freed between two that are in use stays.
constexpr size_t kOwnPages = size_t(16) << 20;

void* system_allocate(size_t bytes) {
  void* block = std::aligned_alloc(kAlignment, bytes);
  if (!block) throw std::bad_alloc();
  return block;
}

// Sizes are rounded up to an eighth of a power of two, so that passes over sentences of slightly
// different lengths share blocks and waste at most an eighth.
size_t rounded(size_t bytes) {
  bytes += kTail;
  const size_t step = std::max<size_t>(std::bit_floor(bytes) / 8, kAlignment);
  return (bytes + step - 1) / step * step;
}

struct ThreadBlock {
  void* data = nullptr;
  size_t size = 0;
  ~ThreadBlock() { std::free(data); }
};

}  // namespace

MemoryPool::~MemoryPool() { give_back(); }

void MemoryPool::give_back() {
  std::map<size_t, std::vector<void*>> all;
  {
    std::lock_guard lock(mutex_);
    all.swap(free_);
    kept_ = 0;
  }
  for (auto& [size, blocks] : all)
    for (void* block : blocks) free_block(block, size);
}

void MemoryPool::free_block(void* block, size_t size) {
  if (large_pages_ || size >= kOwnPages)
    free_large(block, size);
  else
    std::free(block);
}

std::shared_ptr<void> MemoryPool::allocate(size_t bytes) {
  const size_t size = rounded(bytes);
  void* block = nullptr;
  {
    std::lock_guard lock(mutex_);
    const auto found = free_.find(size);
    if (found != free_.end()) {
      block = found->second.back();
      found->second.pop_back();
      if (found->second.empty()) free_.erase(found);
      kept_ -= size;
    }
  }
  if (!block)
    block = large_pages_ || size >= kOwnPages ? allocate_large(size, Lifetime::kSequences)
                                              : system_allocate(size);
  return std::shared_ptr<void>(
      block, [pool = shared_from_this(), size](void* b) { pool->release(b, size); });
}

void MemoryPool::release(void* block, size_t size) {
  {
    std::lock_guard lock(mutex_);
    if (kept_ + size <= keep_bytes_) {
      free_[size].push_back(block);
      kept_ += size;
      return;
    }
  }
  free_block(block, size);
}

void* thread_scratch(Scratch slot, size_t bytes) {
  thread_local std::array<ThreadBlock, size_t(Scratch::kCount)> blocks;
  ThreadBlock& block = blocks[size_t(slot)];
  if (block.size < bytes) {
    std::free(block.data);
    block.data = nullptr;
    block.size = 0;
    const size_t size = rounded(bytes);
    block.data = system_allocate(size);
    block.size = size;
  }
  return block.data;
}

}  // namespace myna::compute::cpu
