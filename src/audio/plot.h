// Small pictures for people who look at training and at recordings: spectrograms and curves, as PNG
// files that appear complete or not at all.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myna::audio {

using Color = std::array<uint8_t, 3>;

/// An RGB picture; drawing outside of it is ignored.
class Image {
 public:
  Image(int width, int height, Color background = {255, 255, 255});
  int width() const { return width_; }
  int height() const { return height_; }
  Color at(int x, int y) const;
  void set(int x, int y, Color color);
  void line(double x0, double y0, double x1, double y1, Color color);
  /// Capital letters, digits and common signs, 6 x 10 pixels per character at scale 2; others are
  /// drawn as blanks.
  void text(int x, int y, std::string_view text, Color color, int scale = 2);

  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  int width_, height_;
  std::vector<uint8_t> bytes_;
};

/// Throws Error(kIo) naming the file.
void write_png(const std::filesystem::path& path, const Image& image);

/// Level in dB over time (right) and frequency (up, linear), 80 dB deep, with a time and a
/// frequency scale. `mono` may have any length; long recordings are drawn coarser.
Image draw_spectrogram(std::span<const float> mono, int sample_rate, int width = 1000,
                       int height = 400);

/// One curve; x ascending. Values that are not finite leave gaps.
struct Series {
  std::string name;
  std::vector<double> x, y;
};

/// Curves with a legend and scales; `log_y` for losses that span decades (values <= 0 are left
/// out).
Image draw_curves(std::span<const Series> series, std::string_view title, bool log_y = false,
                  int width = 1000, int height = 500);

}  // namespace myna::audio
