#include <png.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>

#include "audio/plot.h"
#include "base/error.h"
#include "base/files.h"

namespace myna::audio {
namespace {

/// A glyph of 3 x 5 dots, one octal digit per row from the top, bit 4 on the left.
struct Glyph {
  char letter;
  uint16_t rows;
};

constexpr Glyph kFont[] = {
    {'0', 075557}, {'1', 026227}, {'2', 071747}, {'3', 071717}, {'4', 055711}, {'5', 074717},
    {'6', 074757}, {'7', 071122}, {'8', 075757}, {'9', 075717}, {'A', 025755}, {'B', 065656},
    {'C', 034443}, {'D', 065556}, {'E', 074647}, {'F', 074644}, {'G', 034553}, {'H', 055755},
    {'I', 072227}, {'J', 011152}, {'K', 055655}, {'L', 044447}, {'M', 057755}, {'N', 065555},
    {'O', 025552}, {'P', 065644}, {'Q', 025563}, {'R', 065655}, {'S', 034216}, {'T', 072222},
    {'U', 055557}, {'V', 055552}, {'W', 055775}, {'X', 055255}, {'Y', 055222}, {'Z', 071247},
    {'.', 000002}, {',', 000024}, {'-', 000700}, {'+', 002720}, {'/', 011244}, {':', 002020},
    {'%', 051245}, {'_', 000007}, {'(', 024442}, {')', 021112}, {'=', 007070}, {'*', 052500},
};

uint16_t rows_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  for (const Glyph& glyph : kFont) {
    if (glyph.letter == c) return glyph.rows;
  }
  return 0;
}

void append_bytes(png_structp png, png_bytep data, png_size_t size) {
  auto& out = *static_cast<std::vector<uint8_t>*>(png_get_io_ptr(png));
  out.insert(out.end(), data, data + size);
}

/// False when libpng gave up. No C++ object lives in this frame, so that longjmp may leave it.
bool encode(png_structp png, png_infop info, std::vector<uint8_t>* out, const uint8_t* pixels,
            int width, int height) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_write_fn(png, out, append_bytes, nullptr);
  png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int y = 0; y < height; ++y) {
    png_write_row(png, pixels + static_cast<size_t>(y) * width * 3);
  }
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

Image::Image(int width, int height, Color background) : width_(width), height_(height) {
  constexpr int kMaxSide = 20000;
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    throw Error(ErrorCode::kInternal, "a picture of this size cannot be drawn");
  }
  bytes_.resize(static_cast<size_t>(width) * height * 3);
  for (size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = background[i % 3];
}

Color Image::at(int x, int y) const {
  const size_t i = (static_cast<size_t>(y) * width_ + x) * 3;
  return {bytes_.at(i), bytes_.at(i + 1), bytes_.at(i + 2)};
}

void Image::set(int x, int y, Color color) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
  std::copy(color.begin(), color.end(),
            bytes_.begin() + (static_cast<int64_t>(y) * width_ + x) * 3);
}

void Image::line(double x0, double y0, double x1, double y1, Color color) {
  const double longest = std::max(std::abs(x1 - x0), std::abs(y1 - y0));
  const int steps = static_cast<int>(std::min(longest, 1e5)) + 1;
  for (int i = 0; i <= steps; ++i) {
    const double part = static_cast<double>(i) / steps;
    set(static_cast<int>(std::lround(x0 + (x1 - x0) * part)),
        static_cast<int>(std::lround(y0 + (y1 - y0) * part)), color);
  }
}

void Image::text(int x, int y, std::string_view text, Color color, int scale) {
  for (char c : text) {
    const uint16_t rows = rows_of(c);
    for (int bit = 0; bit < 15; ++bit) {
      if ((rows >> (14 - bit) & 1) == 0) continue;
      for (int dot = 0; dot < scale * scale; ++dot) {
        set(x + bit % 3 * scale + dot % scale, y + bit / 3 * scale + dot / scale, color);
      }
    }
    x += 4 * scale;
  }
}

void write_png(const std::filesystem::path& path, const Image& image) {
  std::vector<uint8_t> bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  const bool done = info != nullptr &&
                    encode(png, info, &bytes, image.bytes().data(), image.width(), image.height());
  png_destroy_write_struct(&png, &info);
  if (!done) throw Error(ErrorCode::kInternal, "the picture cannot be encoded", path.string());
  write_file(path, bytes);
}

}  // namespace myna::audio
