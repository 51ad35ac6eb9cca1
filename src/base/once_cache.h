// A bounded memory of values that are costly to make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace myna {

/// Makes each key's value once, however many threads ask for it, and forgets the values that were
/// asked for longest ago. Safe to use from many threads; Key is ordered.
template <typename Key, typename Value>
class OnceCache {
 public:
  /// Keeps up to `capacity` values, at least one.
  explicit OnceCache(size_t capacity) : capacity_(capacity) {}

  /// The value of `key`, from `make` when it is not there. Who asks while another thread makes it
  /// waits. When `make` throws, the exception passes to its caller, nothing is kept, and the next
  /// who asks makes it again. `make` must not ask for the same key.
  std::shared_ptr<const Value> get(const Key& key, const std::function<Value()>& make) {
    const std::shared_ptr<Entry> entry = entry_of(key);
    const std::lock_guard lock(entry->making);
    if (!entry->value) {
      entry->value = std::make_shared<const Value>(make());
      const std::lock_guard counting(mutex_);
      ++made_;
    }
    return entry->value;
  }

  /// How many values have been made so far.
  int64_t made() const {
    const std::lock_guard lock(mutex_);
    return made_;
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
  }

 private:
  struct Entry {
    std::mutex making;
    std::shared_ptr<const Value> value;
    uint64_t used = 0;
  };

  std::shared_ptr<Entry> entry_of(const Key& key) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Entry>& entry = entries_[key];
    if (!entry) entry = std::make_shared<Entry>();
    entry->used = ++clock_;
    const std::shared_ptr<Entry> found = entry;
    while (entries_.size() > capacity_ && entries_.size() > 1) {
      auto oldest = entries_.begin();
      for (auto at = entries_.begin(); at != entries_.end(); ++at) {
        if (at->second->used < oldest->second->used) oldest = at;
      }
      entries_.erase(oldest);
    }
    return found;
  }

  const size_t capacity_;
  mutable std::mutex mutex_;  // of the map and the counts; never held while a value is made
  std::map<Key, std::shared_ptr<Entry>> entries_;
  uint64_t clock_ = 0;
  int64_t made_ = 0;
};

}  // namespace myna
