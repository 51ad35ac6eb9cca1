#include "audio/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "audio/spectrum.h"

namespace myna::audio {
namespace {

constexpr Color kInk{60, 60, 60}, kGrid{225, 225, 225};
constexpr int kLeft = 64, kRight = 12, kTop = 26, kBottom = 26;

std::string label(double value) {
  char text[32];
  const double size = std::abs(value);
  if (size >= 1e7 || (size > 0 && size < 0.001)) {
    std::snprintf(text, sizeof text, "%.0e", value);
  } else if (size >= 10000) {
    std::snprintf(text, sizeof text, "%.4gk", value / 1000);
  } else {
    std::snprintf(text, sizeof text, "%.4g", value);
  }
  return text;
}

/// Round numbers inside [low, high], about `count` of them: steps of 1, 2 or 5 times a power of
/// ten.
std::vector<double> ticks(double low, double high, int count) {
  const double raw = (high - low) / std::max(1, count);
  if (!(raw > 0) || !std::isfinite(raw)) return {low};
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double lead = raw / power;
  const double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
  std::vector<double> out;
  for (double at = std::ceil(low / step); at * step <= high + step * 1e-9 && out.size() < 100;
       ++at) {
    out.push_back(at * step);
  }
  return out;
}

/// Logarithms of 1, 2 and 5 times the powers of ten within [low, high] (logarithms); only the
/// powers where they are many.
std::vector<double> log_ticks(double low, double high) {
  if (high - low < 0.5) return ticks(low, high, 4);
  std::vector<double> out;
  const double stride = std::max(1.0, std::ceil((high - low) / 8));
  for (double power = std::floor(low / stride) * stride; power <= high; power += stride) {
    for (double lead : {1.0, 2.0, 5.0}) {
      const double at = power + std::log10(lead);
      if (lead > 1 && high - low > 4) continue;
      if (at >= low && at <= high) out.push_back(at);
    }
  }
  return out;
}

/// The plane in which curves or a picture are drawn.
struct Plane {
  double x0 = 0, x1 = 1, y0 = 0, y1 = 1;  ///< values at the edges
  int left, top, right, bottom;           ///< pixels

  Plane(int width, int height)
      : left(kLeft), top(kTop), right(width - kRight), bottom(height - kBottom) {}
  double px(double x) const { return left + (x - x0) / (x1 - x0) * (right - left); }
  double py(double y) const { return bottom - (y - y0) / (y1 - y0) * (bottom - top); }
};

void draw_scales(Image& image, const Plane& plane, bool grid, bool log_y) {
  for (double x : ticks(plane.x0, plane.x1, 8)) {
    const double at = plane.px(x);
    if (grid) image.line(at, plane.top, at, plane.bottom, kGrid);
    image.line(at, plane.bottom, at, plane.bottom + 4, kInk);
    const std::string text = label(x);
    image.text(static_cast<int>(at) - static_cast<int>(text.size()) * 4, plane.bottom + 8, text,
               kInk);
  }
  for (double y : log_y ? log_ticks(plane.y0, plane.y1) : ticks(plane.y0, plane.y1, 6)) {
    const double at = plane.py(y);
    if (grid) image.line(plane.left, at, plane.right, at, kGrid);
    image.line(plane.left - 4, at, plane.left, at, kInk);
    const std::string text = label(log_y ? std::pow(10.0, y) : y);
    image.text(plane.left - 8 - static_cast<int>(text.size()) * 8, static_cast<int>(at) - 5, text,
               kInk);
  }
  image.line(plane.left, plane.top, plane.left, plane.bottom, kInk);
  image.line(plane.left, plane.bottom, plane.right, plane.bottom, kInk);
}

/// Dark blue over violet and orange to pale yellow, of even lightness steps.
Color heat(double value) {
  static constexpr std::array<Color, 6> kStops = {
      {{0, 0, 20}, {60, 15, 110}, {150, 35, 130}, {230, 80, 80}, {250, 160, 60}, {252, 250, 190}}};
  const double at = std::clamp(value, 0.0, 1.0) * (kStops.size() - 1);
  const auto index = std::min(static_cast<size_t>(at), kStops.size() - 2);
  const double part = at - static_cast<double>(index);
  Color out;
  for (size_t i = 0; i < 3; ++i) {
    out[i] = static_cast<uint8_t>(kStops[index][i] * (1 - part) + kStops[index + 1][i] * part);
  }
  return out;
}

constexpr std::array<Color, 8> kPalette = {{{31, 119, 180},
                                            {214, 39, 40},
                                            {44, 160, 44},
                                            {148, 103, 189},
                                            {255, 127, 14},
                                            {23, 190, 207},
                                            {140, 86, 75},
                                            {227, 119, 194}}};

/// Extends [low, high] by the finite values; log values when `log`.
void extend(double& low, double& high, const std::vector<double>& values, bool log) {
  for (double v : values) {
    if (log) v = v > 0 ? std::log10(v) : std::numeric_limits<double>::quiet_NaN();
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
}

/// Makes an empty or single-valued range drawable.
void settle(double& low, double& high) {
  if (low > high) low = 0, high = 1;
  if (high - low < 1e-12 * std::max(1.0, std::abs(high))) low -= 0.5, high += 0.5;
}

}  // namespace

Image draw_spectrogram(std::span<const float> mono, int sample_rate, int width, int height) {
  Image image(width, height);
  Plane plane(width, height);
  plane.x1 = std::max(1e-3, static_cast<double>(mono.size()) / sample_rate);
  plane.y1 = sample_rate / 2000.0;
  const int n_fft = sample_rate > 24000 ? 1024 : 512;
  const int columns = plane.right - plane.left, rows = plane.bottom - plane.top;
  const auto hop = std::clamp<int64_t>(std::ssize(mono) / std::max(1, columns), 1, n_fft);
  const StftConfig config{n_fft, static_cast<int>(hop)};
  if (std::ssize(mono) >= stft_min_samples(config)) {
    const Matrix spectrum = linear_spectrogram(mono, config);
    const float top = *std::max_element(spectrum.values.begin(), spectrum.values.end());
    for (int x = 0; x < columns; ++x) {
      const int64_t t0 = int64_t{x} * spectrum.cols / columns;
      const int64_t t1 = std::max(t0 + 1, int64_t{x + 1} * spectrum.cols / columns);
      for (int y = 0; y < rows; ++y) {
        const int64_t k0 = int64_t{y} * spectrum.rows / rows;
        const int64_t k1 = std::max(k0 + 1, int64_t{y + 1} * spectrum.rows / rows);
        float most = 1e-9F;
        for (int64_t k = k0; k < k1; ++k) {
          for (int64_t t = t0; t < t1; ++t) most = std::max(most, spectrum.at(k, t));
        }
        constexpr double kDepthDb = 80;
        const double db = 20 * std::log10(most / std::max(top, 1e-9F));
        image.set(plane.left + x, plane.bottom - 1 - y, heat(1 + db / kDepthDb));
      }
    }
  }
  draw_scales(image, plane, false, false);
  image.text(4, 8, "KHZ", kInk);
  image.text(plane.right - 10, plane.bottom + 8, "S", kInk);
  return image;
}

Image draw_curves(std::span<const Series> series, std::string_view title, bool log_y, int width,
                  int height) {
  Image image(width, height);
  Plane plane(width, height);
  constexpr double kFar = std::numeric_limits<double>::max();
  plane.x0 = plane.y0 = kFar;
  plane.x1 = plane.y1 = -kFar;
  for (const Series& s : series) {
    extend(plane.x0, plane.x1, s.x, false);
    extend(plane.y0, plane.y1, s.y, log_y);
  }
  settle(plane.x0, plane.x1);
  settle(plane.y0, plane.y1);
  draw_scales(image, plane, true, log_y);
  image.text(plane.left, 8, title, kInk);
  int legend = plane.left + static_cast<int>(title.size()) * 8 + 24;
  for (size_t i = 0; i < series.size(); ++i) {
    const Color color = kPalette[i % kPalette.size()];
    const Series& s = series[i];
    image.text(legend, 8, s.name, color);
    legend += static_cast<int>(s.name.size()) * 8 + 16;
    double last_x = 0, last_y = 0;
    bool connected = false;
    for (size_t k = 0; k < std::min(s.x.size(), s.y.size()); ++k) {
      const double y = log_y ? (s.y[k] > 0 ? std::log10(s.y[k]) : NAN) : s.y[k];
      if (!std::isfinite(y) || !std::isfinite(s.x[k])) {
        connected = false;
        continue;
      }
      const double px = plane.px(s.x[k]), py = plane.py(y);
      image.line(connected ? last_x : px, connected ? last_y : py, px, py, color);
      last_x = px, last_y = py;
      connected = true;
    }
  }
  return image;
}

}  // namespace myna::audio
