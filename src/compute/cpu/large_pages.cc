#include "compute/cpu/large_pages.h"

#include <sys/mman.h>

#include <cstdint>
#include <mutex>
#include <new>

#include "base/rounding.h"

namespace myna::compute::cpu {
namespace {

// Blocks are cut one after the other from slabs that are aligned to their own size, so that a
// block's slab is found from its address; a slab goes back when its last block does.
constexpr size_t kSlab = size_t(16) << 20;
constexpr size_t kSmall = size_t(16) << 10;  // left to the ordinary allocator
constexpr size_t kLine = 64;

struct Slab {
  size_t size;
  size_t used;
  size_t blocks;
  Slab** open;  // of its lifetime
};

std::mutex mutex;
Slab* open_slabs[size_t(Lifetime::kCount)] = {};  // where the next blocks are cut from

Slab* map_slab(size_t size, Slab** open) {
  void* mapped =
      mmap(nullptr, size + kSlab, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  const auto begin = reinterpret_cast<uintptr_t>(mapped);
  const auto aligned = uintptr_t(round_up(begin, kSlab));
  if (aligned > begin) munmap(mapped, aligned - begin);
  const uintptr_t end = begin + size + kSlab;
  if (end > aligned + size) munmap(reinterpret_cast<void*>(aligned + size), end - aligned - size);
  auto* slab = reinterpret_cast<Slab*>(aligned);
#ifdef MADV_HUGEPAGE
  madvise(slab, size, MADV_HUGEPAGE);  // a wish; plain pages do as well
#endif
  *slab = {.size = size, .used = round_up(sizeof(Slab), kLine), .blocks = 0, .open = open};
  return slab;
}

}  // namespace

void* allocate_large(size_t bytes, Lifetime lifetime) {
  if (bytes < kSmall) return ::operator new(bytes, std::align_val_t(kLine));
  const size_t size = round_up(bytes, kLine);
  std::lock_guard lock(mutex);
  Slab*& open = open_slabs[size_t(lifetime)];
  Slab* slab = open;
  if (!slab || slab->used + size > slab->size) {
    const size_t wanted = round_up(size + kLine, size_t(2) << 20);
    slab = map_slab(wanted > kSlab ? wanted : kSlab, &open);
    if (slab->size == kSlab) {
      if (open && open->blocks == 0) munmap(open, open->size);
      open = slab;
    }
  }
  void* block = reinterpret_cast<char*>(slab) + slab->used;
  slab->used += size;
  ++slab->blocks;
  return block;
}

void free_large(void* block, size_t bytes) {
  if (bytes < kSmall) return ::operator delete(block, std::align_val_t(kLine));
  std::lock_guard lock(mutex);
  auto* slab = reinterpret_cast<Slab*>(reinterpret_cast<uintptr_t>(block) / kSlab * kSlab);
  if (--slab->blocks > 0) return;
  if (slab == *slab->open)
    slab->used = round_up(sizeof(Slab), kLine);  // empty again
  else
    munmap(slab, slab->size);
}

}  // namespace myna::compute::cpu
