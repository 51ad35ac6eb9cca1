// What a file is by its first bytes, so that a stand-in for a model (an error page, a Git-LFS
// pointer, half a download) is named for what it is.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace myna::tensor {

enum class FileFormat {
  kTorch,
  kSafetensors,
  kOnnx,
  kEmpty,
  kGitLfsPointer,
  kHtml,
  kXml,  ///< as storage services answer errors
  kJson,
  kText,
  kArchive,  ///< gzip, 7z, rar, tar, xz
  kAudio,
  kUnknown,
};

FileFormat file_format(std::span<const std::byte> bytes);

/// "a web page (HTML), as ...": what it is and, for a stand-in, what to do instead.
std::string_view format_description(FileFormat format);

}  // namespace myna::tensor
