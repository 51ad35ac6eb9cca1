// The recipe of a dataset: which recordings, which synthetic voices, what is held out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "training/speech_cleanup.h"

namespace myna::training {

/// How the recordings of a set become items.
enum class SetUse {
  kSentences,  ///< one item each
  kCut,        ///< long ones cut at pauses
  kJoin,       ///< isolated words of a speaker joined to items of a few seconds
};

struct SetRecipe {
  std::string name;
  SetUse use = SetUse::kSentences;
  size_t held_out_speakers = 0;
  size_t held_out_sentences = 0;
};

/// One synthetic voice in several variants.
struct VoiceRecipe {
  std::string engine;                 ///< "flite" or "espeak-ng"
  std::string voice;                  ///< name that the engine knows
  std::string language;               ///< "en", "zh"
  std::vector<std::string> variants;  ///< espeak-ng's voice variants; empty: none
  std::vector<double> scales;         ///< vocal tract scale factors, see synthetic_voices.h
  double hours = 0;                   ///< wanted
};

/// Texts of one language that the synthetic voices read.
struct TextRecipe {
  std::vector<std::string> fortune_files;  ///< absolute paths, files of `fortune`
  std::vector<std::string> corpus_sets;    ///< whose transcripts are read again
  std::filesystem::path templates;         ///< beside the recipe
  size_t from_templates = 0;               ///< sentences
};

struct DataRecipe {
  uint64_t seed = 0;
  int sample_rate = 16000;
  CleanupOptions cleanup;
  double join_seconds = 4.5;                     ///< length that joined words aim at
  double shortest_piece = 3, longest_piece = 7;  ///< seconds, for cutting
  double longest_item = 12;                      ///< longer ones are cut or left out
  size_t evaluation_voices = 0;
  double held_out_synthetic = 0;  ///< fraction of the sentences of every synthetic voice
  std::filesystem::path holdout;  ///< beside the recipe
  std::vector<SetRecipe> sets;
  std::vector<VoiceRecipe> voices;
  std::map<std::string, TextRecipe> texts;  ///< by language
  std::string digest;                       ///< SHA-256 of the file
};

/// Throws Error naming the file and the key that is wrong.
DataRecipe read_data_recipe(const std::filesystem::path& path);

}  // namespace myna::training
