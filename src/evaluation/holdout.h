// What is never trained on. The lists are a file of the recipe, drawn once by seed before the first
// training and kept: a later preparation uses the file as it is.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace myna::evaluation {

struct Holdout {
  uint64_t seed = 0;
  std::set<std::string> speakers;   ///< "set/speaker": all their recordings
  std::set<std::string> sentences;  ///< item ids
  /// Held-out speakers with at least two recordings that `myna evaluate` clones, in order.
  std::vector<std::string> evaluation_voices;

  /// `item`: a piece "id#2" belongs to its recording "id".
  bool contains(const std::string& speaker, const std::string& item) const;
};

/// Throws Error naming the file and the key that is wrong.
Holdout read_holdout(const std::filesystem::path& path);
void write_holdout(const std::filesystem::path& path, const Holdout& holdout);

/// `count` different elements of `names`, the same for the same seed whatever their order.
std::vector<std::string> draw(std::vector<std::string> names, size_t count, uint64_t seed);

}  // namespace myna::evaluation
