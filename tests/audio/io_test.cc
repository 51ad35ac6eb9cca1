#include "audio/io.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include "audio/audio_support.h"
#include "audio/resample.h"
#include "base/files.h"
#include "support/temp_dir.h"

namespace myna::audio {
namespace {

using myna::testing::TempDir;
using testing::error_of;
using ::testing::HasSubstr;
using testing::sine;

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// Signal-to-error ratio in dB of b against a, best over small delays (lossy codecs may shift).
double snr(const Clip& a, const Clip& b, int max_delay) {
  double best = -100;
  for (int delay = -max_delay; delay <= max_delay; ++delay) {
    double signal = 0, error = 0;
    for (int64_t i = a.frames() / 3; i < std::min(a.frames() / 3 + 5000, a.frames()); ++i) {
      const int64_t j = i + delay;
      if (j < 0 || j >= b.frames()) continue;
      const double x = a.samples[i * a.channels], y = b.samples[j * b.channels];
      signal += x * x;
      error += (x - y) * (x - y);
    }
    best = std::max(best, 10 * std::log10(signal / (error + 1e-20)));
  }
  return best;
}

struct FormatCase {
  const char* name;
  int rate;
  int channels;
  double min_snr;  ///< dB; lossless 16 bits of a half-scale sine give about 92
};

class RoundTrip : public ::testing::TestWithParam<FormatCase> {};

TEST_P(RoundTrip, FileAndMemory) {
  const FormatCase c = GetParam();
  TempDir dir;
  const Clip clip = sine(440, 1.5, c.rate, 0.5, c.channels);
  write_clip(dir / c.name, clip);
  EXPECT_EQ(dir.entries(), 1U);
  const Clip back = resample(read_clip(dir / c.name), c.rate);
  EXPECT_EQ(back.channels, c.channels);
  EXPECT_NEAR(back.seconds(), 1.5, 0.06);  // lossy codecs add up to a block
  EXPECT_GT(snr(clip, back, c.min_snr > 80 ? 0 : 3000), c.min_snr);
  const auto bytes = encode_clip(clip, format_of(c.name));
  const Clip again = resample(read_clip(bytes, c.name), c.rate);
  EXPECT_GT(snr(back, again, 0), 60);
}

INSTANTIATE_TEST_SUITE_P(
    Formats, RoundTrip,
    ::testing::Values(FormatCase{"a.wav", 16000, 1, 88}, FormatCase{"a.WAV", 32000, 2, 88},
                      FormatCase{"a.flac", 48000, 2, 88}, FormatCase{"b.flac", 24000, 1, 88},
                      FormatCase{"a.ogg", 32000, 1, 20}, FormatCase{"a.mp3", 32000, 1, 20},
                      FormatCase{"b.mp3", 44100, 2, 20}, FormatCase{"a.opus", 16000, 1, 15},
                      FormatCase{"b.opus", 32000, 1, 15}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::replace(name.begin(), name.end(), '.', '_');
      return name + "_" + std::to_string(info.param.rate);
    });

TEST(ReadClip, MixesAndConvertsWhileReading) {
  TempDir dir;
  const Clip clip = sine(300, 2.0, 44100, 0.5, 2);
  write_clip(dir / "stereo.wav", clip);
  const Clip whole = to_mono(read_clip(dir / "stereo.wav"), 16000);
  const Clip direct = read_clip(dir / "stereo.wav", {.mono = true, .sample_rate = 16000});
  EXPECT_EQ(direct.sample_rate, 16000);
  EXPECT_EQ(direct.channels, 1);
  EXPECT_EQ(direct.frames(), 32000);
  ASSERT_EQ(direct.samples.size(), whole.samples.size());
  for (size_t i = 0; i < whole.samples.size(); ++i) {
    ASSERT_NEAR(direct.samples[i], whole.samples[i], 1e-6);
  }
}

struct BadCase {
  std::string what;
  std::string bytes;
  ErrorCode code;
  std::string message;
};

std::string wav(const Clip& clip) {
  const auto bytes = encode_clip(clip, FileFormat::kWav);
  return {bytes.begin(), bytes.end()};
}

std::string encoded(FileFormat format, double seconds = 1) {
  const auto bytes = encode_clip(sine(300, seconds, 16000), format);
  return {bytes.begin(), bytes.end()};
}

std::string half(const std::string& bytes) { return bytes.substr(0, bytes.size() / 2); }

/// A float WAV with the given samples, by hand: the writer refuses NaN.
std::string float_wav(const std::vector<float>& samples) {
  std::string out;
  const auto number = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  };
  const auto size = static_cast<uint32_t>(samples.size() * 4);
  out += "RIFF", number(36 + size, 4), out += "WAVEfmt ", number(16, 4), number(3, 2);
  number(1, 2), number(16000, 4), number(64000, 4), number(4, 2), number(32, 2);
  out += "data", number(size, 4);
  for (float x : samples) number(std::bit_cast<uint32_t>(x), 4);
  return out;
}

TEST(ReadClip, BadInputTable) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const auto bad = ErrorCode::kInvalidAudio;
  std::string huge_claim = wav(sine(300, 0.5, 16000));
  huge_claim.replace(40, 4, "\xF0\xFF\xFF\x70");  // data size of 1.9 GB
  std::string zero_rate = wav(sine(300, 0.5, 16000));
  zero_rate.replace(24, 4, std::string(4, '\0'));
  std::string no_data = wav(sine(300, 0.5, 16000)).substr(0, 36);
  const std::vector<BadCase> cases = {
      {"empty", "", bad, "empty"},
      {"one byte", "R", bad, "text file"},
      {"text", "Dear diary, today I said nothing.\n", bad, "text file"},
      {"web page", "\n<!DOCTYPE html><html><body>404", bad, "web page"},
      {"lfs pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0", bad, "Git LFS"},
      {"zip", std::string("PK\x03\x04\x14\0\0\0", 8), bad, "ZIP"},
      {"png", "\x89PNG\r\n\x1a\n", bad, "PNG"},
      {"m4a",
       std::string("\0\0\0\x20"
                   "ftypM4A ",
                   12),
       ErrorCode::kUnsupported, "M4A"},
      {"webm", "\x1A\x45\xDF\xA3\x01", ErrorCode::kUnsupported, "WebM"},
      {"noise", std::string("\x01\x02\x03\x04\x05\x80\x90", 7), bad, "not an audio file"},
      {"riff but not wave", "RIFF\x04\0\0\0AVI LIST", bad, "not"},
      {"wav without data", no_data, bad, ""},
      {"wav without samples", no_data + std::string("data\0\0\0\0", 8), bad, "no sound"},
      {"wav cut", half(wav(sine(300, 2, 16000))), bad, "cut off"},
      {"wav claiming more", huge_claim, bad, "cut off"},
      {"wav at 0 Hz", zero_rate, bad, ""},
      {"flac cut", half(encoded(FileFormat::kFlac)), bad, "cut off"},
      {"flac header only", encoded(FileFormat::kFlac).substr(0, 30), bad, ""},
      {"ogg cut", half(encoded(FileFormat::kOggVorbis, 3)), bad, "cut off"},
      {"opus cut", half(encoded(FileFormat::kOpus, 3)), bad, "cut off"},
      {"mp3 cut", half(encoded(FileFormat::kMp3, 3)), bad, "cut off"},
      {"mp3 header only", encoded(FileFormat::kMp3).substr(0, 8), bad, ""},
      {"nan", float_wav({0, nan, 0.5F, 0}), bad, "not numbers"},
      {"infinity", float_wav({0, -infinity, infinity}), bad, "2 samples are not numbers"},
  };
  for (const BadCase& c : cases) {
    const Error error = error_of([&] { read_clip(bytes_of(c.bytes), "voice.wav"); });
    EXPECT_EQ(error.code(), c.code) << c.what << ": " << error.what();
    EXPECT_THAT(error.what(), HasSubstr(c.message)) << c.what;
    EXPECT_EQ(error.subject(), "voice.wav") << c.what;
  }
}

TEST(ReadClip, TooLongIsRefusedBeforeAndWhileDecoding) {
  const std::string wav_bytes = wav(sine(300, 2, 16000));
  const ReadOptions options{.max_seconds = 1.5};
  Error error = error_of([&] { read_clip(bytes_of(wav_bytes), "long.wav", options); });
  EXPECT_EQ(error.code(), ErrorCode::kInvalidAudio);
  EXPECT_THAT(error.what(), HasSubstr("longest allowed"));
  const std::string mp3 = encoded(FileFormat::kMp3, 2);
  error = error_of([&] { read_clip(bytes_of(mp3), "long.mp3", options); });
  EXPECT_THAT(error.what(), HasSubstr("longest allowed"));
  EXPECT_NO_THROW(read_clip(bytes_of(wav_bytes), "long.wav"));
}

TEST(ReadClip, MissingFolderAndUnreadable) {
  TempDir dir;
  EXPECT_EQ(error_of([&] { read_clip(dir / "none.wav"); }).code(), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { read_clip(dir.path()); }).code(), ErrorCode::kIo);
  ASSERT_EQ(::mkfifo((dir / "pipe.wav").c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { read_clip(dir / "pipe.wav"); }).code(), ErrorCode::kIo);
}

TEST(ReadClip, StreamedWavOfUnknownLength) {
  const Clip clip = sine(300, 0.5, 16000);
  auto bytes = streaming_wav_header(16000, 1);
  ASSERT_EQ(bytes.size(), 44U);
  for (int16_t x : to_pcm16(clip.samples)) {
    bytes.push_back(static_cast<uint8_t>(x));
    bytes.push_back(static_cast<uint8_t>(x >> 8));
  }
  const Clip back = read_clip(bytes, "stream.wav");
  EXPECT_EQ(back.frames(), clip.frames());
  EXPECT_GT(snr(clip, back, 0), 88);
}

TEST(ReadClip, EveryPrefixAndFlippedByteIsRefusedOrRead) {
  for (FileFormat format : {FileFormat::kWav, FileFormat::kFlac, FileFormat::kMp3,
                            FileFormat::kOggVorbis, FileFormat::kOpus}) {
    const std::string whole = encoded(format, 0.2);
    Rng rng(3);
    for (int i = 0; i < 60; ++i) {
      std::string bytes = whole.substr(0, rng.below(whole.size() + 1));
      if (i % 2 == 0 && !bytes.empty()) {
        bytes[rng.below(bytes.size())] ^= static_cast<char>(1 + rng.below(255));
      }
      try {
        const Clip clip = read_clip(bytes_of(bytes), "mutated");
        for (float x : clip.samples) ASSERT_TRUE(std::isfinite(x));
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::kInternal);
      }
    }
  }
}

TEST(WriteClip, PeakAboveOneIsScaledDown) {
  TempDir dir;
  write_clip(dir / "loud.wav", sine(300, 0.5, 16000, 2.5));
  const Clip loud = read_clip(dir / "loud.wav");
  EXPECT_NEAR(*std::max_element(loud.samples.begin(), loud.samples.end()), 1.0, 1e-3);
  EXPECT_GT(snr(sine(300, 0.5, 16000, 1.0), loud, 0), 60);  // scaled, not cut
}

TEST(WriteClip, RefusesWhatCannotBeWritten) {
  TempDir dir;
  const Clip clip = sine(300, 0.1, 16000);
  EXPECT_EQ(error_of([&] { write_clip(dir / "a.xyz", clip); }).code(), ErrorCode::kUsage);
  EXPECT_EQ(error_of([&] { write_clip(dir / "noextension", clip); }).code(), ErrorCode::kUsage);
  EXPECT_EQ(error_of([&] { write_clip(dir / "no/folder/a.wav", clip); }).code(), ErrorCode::kIo);
  EXPECT_EQ(error_of([&] {
              write_clip(dir / "a.wav", Clip{{}, 16000, 1});
            }).code(),
            ErrorCode::kInvalidAudio);
  Clip broken = clip;
  broken.samples[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(error_of([&] { write_clip(dir / "a.wav", broken); }).code(), ErrorCode::kInvalidAudio);
  EXPECT_EQ(dir.entries(), 0U);
}

TEST(ClipWriter, NothingAppearsWithoutCommit) {
  TempDir dir;
  write_file(dir / "out.flac", std::string_view("old"));
  {
    ClipWriter writer(dir / "out.flac", 16000);
    writer.write(sine(300, 1, 16000).samples);
  }
  EXPECT_EQ(dir.entries(), 1U);
  EXPECT_EQ(read_text(dir / "out.flac"), "old");
}

TEST(ClipWriter, PiecesGiveTheSameFileAsTheWhole) {
  TempDir dir;
  const Clip clip = sine(300, 1, 16000, 0.9);
  write_clip(dir / "whole.wav", clip);
  ClipWriter writer(dir / "pieces.wav", 16000);
  Rng rng(1);
  for (size_t at = 0; at < clip.samples.size();) {
    const size_t n = std::min<size_t>(rng.below(3000), clip.samples.size() - at);
    writer.write(std::span(clip.samples).subspan(at, n));
    at += n;
  }
  EXPECT_EQ(writer.frames(), 16000);
  EXPECT_EQ(writer.limited(), 0);
  writer.commit();
  EXPECT_EQ(read_file(dir / "pieces.wav"), read_file(dir / "whole.wav"));
}

TEST(ClipWriter, LimitsAndCounts) {
  TempDir dir;
  ClipWriter writer(dir / "a.wav", 16000);
  writer.write(std::vector<float>{0.0F, 1.5F, -2.0F, 1.0F, -1.0F});
  EXPECT_EQ(writer.limited(), 2);
  writer.commit();
  const Clip back = read_clip(dir / "a.wav");
  EXPECT_NEAR(back.samples[1], 1.0, 1e-4);
  EXPECT_NEAR(back.samples[2], -1.0, 1e-4);
}

TEST(ClipWriter, PipeGetsAStream) {
  TempDir dir;
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] {
    std::FILE* in = std::fopen((dir / "pipe").c_str(), "rb");
    char buffer[4096];
    for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, in)) > 0;) got.append(buffer, n);
    std::fclose(in);
  });
  {
    ClipWriter writer(dir / "pipe", 16000);
    writer.write(sine(300, 0.5, 16000).samples);
    writer.commit();
  }
  reader.join();
  EXPECT_EQ(got.size(), 44U + 16000U);
  EXPECT_EQ(read_clip(bytes_of(got), "pipe").frames(), 8000);
}

TEST(Formats, NamesAndTypes) {
  EXPECT_EQ(format_of("x/y.OPUS"), FileFormat::kOpus);
  EXPECT_EQ(parse_format("ogg"), FileFormat::kOggVorbis);
  EXPECT_EQ(mime_type(FileFormat::kMp3), "audio/mpeg");
  EXPECT_THROW(parse_format(""), Error);
  EXPECT_EQ(to_pcm16(std::vector<float>{1.0F, -1.0F, 0.5F, 2.0F}),
            (std::vector<int16_t>{32767, -32767, 16384, 32767}));
}

}  // namespace
}  // namespace myna::audio
