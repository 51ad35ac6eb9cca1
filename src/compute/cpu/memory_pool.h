// Blocks of memory for activations, reused between operations so that a network's pass touches
// few pages and asks the system for memory rarely. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace myna::compute::cpu {

class MemoryPool : public std::enable_shared_from_this<MemoryPool> {
 public:
  /// Keeps at most `keep_bytes` of free blocks; the rest goes back to the system at once.
  /// `large_pages`: from allocate_large, for sequences of a decoder.
  explicit MemoryPool(size_t keep_bytes, bool large_pages = false)
      : keep_bytes_(keep_bytes), large_pages_(large_pages) {}
  ~MemoryPool();
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;

  /// Uninitialised, 64-byte aligned, readable up to 64 bytes beyond its end. Goes back to the pool
  /// with its last owner, which may outlive the pool's own handle.
  std::shared_ptr<void> allocate(size_t bytes);
  /// Gives all free blocks back to the system.
  void give_back();

 private:
  void release(void* block, size_t size);
  void free_block(void* block, size_t size);

  std::mutex mutex_;
  std::map<size_t, std::vector<void*>> free_;  // by block size
  size_t kept_ = 0;
  const size_t keep_bytes_;
  const bool large_pages_;
};

/// A growing block that belongs to the calling thread, for use within one kernel call. `slot`
/// tells apart blocks that are in use at the same time.
enum class Scratch { kInput, kInputLow, kOutput, kPrimitive, kScores, kCount };
void* thread_scratch(Scratch slot, size_t bytes);

}  // namespace myna::compute::cpu
