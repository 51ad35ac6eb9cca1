#include <fcntl.h>
#include <sndfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "audio/io.h"
#include "audio/resample.h"
#include "audio/source.h"
#include "base/error.h"

namespace myna::audio {
namespace {

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  int64_t size() const override { return std::ssize(bytes_); }
  size_t read(int64_t offset, std::span<uint8_t> out) const override {
    if (offset < 0 || offset >= size()) return 0;
    const size_t count = std::min(out.size(), bytes_.size() - static_cast<size_t>(offset));
    std::memcpy(out.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  std::span<const uint8_t> bytes_;
};

class FileSource : public ByteSource {
 public:
  explicit FileSource(const std::filesystem::path& path) : name_(path.string()) {
    fd_ = ::open(name_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd_ < 0) {
      if (errno == ENOENT || errno == ENOTDIR) {
        throw Error(ErrorCode::kNotFound, "there is no such recording; check the path", name_);
      }
      throw Error(ErrorCode::kIo,
                  std::string("the recording cannot be opened: ") + std::strerror(errno), name_);
    }
    struct stat status {};
    if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
      ::close(fd_);
      throw Error(ErrorCode::kIo,
                  S_ISDIR(status.st_mode) ? "this is a folder; name a recording in it"
                                          : "this is not an ordinary file; name a recording",
                  name_);
    }
    size_ = status.st_size;
  }
  ~FileSource() override { ::close(fd_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  int64_t size() const override { return size_; }
  size_t read(int64_t offset, std::span<uint8_t> out) const override {
    size_t done = 0;
    while (done < out.size()) {
      const ssize_t got =
          ::pread(fd_, out.data() + done, out.size() - done, offset + static_cast<int64_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

 private:
  std::string name_;
  int fd_ = -1;
  int64_t size_ = 0;
};

/// A ByteSource with a position, in the form that libsndfile wants. Nothing may be thrown through
/// it.
struct VirtualFile {
  const ByteSource* source;
  int64_t at = 0;

  static sf_count_t length(void* self) { return static_cast<VirtualFile*>(self)->source->size(); }
  static sf_count_t seek(sf_count_t offset, int whence, void* self) {
    auto& file = *static_cast<VirtualFile*>(self);
    const int64_t base = whence == SEEK_SET   ? 0
                         : whence == SEEK_CUR ? file.at
                                              : file.source->size();
    int64_t to = 0;
    if (__builtin_add_overflow(base, offset, &to) || to < 0) return -1;
    file.at = to;
    return to;
  }
  static sf_count_t read(void* out, sf_count_t count, void* self) {
    auto& file = *static_cast<VirtualFile*>(self);
    if (count <= 0) return 0;
    const size_t got =
        file.source->read(file.at, {static_cast<uint8_t*>(out), static_cast<size_t>(count)});
    file.at += static_cast<int64_t>(got);
    return static_cast<sf_count_t>(got);
  }
  static sf_count_t write(const void*, sf_count_t, void*) { return 0; }
  static sf_count_t tell(void* self) { return static_cast<VirtualFile*>(self)->at; }
};

/// A decoder that closes itself.
struct Decoder {
  SNDFILE* handle = nullptr;
  SF_INFO info{};
  ~Decoder() {
    if (handle != nullptr) sf_close(handle);
  }
};

std::string minutes(double seconds) {
  char text[48];
  std::snprintf(text, sizeof text, "%d min %.0f s", static_cast<int>(seconds / 60),
                seconds - 60 * std::floor(seconds / 60));
  return text;
}

[[noreturn]] void throw_too_long(double seconds, bool at_least, const ReadOptions& options,
                                 const std::string& name) {
  throw Error(ErrorCode::kInvalidAudio,
              "the recording lasts " + std::string(at_least ? "more than " : "") +
                  minutes(seconds) + ", the longest allowed here is " +
                  minutes(options.max_seconds) + "; cut a shorter piece",
              name);
}

void check_info(const SF_INFO& info, const std::string& name) {
  constexpr int kMinRate = 1000, kMaxRate = 768000, kMaxChannels = 32;
  if (info.samplerate < kMinRate || info.samplerate > kMaxRate) {
    throw Error(ErrorCode::kInvalidAudio,
                "the file claims " + std::to_string(info.samplerate) +
                    " samples per second, which no recording has; it is damaged",
                name);
  }
  if (info.channels < 1 || info.channels > kMaxChannels) {
    throw Error(ErrorCode::kInvalidAudio,
                "the file claims " + std::to_string(info.channels) +
                    " channels, at most 32 are read; mix it down first",
                name);
  }
}

void append_mono(std::span<const float> frames, int channels, std::vector<float>& out) {
  const float scale = 1.0F / static_cast<float>(channels);
  for (size_t i = 0; i + channels <= frames.size(); i += channels) {
    float sum = 0;
    for (int c = 0; c < channels; ++c) sum += frames[i + c];
    out.push_back(sum * scale);
  }
}

Clip decode(const ByteSource& source, const std::string& name, const ReadOptions& options) {
  const Container container = identify(source, name);
  check_complete(source, container, name);
  VirtualFile file{&source};
  SF_VIRTUAL_IO io{VirtualFile::length, VirtualFile::seek, VirtualFile::read, VirtualFile::write,
                   VirtualFile::tell};
  Decoder decoder;
  decoder.handle = sf_open_virtual(&io, SFM_READ, &decoder.info, &file);
  if (decoder.handle == nullptr) {
    throw Error(ErrorCode::kInvalidAudio,
                std::string("the recording cannot be decoded (") + sf_strerror(nullptr) +
                    "); it is damaged or cut off",
                name);
  }
  const SF_INFO info = decoder.info;
  check_info(info, name);
  // An MP3 length may be an estimate; the others are stated.
  const auto limit = static_cast<int64_t>(options.max_seconds * info.samplerate);
  const bool length_known =
      container != Container::kMp3 && info.frames > 0 && info.frames < (int64_t{1} << 40);
  if (length_known && info.frames > limit) {
    throw_too_long(static_cast<double>(info.frames) / info.samplerate, false, options, name);
  }

  const int channels = options.mono ? 1 : info.channels;
  const int rate = options.sample_rate > 0 ? options.sample_rate : info.samplerate;
  Clip clip{{}, rate, channels};
  Resampler resampler(info.samplerate, rate, channels);
  constexpr int64_t kBlock = 4096;
  std::vector<float> block(static_cast<size_t>(kBlock * info.channels));
  std::vector<float> mixed;
  int64_t frames = 0, not_numbers = 0;
  while (true) {
    const sf_count_t got = sf_readf_float(decoder.handle, block.data(), kBlock);
    if (got <= 0) break;
    frames += got;
    if (frames > limit) throw_too_long(options.max_seconds, true, options, name);
    const std::span<const float> samples(block.data(), static_cast<size_t>(got) * info.channels);
    not_numbers +=
        std::count_if(samples.begin(), samples.end(), [](float x) { return !std::isfinite(x); });
    if (not_numbers > 0) continue;
    if (channels != info.channels) {
      mixed.clear();
      append_mono(samples, info.channels, mixed);
      resampler.process(mixed, clip.samples);
    } else {
      resampler.process(samples, clip.samples);
    }
  }
  if (not_numbers > 0) {
    throw Error(ErrorCode::kInvalidAudio,
                std::to_string(not_numbers) +
                    " samples are not numbers (NaN or infinity); export the recording again",
                name);
  }
  const bool cut = (container == Container::kFlac && length_known && frames < info.frames) ||
                   sf_error(decoder.handle) != SF_ERR_NO_ERROR;
  if (cut && frames > 0) {
    throw Error(ErrorCode::kInvalidAudio,
                "decoding stopped after " + minutes(static_cast<double>(frames) / info.samplerate) +
                    "; the file is cut off or damaged, copy it again",
                name);
  }
  if (frames == 0) {
    throw Error(ErrorCode::kInvalidAudio, "the recording contains no sound; record it again", name);
  }
  resampler.flush(clip.samples);
  return clip;
}

}  // namespace

Clip read_clip(const std::filesystem::path& path, const ReadOptions& options) {
  return decode(FileSource(path), path.string(), options);
}

Clip read_clip(std::span<const uint8_t> bytes, const std::string& name,
               const ReadOptions& options) {
  return decode(MemorySource(bytes), name, options);
}

}  // namespace myna::audio
