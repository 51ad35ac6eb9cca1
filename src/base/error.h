// Errors of the whole program. Every failure that a user can cause or see is a myna::Error: it
// carries a stable code (for the C API and HTTP), and one sentence that says what is wrong and what
// to do, with the file or field it is about. Nothing below the command line prints or exits.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace myna {

enum class ErrorCode {
  kUsage,         ///< the caller's arguments are wrong (exit code 2)
  kInvalidText,   ///< empty, not UTF-8, nothing speakable
  kInvalidAudio,  ///< not audio, silent, too short, too long, truncated
  kInvalidModel,  ///< damaged, foreign or mismatched model file
  kNotFound,      ///< a named file or voice does not exist
  kIo,            ///< reading or writing failed
  kCancelled,     ///< the caller asked to stop
  kUnsupported,   ///< understood, but not possible here
  kInternal,      ///< a broken invariant: a defect of this program
};

/// Stable lower-case name of a code, e.g. "invalid_audio".
std::string_view error_code_name(ErrorCode code);

class Error : public std::runtime_error {
 public:
  /// `message`: one sentence naming what is wrong and the remedy. `subject`: file or field, may be
  /// empty; what() reads "subject: message".
  Error(ErrorCode code, const std::string& message, const std::string& subject = {});

  ErrorCode code() const { return code_; }
  const std::string& subject() const { return subject_; }
  const std::string& message() const { return message_; }

 private:
  ErrorCode code_;
  std::string subject_;
  std::string message_;
};

}  // namespace myna
