#include "audio/quality.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "audio/audio_support.h"
#include "audio/resample.h"

namespace myna::audio {
namespace {

using testing::babble;
using testing::noise;

constexpr int kRate = 16000;

bool has(const QualityReport& report, const std::string& code) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const Finding& f) { return f.code == code; });
}

/// Babble with quiet ends and a little noise.
Clip recording(double seconds, float level = 0.3F, float sigma = 2e-4F) {
  Clip clip = noise(seconds, kRate, sigma);
  const Clip voice = babble(seconds - 0.6, kRate, 120, level);
  for (size_t i = 0; i < voice.samples.size(); ++i) clip.samples[i + 4800] += voice.samples[i];
  return clip;
}

TEST(Quality, GoodRecordingHasNoFindings) {
  const QualityReport report = check_quality(recording(6));
  EXPECT_TRUE(report.findings.empty()) << report.findings[0].code;
  EXPECT_TRUE(report.usable());
  EXPECT_GT(report.snr_db, 25);
  EXPECT_GT(report.bandwidth_hz, 3900);
  EXPECT_NEAR(report.silence_share, 0.1, 0.08);
  EXPECT_NO_THROW(require_usable(report, "x"));
}

TEST(Quality, EveryFaultHasItsFindingAndRemedy) {
  Clip clipped = recording(6);
  for (float& x : clipped.samples) x = std::clamp(x * 4, -1.0F, 1.0F);
  Clip crushed = recording(6);
  for (float& x : crushed.samples) x = std::clamp(x * 200, -1.0F, 1.0F);
  Clip offset = recording(6);
  for (float& x : offset.samples) x += 0.05F;
  Clip sparse = recording(6);
  sparse.samples.resize(30 * kRate);
  const Clip telephone = resample(resample(recording(6), 6000), kRate);
  struct Case {
    const char* code;
    Clip clip;
    bool usable;
  };
  const std::vector<Case> cases = {
      {"empty", {{}, kRate, 1}, false},
      {"silent", {std::vector<float>(5 * kRate), kRate, 1}, false},
      {"too_short", recording(0.9), false},
      {"no_speech", noise(5, kRate, 0.01F), false},
      {"short", recording(2.5), true},
      {"quiet", recording(6, 0.005F, 1e-5F), true},
      {"clipped", clipped, true},
      {"mostly_clipped", crushed, false},
      {"noisy", recording(6, 0.3F, 0.02F), true},
      {"narrow_band", telephone, true},
      {"mostly_silence", sparse, true},
      {"dc_offset", offset, true},
  };
  for (const Case& c : cases) {
    const QualityReport report = check_quality(c.clip);
    EXPECT_TRUE(has(report, c.code)) << c.code << " missing in " << to_json(report).dump();
    EXPECT_EQ(report.usable(), c.usable) << c.code << to_json(report).dump();
    for (const Finding& f : report.findings) {
      EXPECT_FALSE(f.message.empty());
      EXPECT_FALSE(f.remedy.empty());
    }
    EXPECT_EQ(testing::error_of([&] { require_usable(report, "voice.wav"); }).subject(),
              c.usable ? "nothing was thrown" : "voice.wav");
  }
}

TEST(Quality, JsonHasEveryFigure) {
  const Json json = to_json(check_quality(recording(2.5)));
  EXPECT_EQ(json["findings"][0]["severity"], "warning");
  EXPECT_TRUE(json["usable"]);
  for (const char* key : {"seconds", "peak_db", "loudness_lufs", "snr_db", "bandwidth_hz"}) {
    EXPECT_TRUE(json[key].is_number()) << key;
  }
}

}  // namespace
}  // namespace myna::audio
