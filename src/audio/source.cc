#include "audio/source.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace myna::audio {
namespace {

constexpr size_t kHeadBytes = 1024;

std::string head_of(const ByteSource& source) {
  std::array<uint8_t, kHeadBytes> buffer{};
  const size_t got = source.read(0, buffer);
  return {reinterpret_cast<const char*>(buffer.data()), got};
}

uint32_t little32(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = (value << 8) | static_cast<uint8_t>(bytes[i]);
  return value;
}

uint32_t big32(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = (value << 8) | static_cast<uint8_t>(bytes[i]);
  return value;
}

bool contains_without_case(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

bool looks_like_text(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte >= 0x20 || byte == '\n' || byte == '\r' || byte == '\t' || byte == '\f';
  });
}

/// The sync word of an MPEG layer III frame with a possible rate and bit rate.
bool is_mp3_frame(std::string_view head) {
  if (head.size() < 4) return false;
  const auto b = [&](int i) { return static_cast<uint8_t>(head[i]); };
  return b(0) == 0xFF && (b(1) & 0xE6) == 0xE2 && (b(1) & 0x18) != 0x08 && (b(2) >> 4) != 15 &&
         (b(2) & 0x0C) != 0x0C;
}

struct Signature {
  std::string_view magic;
  size_t offset;
  std::string_view kind;
};

// Files that people mistake for recordings this program reads.
constexpr Signature kForeignAudio[] = {
    {"ftyp", 4, "an MP4, M4A or AAC file"},
    {"\x1A\x45\xDF\xA3", 0, "a WebM or Matroska file"},
    {"\x30\x26\xB2\x75", 0, "a WMA file"},
    {"ADIF", 0, "an AAC file"},
    {"#!AMR", 0, "an AMR file"},
    {"MThd", 0, "a MIDI file"},
    {"MAC ", 0, "a Monkey's Audio file"},
    {"wvpk", 0, "a WavPack file"},
};
constexpr Signature kForeign[] = {
    {"PK\x03\x04", 0, "a ZIP archive"},
    {"%PDF", 0, "a PDF document"},
    {"\x89PNG", 0, "a PNG picture"},
    {"\xFF\xD8\xFF", 0, "a JPEG picture"},
    {"GIF8", 0, "a GIF picture"},
    {"\x1F\x8B", 0, "a gzip archive"},
    {"7z\xBC\xAF", 0, "a 7-Zip archive"},
    {"Rar!", 0, "a RAR archive"},
    {"\x7F"
     "ELF",
     0, "a program"},
    {"SQLite format 3", 0, "a database"},
};

bool has(std::string_view head, std::string_view magic, size_t offset = 0) {
  return head.size() >= offset + magic.size() && head.substr(offset, magic.size()) == magic;
}

[[noreturn]] void throw_not_audio(std::string_view head, const std::string& name) {
  const std::string remedy = "; give a WAV, FLAC, MP3, OGG or Opus recording";
  for (const Signature& s : kForeignAudio) {
    if (has(head, s.magic, s.offset)) {
      throw Error(ErrorCode::kUnsupported,
                  "this is " + std::string(s.kind) + ", which is not decoded here" + remedy, name);
    }
  }
  for (const Signature& s : kForeign) {
    if (has(head, s.magic, s.offset)) {
      throw Error(ErrorCode::kInvalidAudio,
                  "this is " + std::string(s.kind) + ", not audio" + remedy, name);
    }
  }
  if (has(head, "version https://git-lfs")) {
    throw Error(
        ErrorCode::kInvalidAudio,
        "this is a Git LFS pointer, not the recording itself; run \"git lfs pull\" where it "
        "came from",
        name);
  }
  if (contains_without_case(head, "<!doctype html") || contains_without_case(head, "<html")) {
    throw Error(ErrorCode::kInvalidAudio,
                "this is a saved web page, not audio; download the recording itself", name);
  }
  if (looks_like_text(head)) {
    throw Error(ErrorCode::kInvalidAudio, "this is a text file, not audio" + remedy, name);
  }
  const auto byte = [&](size_t i) { return i < head.size() ? static_cast<uint8_t>(head[i]) : 0; };
  if (byte(0) == 0xFF && (byte(1) & 0xF6) == 0xF0) {
    throw Error(ErrorCode::kUnsupported, "this is an AAC file, which is not decoded here" + remedy,
                name);
  }
  throw Error(ErrorCode::kInvalidAudio, "this is not an audio file of a known format" + remedy,
              name);
}

[[noreturn]] void throw_cut_off(int64_t promised, int64_t present, const std::string& name) {
  throw Error(ErrorCode::kInvalidAudio,
              "the recording is cut off: its header promises " + std::to_string(promised) +
                  " bytes of sound, " + std::to_string(std::max<int64_t>(present, 0)) +
                  " are there; copy the whole file again",
              name);
}

/// Walks RIFF or AIFF chunks to the sound data. Sizes that writers of streams use for "unknown" and
/// a few missing bytes at the end are forgiven.
void check_chunks(const ByteSource& source, bool big_endian, std::string_view data_id,
                  const std::string& name) {
  constexpr int64_t kForgiven = 4096;
  constexpr int kMaxChunks = 1000;
  int64_t at = 12;
  for (int i = 0; i < kMaxChunks && at + 8 <= source.size(); ++i) {
    std::array<uint8_t, 8> raw{};
    if (source.read(at, raw) < raw.size()) return;
    const std::string_view chunk(reinterpret_cast<const char*>(raw.data()), raw.size());
    const uint32_t size = big_endian ? big32(chunk.substr(4)) : little32(chunk.substr(4));
    const int64_t left = source.size() - at - 8;
    if (chunk.substr(0, 4) == data_id) {
      const bool unknown = size == 0 || size >= 0x7FFFF000U;
      if (!unknown && size > left + std::min<int64_t>(kForgiven, size / 100)) {
        throw_cut_off(size, left, name);
      }
      return;
    }
    at += 8 + int64_t{size} + (size & 1);
  }
}

/// The last Ogg page must be whole.
void check_last_page(const ByteSource& source, const std::string& name) {
  constexpr int64_t kMaxPage = 27 + 255 + 255 * 255;
  const int64_t start = std::max<int64_t>(0, source.size() - 2 * kMaxPage);
  std::vector<uint8_t> raw(static_cast<size_t>(source.size() - start));
  raw.resize(source.read(start, raw));
  const std::string_view tail(reinterpret_cast<const char*>(raw.data()), raw.size());
  const size_t page = tail.rfind("OggS");
  if (page == std::string_view::npos) return;  // the decoder will complain
  const std::string_view body = tail.substr(page);
  bool whole = body.size() >= 27;
  if (whole) {
    const size_t segments = static_cast<uint8_t>(body[26]);
    whole = body.size() >= 27 + segments;
    size_t length = 27 + segments;
    for (size_t i = 0; whole && i < segments; ++i) length += static_cast<uint8_t>(body[27 + i]);
    whole = whole && body.size() >= length;
  }
  if (!whole) {
    throw Error(ErrorCode::kInvalidAudio,
                "the recording is cut off inside its last page; copy the whole file again", name);
  }
}

/// MP3 files from an encoder state their length in a Xing or Info header inside the first frame.
/// One per cent less is forgiven: tags at the end are counted by some writers.
void check_xing(const ByteSource& source, const std::string& name) {
  std::array<uint8_t, 10> tag{};
  int64_t start = 0;
  if (source.read(0, tag) == tag.size() && tag[0] == 'I' && tag[1] == 'D' && tag[2] == '3') {
    start = 10;  // then a length of four times seven bits
    int64_t length = 0;
    for (int i = 6; i < 10; ++i) length = (length << 7) | (tag[i] & 0x7F);
    start += length;
  }
  std::array<uint8_t, 64> raw{};
  const size_t got = source.read(start, raw);
  const std::string_view frame(reinterpret_cast<const char*>(raw.data()), got);
  const size_t at = std::min(frame.find("Xing"), frame.find("Info"));
  constexpr uint32_t kHasFrames = 1, kHasBytes = 2;
  if (at == std::string_view::npos || at + 16 > frame.size()) return;
  const uint32_t flags = big32(frame.substr(at + 4));
  if ((flags & kHasBytes) == 0) return;
  const int64_t promised = big32(frame.substr(at + ((flags & kHasFrames) != 0 ? 12 : 8)));
  const int64_t left = source.size() - start;
  if (promised - left > promised / 100) throw_cut_off(promised, left, name);
}

}  // namespace

Container identify(const ByteSource& source, const std::string& name) {
  if (source.size() == 0) {
    throw Error(ErrorCode::kInvalidAudio, "the file is empty; give a recording", name);
  }
  const std::string head = head_of(source);
  if (has(head, "RIFF") || has(head, "RIFX")) {
    if (!has(head, "WAVE", 8)) throw_not_audio(head, name);
    return has(head, "RIFX") ? Container::kOther : Container::kWav;
  }
  if (has(head, "FORM")) return Container::kAiff;
  if (has(head, "fLaC")) return Container::kFlac;
  if (has(head, "OggS")) return Container::kOgg;
  if (has(head, "ID3") || is_mp3_frame(head)) return Container::kMp3;
  if (has(head, "RF64") || has(head, "riff\x2E\x91\xCF\x11") || has(head, ".snd") ||
      has(head, "caff")) {
    return Container::kOther;
  }
  throw_not_audio(head, name);
}

void check_complete(const ByteSource& source, Container container, const std::string& name) {
  switch (container) {
    case Container::kWav:
      return check_chunks(source, false, "data", name);
    case Container::kAiff:
      return check_chunks(source, true, "SSND", name);
    case Container::kOgg:
      return check_last_page(source, name);
    case Container::kMp3:
      return check_xing(source, name);
    case Container::kFlac:  // the decoder counts frames
    case Container::kOther:
      return;
  }
}

}  // namespace myna::audio
