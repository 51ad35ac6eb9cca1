// Letter-to-sound by a trained LetterNetwork: what the English front end is given.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "models/letter_network.h"
#include "models/model_file.h"
#include "text/en/letter_to_sound.h"

namespace myna::models {

/// Thread-safe. The network is made ready for `backend` when the first word is read.
class LetterToSound : public text::en::LetterToSound {
 public:
  /// `file`: a model of kind "letters". Throws as open_model_file.
  LetterToSound(std::shared_ptr<Backend> backend, const std::filesystem::path& file);

  std::vector<std::string> read(std::string_view word) const override;

 private:
  std::shared_ptr<Backend> backend_;
  ModelFile file_;
  LetterConfig config_;
  mutable std::once_flag ready_;
  mutable std::optional<LetterNetwork> network_;
};

}  // namespace myna::models
