#include "base/error.h"

namespace myna {

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kInvalidText:
      return "invalid_text";
    case ErrorCode::kInvalidAudio:
      return "invalid_audio";
    case ErrorCode::kInvalidModel:
      return "invalid_model";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

Error::Error(ErrorCode code, const std::string& message, const std::string& subject)
    : std::runtime_error(subject.empty() ? message : subject + ": " + message),
      code_(code),
      subject_(subject),
      message_(message) {}

}  // namespace myna
