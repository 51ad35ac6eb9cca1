// The record of one training run: one JSON object per line in log.jsonl, a line on the terminal now
// and then, and running means of the losses between two lines.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "base/json.h"

namespace myna::training {

/// Named figures of one step, e.g. {"ctc", 3.2}.
using Figures = std::map<std::string, double>;

/// Not thread-safe. Appends, so that a resumed run continues its log.
class RunLog {
 public:
  explicit RunLog(const std::filesystem::path& folder);
  /// Adds the figures of a step to the means.
  void add(const Figures& figures);
  /// Writes {"step": ..., "seconds": ..., <means>, <extra>} and starts new means.
  void write(int64_t step, double seconds, const Json& extra);
  /// Writes a line of another kind, e.g. {"step": ..., "validation": {...}}.
  void write_event(const Json& line);
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::ofstream out_;
  std::map<std::string, std::pair<double, int64_t>> sums_;
};

}  // namespace myna::training
