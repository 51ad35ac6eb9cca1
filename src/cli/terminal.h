// What is shown on a terminal: a progress line on stderr, quiet when stderr is not a terminal.
#pragma once

#include <string>

#include "base/progress.h"

namespace myna::cli {

/// A callback that keeps one line up to date; the line is wiped when the object goes.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ProgressCallback callback();

 private:
  void show(const Progress& progress);
  void wipe();
  bool terminal_;
  bool shown_ = false;
};

/// `text` cut to `columns` code points, with an ellipsis where something was cut.
std::string shorten(const std::string& text, size_t columns);

/// Columns that `text` takes in a terminal (wide characters count two).
size_t display_width(const std::string& text);

/// Pads with blanks to `columns` (never cuts).
std::string padded(const std::string& text, size_t columns);

}  // namespace myna::cli
