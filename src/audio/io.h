// Audio files in and out, through libsndfile: WAV (also RF64, W64, AIFF, AU, CAF), FLAC, MP3, Ogg
// Vorbis and Opus. Reading accepts files from strangers: nothing is allocated by what a header
// claims, and everything that is not usable audio is refused with one Error that says why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audio/clip.h"

namespace myna::audio {

struct ReadOptions {
  double max_seconds = 600;  ///< longer recordings are refused
  bool mono = false;         ///< mix the channels while reading
  int sample_rate = 0;       ///< Hz to convert to while reading; 0 keeps the file's
};

/// Reads a whole recording. Throws Error: kNotFound (no such file), kIo (cannot be read),
/// kUnsupported (a known format that is not decoded here, e.g. M4A), kInvalidAudio (empty, not
/// audio, a saved web page, cut off, damaged, longer than max_seconds, samples that are no
/// numbers).
Clip read_clip(const std::filesystem::path& path, const ReadOptions& options = {});

/// The same for a file in memory; `name` is the subject of errors.
Clip read_clip(std::span<const uint8_t> bytes, const std::string& name,
               const ReadOptions& options = {});

enum class FileFormat { kWav, kFlac, kMp3, kOggVorbis, kOpus };

/// By the extension: .wav .flac .mp3 .ogg .opus, any case. Throws Error(kUsage) naming them.
FileFormat format_of(const std::filesystem::path& path);
/// "wav", "flac", "mp3", "ogg" or "opus"; throws Error(kUsage) for other words.
FileFormat parse_format(std::string_view name);
/// "audio/wav" and so on.
std::string_view mime_type(FileFormat format);

/// Writes a recording piece by piece. Samples are rounded to 16 bits without dither: x * 32767 to
/// the nearest integer, values outside [-1, 1] limited and counted. The file appears complete at
/// commit() or not at all (base/files.h). Not thread-safe.
///
/// The name "-" means standard output; it, devices and pipes receive a WAV stream whose header says
/// "length unknown" (0xFFFFFFFF), sent as it is written. Opus and MP3 know only some sample rates;
/// others are converted to 48000 Hz.
class ClipWriter {
 public:
  /// The format follows the extension. Throws Error(kUsage/kIo/kUnsupported).
  ClipWriter(const std::filesystem::path& path, int sample_rate, int channels = 1);
  ~ClipWriter();
  ClipWriter(ClipWriter&&) noexcept;
  ClipWriter& operator=(ClipWriter&&) noexcept;

  /// Interleaved samples, whole frames.
  void write(std::span<const float> samples);
  void commit();

  int64_t frames() const;   ///< frames given so far
  int64_t limited() const;  ///< samples that lay outside [-1, 1]

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes a whole clip. A clip whose peak is above 1 is scaled down to a peak of 1 first, so that
/// nothing is clipped; a quieter one is written as it is. Throws Error(kInvalidAudio) for a clip
/// without samples, with NaN or infinity, and what ClipWriter throws.
void write_clip(const std::filesystem::path& path, const Clip& clip);

/// The bytes of the file that write_clip would write.
std::vector<uint8_t> encode_clip(const Clip& clip, FileFormat format);

/// 16-bit samples as the writer makes them, little-endian; for streams of bare PCM.
std::vector<int16_t> to_pcm16(std::span<const float> samples);

/// Header of a WAV stream of unknown length, 16 bits, 44 bytes long.
std::vector<uint8_t> streaming_wav_header(int sample_rate, int channels);

}  // namespace myna::audio
