#include "cli/terminal.h"

#include <unistd.h>

#include <cstdio>

#include "base/utf8.h"

namespace myna::cli {
namespace {

bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x3FFFD);
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { wipe(); }

ProgressCallback ProgressLine::callback() {
  if (!terminal_) return {};
  return [this](const Progress& progress) { show(progress); };
}

void ProgressLine::show(const Progress& progress) {
  std::string line(progress.stage);
  if (progress.total > 0) {
    line += " " + std::to_string(progress.done) + "/" + std::to_string(progress.total);
  }
  if (!progress.detail.empty()) line += "  " + shorten(std::string(progress.detail), 60);
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::wipe() {
  if (!shown_) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

std::string shorten(const std::string& text, size_t columns) {
  const std::u32string points = decode_utf8(text);
  if (points.size() <= columns) return text;
  return encode_utf8(points.substr(0, columns > 0 ? columns - 1 : 0)) + "…";
}

size_t display_width(const std::string& text) {
  size_t width = 0;
  for (char32_t c : decode_utf8(text)) width += is_wide(c) ? 2 : 1;
  return width;
}

std::string padded(const std::string& text, size_t columns) {
  const size_t width = display_width(text);
  return width >= columns ? text : text + std::string(columns - width, ' ');
}

}  // namespace myna::cli
