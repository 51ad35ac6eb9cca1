// Trains the letter-to-sound network with CTC on a pronouncing dictionary.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "training/training_run.h"

namespace myna::training {

/// `dictionary`: en_words.lex. Recipe sections: "model" (LetterConfig; its phones are the
/// dictionary's), "optimizer", "data": {"batch_frames": padded frames of a batch}. Metrics: shares
/// of the unseen words that are read right, "words" with stress, "words_without_stress",
/// "words_any_reading" when any pronunciation of the dictionary counts. Returns false when
/// cancelled.
bool train_letters(const std::filesystem::path& dictionary, const Json& recipe,
                   const RunOptions& options);

}  // namespace myna::training
