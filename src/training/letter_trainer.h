// Trains the letter-to-sound network on a pronouncing dictionary.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// `dictionary`: en_words.lex. Recipe sections: "model" (LetterConfig; its sounds are the
/// dictionary's), "optimizer", "data": {"batch_letters": padded letters of a batch}. Metrics: see
/// letter_check.h. Returns false when cancelled.
bool train_letters(const std::filesystem::path& dictionary, const Json& recipe,
                   const RunOptions& options);

}  // namespace myna::training
