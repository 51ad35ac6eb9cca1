#include "audio/plot.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cmath>
#include <limits>

#include "audio/audio_support.h"
#include "base/files.h"
#include "support/temp_dir.h"

namespace myna::audio {
namespace {

using myna::testing::TempDir;
using testing::sine;

int darkness(Color c) { return 765 - c[0] - c[1] - c[2]; }

TEST(Plot, PngReadsBackPixelByPixel) {
  TempDir dir;
  Image image(37, 11, {10, 20, 30});
  image.set(36, 10, {255, 1, 2});
  image.set(37, 0, {9, 9, 9});  // outside: ignored
  image.set(-1, 5, {9, 9, 9});
  write_png(dir / "a.png", image);
  png_image read{};
  read.version = PNG_IMAGE_VERSION;
  ASSERT_TRUE(png_image_begin_read_from_file(&read, (dir / "a.png").c_str()));
  read.format = PNG_FORMAT_RGB;
  ASSERT_EQ(read.width, 37U);
  ASSERT_EQ(read.height, 11U);
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(read));
  ASSERT_TRUE(png_image_finish_read(&read, nullptr, pixels.data(), 0, nullptr));
  EXPECT_EQ(pixels, image.bytes());
  EXPECT_THROW(write_png(dir / "no/such/a.png", image), Error);
}

TEST(Plot, SpectrogramShowsATone) {
  const Image image = draw_spectrogram(sine(2000, 3, 16000).samples, 16000, 600, 300);
  // 2 kHz is a quarter of the way up; its row is brighter than the rest.
  const int middle = 300, top = 26, bottom = 300 - 26;
  int brightest = 0;
  for (int y = top; y < bottom; ++y) {
    if (darkness(image.at(middle, y)) <
        darkness(image.at(middle, brightest == 0 ? top : brightest)))
      brightest = y;
  }
  EXPECT_NEAR(brightest, bottom - (bottom - top) / 4, 4);
}

TEST(Plot, CurvesSurviveOddValues) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Series> series = {
      {"train", {0, 1, 2, 3}, {10, 1, nan, 0.1}},
      {"empty", {}, {}},
      {"zero", {0, 1}, {0, -1}},
      {"huge", {0, 1e300}, {1e-300, 1e300}},
      {"uneven", {0, 1, 2}, {1}},
  };
  for (bool log_y : {false, true}) {
    for (size_t i = 0; i <= series.size(); ++i) {
      const Image image = draw_curves(std::span(series).first(i), "loss", log_y, 400, 200);
      EXPECT_EQ(image.bytes().size(), 400U * 200 * 3);
    }
  }
  EXPECT_NO_THROW(draw_spectrogram({}, 16000));
  EXPECT_NO_THROW(draw_spectrogram(std::vector<float>(10), 16000));
  EXPECT_NO_THROW(draw_spectrogram(std::vector<float>(48000), 48000));
}

TEST(Plot, CurveGoesThroughItsPoints) {
  const std::vector<Series> series = {{"A", {0, 10}, {0, 10}}};
  const Image image = draw_curves(series, "", false, 400, 300);
  const Color ink{31, 119, 180};
  EXPECT_EQ(image.at((64 + 400 - 12) / 2, (26 + 300 - 26) / 2), ink);
}

}  // namespace
}  // namespace myna::audio
