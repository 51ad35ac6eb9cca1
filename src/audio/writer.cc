#include <sndfile.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "audio/io.h"
#include "audio/resample.h"
#include "base/error.h"
#include "base/files.h"

namespace myna::audio {
namespace {

struct FormatRow {
  FileFormat format;
  std::string_view name;
  std::string_view mime;
  int sndfile;
};

constexpr FormatRow kFormats[] = {
    {FileFormat::kWav, "wav", "audio/wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
    {FileFormat::kFlac, "flac", "audio/flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
    {FileFormat::kMp3, "mp3", "audio/mpeg", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III},
    {FileFormat::kOggVorbis, "ogg", "audio/ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
    {FileFormat::kOpus, "opus", "audio/opus", SF_FORMAT_OGG | SF_FORMAT_OPUS},
};

const FormatRow& row_of(FileFormat format) {
  return *std::find_if(std::begin(kFormats), std::end(kFormats),
                       [&](const FormatRow& row) { return row.format == format; });
}

/// The rate to encode at.
int encoded_rate(FileFormat format, int rate) {
  static constexpr std::array kOpusRates = {8000, 12000, 16000, 24000, 48000};
  static constexpr std::array kMp3Rates = {8000,  11025, 12000, 16000, 22050,
                                           24000, 32000, 44100, 48000};
  const auto known = [&](const auto& rates) {
    return std::find(rates.begin(), rates.end(), rate) != rates.end();
  };
  if (format == FileFormat::kOpus && !known(kOpusRates)) return 48000;
  if (format == FileFormat::kMp3 && !known(kMp3Rates)) return 48000;
  return rate;
}

constexpr int64_t kMaxWavBytes = (int64_t{1} << 32) - 4096;

int16_t pcm16(float x) {
  return static_cast<int16_t>(std::lrintf(std::clamp(x, -1.0F, 1.0F) * 32767.0F));
}

void check_shape(int sample_rate, int channels, const std::string& name) {
  if (sample_rate <= 0 || channels <= 0) {
    throw Error(ErrorCode::kInternal, "audio without a rate or channels cannot be written", name);
  }
}

/// A libsndfile encoder fed with blocks. Vorbis wants small ones.
class Encoder {
 public:
  Encoder(SNDFILE* handle, FileFormat format, int channels, std::string name)
      : handle_(handle), format_(format), channels_(channels), name_(std::move(name)) {
    if (handle_ == nullptr) {
      throw Error(
          ErrorCode::kUnsupported,
          std::string("this audio cannot be written in this format: ") + sf_strerror(nullptr),
          name_);
    }
    if (format == FileFormat::kOggVorbis) {
      double quality = 0.6;
      sf_command(handle_, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
    }
    if (format == FileFormat::kFlac) {
      double effort = 0.8;
      sf_command(handle_, SFC_SET_COMPRESSION_LEVEL, &effort, sizeof effort);
    }
  }
  ~Encoder() {
    if (handle_ != nullptr) sf_close(handle_);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void write(std::span<const float> samples) {
    constexpr int64_t kBlock = 2048;
    const bool integers = format_ == FileFormat::kWav || format_ == FileFormat::kFlac;
    while (!samples.empty()) {
      const auto frames = std::min<int64_t>(kBlock, std::ssize(samples) / channels_);
      if (frames == 0) break;
      const auto piece = samples.first(static_cast<size_t>(frames * channels_));
      sf_count_t done = 0;
      if (integers) {
        shorts_.resize(piece.size());
        std::transform(piece.begin(), piece.end(), shorts_.begin(), pcm16);
        done = sf_writef_short(handle_, shorts_.data(), frames);
      } else {
        floats_.resize(piece.size());
        std::transform(piece.begin(), piece.end(), floats_.begin(),
                       [](float x) { return std::clamp(x, -1.0F, 1.0F); });
        done = sf_writef_float(handle_, floats_.data(), frames);
      }
      if (done != frames) throw_failed();
      samples = samples.subspan(piece.size());
    }
  }

  void close() {
    SNDFILE* handle = std::exchange(handle_, nullptr);
    if (sf_close(handle) != 0) {
      throw Error(ErrorCode::kIo, "the end of the file cannot be written; is the disk full?",
                  name_);
    }
  }

 private:
  [[noreturn]] void throw_failed() {
    throw Error(ErrorCode::kIo,
                std::string("writing failed (") + sf_strerror(handle_) + "); is the disk full?",
                name_);
  }

  SNDFILE* handle_;
  FileFormat format_;
  int channels_;
  std::string name_;
  std::vector<int16_t> shorts_;
  std::vector<float> floats_;
};

SF_INFO info_of(FileFormat format, int sample_rate, int channels) {
  SF_INFO info{};
  info.samplerate = encoded_rate(format, sample_rate);
  info.channels = channels;
  info.format = row_of(format).sndfile;
  return info;
}

}  // namespace

FileFormat parse_format(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const FormatRow& row : kFormats) {
    if (row.name == lower) return row.format;
  }
  throw Error(ErrorCode::kUsage, "not an audio format; use wav, flac, mp3, ogg or opus",
              std::string(name));
}

FileFormat format_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  try {
    return parse_format(extension.empty() ? "" : std::string_view(extension).substr(1));
  } catch (const Error&) {
    throw Error(ErrorCode::kUsage,
                "the name must end in .wav, .flac, .mp3, .ogg or .opus, it says the format",
                path.string());
  }
}

std::string_view mime_type(FileFormat format) { return row_of(format).mime; }

std::vector<int16_t> to_pcm16(std::span<const float> samples) {
  std::vector<int16_t> out(samples.size());
  std::transform(samples.begin(), samples.end(), out.begin(), pcm16);
  return out;
}

std::vector<uint8_t> streaming_wav_header(int sample_rate, int channels) {
  std::vector<uint8_t> out;
  out.reserve(44);
  const auto text = [&](std::string_view s) {
    for (char c : s) out.push_back(static_cast<uint8_t>(c));
  };
  const auto number = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
  };
  constexpr uint32_t kUnknown = 0xFFFFFFFF;
  const auto rate = static_cast<uint32_t>(sample_rate), count = static_cast<uint32_t>(channels);
  text("RIFF");
  number(kUnknown, 4);
  text("WAVEfmt ");
  number(16, 4);
  number(1, 2);  // PCM
  number(count, 2);
  number(rate, 4);
  number(rate * count * 2, 4);
  number(count * 2, 2);
  number(16, 2);
  text("data");
  number(kUnknown, 4);
  return out;
}

struct ClipWriter::Impl {
  std::string name;
  int channels = 1;
  int64_t frames = 0, limited = 0;
  int stream_fd = -1;  ///< a WAV stream goes here when there is no encoder
  std::unique_ptr<AtomicFile> file;
  std::unique_ptr<Resampler> resampler;
  std::unique_ptr<Encoder> encoder;  ///< after file: it is closed first
  bool wav_file = false;
  std::vector<float> converted;
};

ClipWriter::ClipWriter(const std::filesystem::path& path, int sample_rate, int channels)
    : impl_(std::make_unique<Impl>()) {
  impl_->name = path == "-" ? "standard output" : path.string();
  impl_->channels = channels;
  check_shape(sample_rate, channels, impl_->name);
  if (path == "-") {
    impl_->stream_fd = STDOUT_FILENO;
  } else {
    std::error_code ignored;
    const bool special = std::filesystem::exists(path, ignored) &&
                         !std::filesystem::is_regular_file(path, ignored) &&
                         !std::filesystem::is_directory(path, ignored);
    const FileFormat format = special ? FileFormat::kWav : format_of(path);
    impl_->file = std::make_unique<AtomicFile>(path);
    if (impl_->file->direct()) {
      impl_->stream_fd = impl_->file->fd();
    } else {
      impl_->wav_file = format == FileFormat::kWav;
      SF_INFO info = info_of(format, sample_rate, channels);
      impl_->encoder = std::make_unique<Encoder>(
          sf_open_fd(impl_->file->fd(), SFM_WRITE, &info, SF_FALSE), format, channels, impl_->name);
      if (info.samplerate != sample_rate) {
        impl_->resampler = std::make_unique<Resampler>(sample_rate, info.samplerate, channels);
      }
    }
  }
  if (impl_->stream_fd >= 0) {
    write_all(impl_->stream_fd, streaming_wav_header(sample_rate, channels), impl_->name);
  }
}

ClipWriter::~ClipWriter() = default;
ClipWriter::ClipWriter(ClipWriter&&) noexcept = default;
ClipWriter& ClipWriter::operator=(ClipWriter&&) noexcept = default;

int64_t ClipWriter::frames() const { return impl_->frames; }
int64_t ClipWriter::limited() const { return impl_->limited; }

void ClipWriter::write(std::span<const float> samples) {
  if (samples.size() % impl_->channels != 0) {
    throw Error(ErrorCode::kInternal, "whole frames are wanted", impl_->name);
  }
  for (float x : samples) {
    if (!std::isfinite(x)) {
      throw Error(ErrorCode::kInternal, "the audio to write contains NaN or infinity", impl_->name);
    }
    impl_->limited += std::abs(x) > 1.0F;
  }
  impl_->frames += std::ssize(samples) / impl_->channels;
  if (impl_->wav_file && impl_->frames * impl_->channels * 2 > kMaxWavBytes) {
    throw Error(ErrorCode::kUnsupported, "a WAV file cannot be longer than 4 GB; use .flac",
                impl_->name);
  }
  if (impl_->stream_fd >= 0) {
    const std::vector<int16_t> pcm = to_pcm16(samples);
    const auto* bytes = reinterpret_cast<const uint8_t*>(pcm.data());
    return write_all(impl_->stream_fd, {bytes, pcm.size() * 2}, impl_->name);
  }
  if (impl_->resampler == nullptr) return impl_->encoder->write(samples);
  impl_->converted.clear();
  impl_->resampler->process(samples, impl_->converted);
  impl_->encoder->write(impl_->converted);
}

void ClipWriter::commit() {
  if (impl_->resampler != nullptr) {
    impl_->converted.clear();
    impl_->resampler->flush(impl_->converted);
    impl_->encoder->write(impl_->converted);
  }
  if (impl_->encoder != nullptr) impl_->encoder->close();
  if (impl_->file != nullptr) impl_->file->commit();
}

namespace {

/// The clip with a peak of at most 1.
Clip within_range(const Clip& clip, const std::string& name) {
  if (clip.samples.empty()) {
    throw Error(ErrorCode::kInvalidAudio, "there is no sound to write", name);
  }
  float peak = 0;
  for (float x : clip.samples) {
    if (!std::isfinite(x)) {
      throw Error(ErrorCode::kInvalidAudio, "the audio to write contains NaN or infinity", name);
    }
    peak = std::max(peak, std::abs(x));
  }
  Clip out = clip;
  if (peak > 1.0F) {
    for (float& x : out.samples) x /= peak;
  }
  return out;
}

/// A growing file in memory, in the form that libsndfile wants.
struct MemoryFile {
  std::vector<uint8_t> bytes;
  int64_t at = 0;

  static sf_count_t length(void* self) { return std::ssize(static_cast<MemoryFile*>(self)->bytes); }
  static sf_count_t seek(sf_count_t offset, int whence, void* self) {
    auto& file = *static_cast<MemoryFile*>(self);
    const int64_t base = whence == SEEK_SET   ? 0
                         : whence == SEEK_CUR ? file.at
                                              : std::ssize(file.bytes);
    file.at = std::max<int64_t>(0, base + offset);
    return file.at;
  }
  static sf_count_t read(void* out, sf_count_t count, void* self) {
    auto& file = *static_cast<MemoryFile*>(self);
    const int64_t got = std::clamp<int64_t>(std::ssize(file.bytes) - file.at, 0, count);
    std::copy_n(file.bytes.begin() + std::min<int64_t>(file.at, std::ssize(file.bytes)), got,
                static_cast<uint8_t*>(out));
    file.at += got;
    return got;
  }
  static sf_count_t write(const void* in, sf_count_t count, void* self) {
    auto& file = *static_cast<MemoryFile*>(self);
    const auto end = static_cast<size_t>(file.at + count);
    if (end > file.bytes.size()) file.bytes.resize(end);
    std::copy_n(static_cast<const uint8_t*>(in), count, file.bytes.begin() + file.at);
    file.at += count;
    return count;
  }
  static sf_count_t tell(void* self) { return static_cast<MemoryFile*>(self)->at; }
};

}  // namespace

void write_clip(const std::filesystem::path& path, const Clip& clip) {
  const Clip safe = within_range(clip, path.string());
  ClipWriter writer(path, safe.sample_rate, safe.channels);
  writer.write(safe.samples);
  writer.commit();
}

std::vector<uint8_t> encode_clip(const Clip& clip, FileFormat format) {
  const std::string name(row_of(format).name);
  check_shape(clip.sample_rate, clip.channels, name);
  const Clip safe = resample(within_range(clip, name), encoded_rate(format, clip.sample_rate));
  MemoryFile file;
  SF_VIRTUAL_IO io{MemoryFile::length, MemoryFile::seek, MemoryFile::read, MemoryFile::write,
                   MemoryFile::tell};
  SF_INFO info = info_of(format, safe.sample_rate, safe.channels);
  Encoder encoder(sf_open_virtual(&io, SFM_WRITE, &info, &file), format, safe.channels, name);
  encoder.write(safe.samples);
  encoder.close();
  return std::move(file.bytes);
}

}  // namespace myna::audio
