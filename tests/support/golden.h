// Access for tests to the numerical reference vectors: the deterministic generator that makes every
// input and weight, and the stored outputs with their tolerances. The vectors are not part of the
// repository; a test that needs them calls MYNA_REQUIRE_GOLDEN(group), which skips it when they are
// absent (folder: MYNA_GOLDEN_DIR, else ../shared/golden beside the repository).
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace myna::testing {

inline std::filesystem::path golden_dir() {
  if (const char* value = std::getenv("MYNA_GOLDEN_DIR")) return value;
  return std::filesystem::path(MYNA_SOURCE_DIR) / ".." / "shared" / "golden";
}

#define MYNA_REQUIRE_GOLDEN(group)                                                         \
  if (!std::filesystem::exists(::myna::testing::golden_dir() / (group) / "manifest.json")) \
  GTEST_SKIP() << "no reference vectors in " << ::myna::testing::golden_dir().string()     \
               << "; set MYNA_GOLDEN_DIR"

/// FNV-1a of the name, mixed with the salt of the set; element i by SplitMix64.
class GoldenGenerator {
 public:
  explicit GoldenGenerator(std::string_view name, uint64_t salt = 0x5EED0001) {
    uint64_t h = 0xcbf29ce484222325;
    for (char c : name) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    hash_ = h ^ salt;
  }

  uint64_t bits(uint64_t i) const {
    uint64_t z = hash_ + (i + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  /// In [-1, 1).
  double unit(uint64_t i) const { return static_cast<double>(bits(i) >> 40) / 8388608.0 - 1.0; }

  std::vector<float> floats(size_t count, double offset = 0, double scale = 1) const {
    std::vector<float> out(count);
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<float>(offset + scale * unit(i));
    return out;
  }

  std::vector<int64_t> integers(size_t count, int64_t lo, int64_t hi) const {
    std::vector<int64_t> out(count);
    for (size_t i = 0; i < count; ++i) {
      out[i] = lo + static_cast<int64_t>(((bits(i) >> 40) * static_cast<uint64_t>(hi - lo)) >> 24);
    }
    return out;
  }

 private:
  uint64_t hash_;
};

/// The speech-like test signal: five modulated partials and a little noise.
inline std::vector<float> golden_wave(const std::string& name, size_t samples, int sample_rate,
                                      double amp = 0.5, uint64_t salt = 0x5EED0001) {
  const auto p = GoldenGenerator(name + ".par", salt).floats(15);
  const auto noise = GoldenGenerator(name, salt).floats(samples);
  std::vector<float> out(samples);
  const double pi = std::numbers::pi;
  for (size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / sample_rate;
    double y = 0;
    for (int k = 0; k < 5; ++k) {
      const double f = 90.0 * std::pow(2.0, 1.25 * k) * (1.0 + 0.2 * p[k * 3]);
      y += 0.3 / (k + 1) * std::sin(2 * pi * f * t + pi * p[k * 3 + 1]) *
           (0.6 + 0.4 * std::sin(2 * pi * (3 + p[k * 3 + 2]) * t));
    }
    out[i] = static_cast<float>(amp / 0.5 * (y + 0.02 * noise[i]));
  }
  return out;
}

/// The stored outputs of one group with their rows of the manifest.
class GoldenGroup {
 public:
  explicit GoldenGroup(const std::string& group)
      : file_(golden_dir() / group / "outputs.safetensors") {
    manifest_ = nlohmann::json::parse(read_text(golden_dir() / group / "manifest.json"));
    uint64_t header = 0;
    std::memcpy(&header, file_.data(), 8);
    header_ = nlohmann::json::parse(file_.data() + 8, file_.data() + 8 + header);
    data_ = file_.data() + 8 + header;
    for (const auto& row : manifest_["outputs"]) rows_[row["name"].get<std::string>()] = row;
  }

  const nlohmann::json& manifest() const { return manifest_; }
  const nlohmann::json& row(const std::string& name) const { return rows_.at(name); }

  template <typename T>
  std::vector<T> stored(const std::string& name) const {
    const auto& entry = header_.at(name);
    const size_t begin = entry["data_offsets"][0], end = entry["data_offsets"][1];
    std::vector<T> out((end - begin) / sizeof(T));
    std::memcpy(out.data(), data_ + begin, end - begin);
    return out;
  }

  /// Compares the full tensor (row-major) with the stored elements. `slack` widens the stated
  /// tolerances.
  void expect_close(const std::string& name, std::span<const float> actual,
                    double slack = 1) const {
    const auto& info = row(name);
    const auto want = stored<float>(name);
    const size_t stride = info.value("stride", size_t{1});
    size_t full = 1;
    for (size_t n : info["full_shape"]) full *= n;
    ASSERT_EQ(actual.size(), full) << name;
    const double atol = info.value("atol", 0.0) * slack, rtol = info.value("rtol", 0.0) * slack;
    double worst = -1;
    size_t where = 0, bad = 0;
    for (size_t i = 0; i < want.size(); ++i) {
      const double error = std::abs(static_cast<double>(actual[i * stride]) - want[i]);
      const double over = error - (atol + rtol * std::abs(want[i]));
      if (!(over <= 0)) ++bad;
      if (!(over <= worst) || i == 0) worst = over, where = i;
    }
    EXPECT_EQ(bad, 0U) << name << ": worst at element " << where * stride << ", "
                       << actual[where * stride] << " instead of " << want[where];
  }

 private:
  MappedFile file_;
  nlohmann::json manifest_, header_, rows_;
  const uint8_t* data_ = nullptr;
};

}  // namespace myna::testing
