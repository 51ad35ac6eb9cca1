#include "tensor/file_format.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "tensor/onnx_file.h"
#include "tensor/torch_file.h"

namespace myna::tensor {
namespace {

constexpr size_t kProbe = 512;

bool looks_like_safetensors(std::span<const std::byte> bytes) {
  if (bytes.size() < 10 || bytes[8] != std::byte{'{'}) return false;
  uint64_t header = 0;
  for (size_t i = 8; i-- > 0;) header = header << 8 | uint64_t(bytes[i]);
  return header <= 100'000'000;
}

bool is_text(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    return uint8_t(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
}

std::string lower_start(std::string_view head) {
  const size_t begin = std::min(head.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), head.size());
  std::string text(head.substr(begin, 64));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return text;
}

bool is_archive(std::string_view head) {
  return head.starts_with("\x1F\x8B") || head.starts_with("7z\xBC\xAF") ||
         head.starts_with("Rar!") ||
         head.starts_with(
             "\xFD"
             "7zXZ") ||
         (head.size() >= 262 && head.substr(257, 5) == "ustar");
}

bool is_audio(std::string_view head) {
  return (head.starts_with("RIFF") && head.size() >= 12 && head.substr(8, 4) == "WAVE") ||
         head.starts_with("fLaC") || head.starts_with("OggS") || head.starts_with("ID3");
}

}  // namespace

FileFormat file_format(std::span<const std::byte> bytes) {
  if (bytes.empty()) return FileFormat::kEmpty;
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()),
                              std::min(bytes.size(), kProbe));
  if (looks_like_torch(bytes)) return FileFormat::kTorch;
  if (looks_like_safetensors(bytes)) return FileFormat::kSafetensors;
  if (is_archive(head)) return FileFormat::kArchive;
  if (is_audio(head)) return FileFormat::kAudio;
  const std::string start = lower_start(head);
  if (start.starts_with("version https://git-lfs.github.com/spec/"))
    return FileFormat::kGitLfsPointer;
  if (start.starts_with("<!doctype html") || start.starts_with("<html") ||
      start.starts_with("<head") || start.starts_with("<body")) {
    return FileFormat::kHtml;
  }
  if (start.starts_with("<?xml")) return FileFormat::kXml;
  if (is_text(head)) {
    return start.starts_with("{") || start.starts_with("[") ? FileFormat::kJson : FileFormat::kText;
  }
  if (looks_like_onnx(bytes)) return FileFormat::kOnnx;
  return FileFormat::kUnknown;
}

std::string_view format_description(FileFormat format) {
  switch (format) {
    case FileFormat::kTorch:
      return "a torch checkpoint";
    case FileFormat::kSafetensors:
      return "a safetensors file";
    case FileFormat::kOnnx:
      return "an ONNX model";
    case FileFormat::kEmpty:
      return "an empty file, as a failed download leaves it; download the model again";
    case FileFormat::kGitLfsPointer:
      return "a Git-LFS pointer and not the model itself; run `git lfs pull` in its folder or "
             "download the file by itself";
    case FileFormat::kHtml:
      return "a web page (HTML), as when an error page is saved under the name of a model; "
             "download the file again by its download button";
    case FileFormat::kXml:
      return "an XML document, as when an error message is saved under the name of a model; "
             "download the file again";
    case FileFormat::kJson:
      return "a JSON document and not a model; name the file that holds the weights";
    case FileFormat::kText:
      return "a text and not a model; download the file again";
    case FileFormat::kArchive:
      return "a packed archive; unpack it and name the model inside";
    case FileFormat::kAudio:
      return "a recording and not a model; give it behind --reference";
    case FileFormat::kUnknown:
      return "no known kind of model file; check that it is complete and the right one";
  }
  return "no known kind of model file";
}

}  // namespace myna::tensor
