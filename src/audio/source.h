// Where the bytes of an audio file come from, and what can be said about them before decoding.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace myna::audio {

/// Random access to bytes. Implementations may throw Error(kIo).
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual int64_t size() const = 0;
  /// Copies up to out.size() bytes from `offset`; gives the number copied, 0 at the end.
  virtual size_t read(int64_t offset, std::span<uint8_t> out) const = 0;
};

enum class Container { kWav, kAiff, kFlac, kOgg, kMp3, kOther };

/// Looks at the signature. Throws Error(kInvalidAudio) for an empty file and for what is not audio,
/// saying what it seems to be, and Error(kUnsupported) for audio that is not decoded here.
Container identify(const ByteSource& source, const std::string& name);

/// Throws Error(kInvalidAudio) when the file's own structure shows that its end is missing.
void check_complete(const ByteSource& source, Container container, const std::string& name);

}  // namespace myna::audio
