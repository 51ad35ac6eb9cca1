#include "training/data_recipe.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"

namespace myna::training {
namespace {

SetUse parse_use(const std::string& name, const std::string& subject) {
  if (name == "sentences") return SetUse::kSentences;
  if (name == "cut") return SetUse::kCut;
  if (name == "join") return SetUse::kJoin;
  throw Error(ErrorCode::kInvalidModel, "key \"use\" must be sentences, cut or join, not " + name,
              subject);
}

std::vector<SetRecipe> read_sets(const Json& json, const std::string& subject) {
  std::vector<SetRecipe> sets;
  for (const auto& entry : require<Json::array_t>(json, "sets", subject)) {
    SetRecipe set;
    set.name = require<std::string>(entry, "name", subject);
    set.use = parse_use(require<std::string>(entry, "use", subject), subject);
    set.held_out_speakers = value_or<size_t>(entry, "held_out_speakers", 0, subject);
    set.held_out_sentences = value_or<size_t>(entry, "held_out_sentences", 0, subject);
    sets.push_back(set);
  }
  return sets;
}

std::vector<VoiceRecipe> read_voices(const Json& json, const std::string& subject) {
  std::vector<VoiceRecipe> voices;
  for (const auto& entry : require<Json::array_t>(json, "voices", subject)) {
    VoiceRecipe voice;
    voice.engine = require<std::string>(entry, "engine", subject);
    voice.voice = require<std::string>(entry, "voice", subject);
    voice.language = require<std::string>(entry, "language", subject);
    voice.variants = value_or<std::vector<std::string>>(entry, "variants", {""}, subject);
    voice.scales = value_or<std::vector<double>>(entry, "scales", {1.0}, subject);
    voice.hours = require<double>(entry, "hours", subject);
    if (voice.variants.empty() || voice.scales.empty() || voice.hours < 0) {
      throw Error(ErrorCode::kInvalidModel,
                  "voice " + voice.voice + " needs variants, scales and hours", subject);
    }
    voices.push_back(voice);
  }
  return voices;
}

std::map<std::string, TextRecipe> read_texts(const Json& json, const std::filesystem::path& beside,
                                             const std::string& subject) {
  std::map<std::string, TextRecipe> texts;
  for (const auto& [language, entry] : require<Json::object_t>(json, "texts", subject)) {
    TextRecipe& recipe = texts[language];
    using Strings = std::vector<std::string>;
    recipe.fortune_files = value_or<Strings>(entry, "fortune_files", {}, subject);
    recipe.corpus_sets = value_or<Strings>(entry, "corpus_sets", {}, subject);
    recipe.templates = beside / require<std::string>(entry, "templates", subject);
    recipe.from_templates = require<size_t>(entry, "from_templates", subject);
  }
  return texts;
}

}  // namespace

DataRecipe read_data_recipe(const std::filesystem::path& path) {
  const std::string subject = path.string();
  const std::string bytes = read_text(path);
  const Json json = parse_json(bytes, subject);
  DataRecipe recipe;
  recipe.digest = hex(sha256(std::string_view(bytes)));
  recipe.seed = require<uint64_t>(json, "seed", subject);
  recipe.sample_rate = require<int>(json, "sample_rate", subject);
  recipe.cleanup.level_db = require<float>(json, "level_db", subject);
  recipe.join_seconds = require<double>(json, "join_seconds", subject);
  recipe.shortest_piece = require<double>(json, "shortest_piece", subject);
  recipe.longest_piece = require<double>(json, "longest_piece", subject);
  recipe.longest_item = require<double>(json, "longest_item", subject);
  recipe.evaluation_voices = require<size_t>(json, "evaluation_voices", subject);
  recipe.held_out_synthetic = require<double>(json, "held_out_synthetic", subject);
  recipe.holdout = path.parent_path() / require<std::string>(json, "holdout", subject);
  recipe.sets = read_sets(json, subject);
  recipe.voices = read_voices(json, subject);
  recipe.texts = read_texts(json, path.parent_path(), subject);
  return recipe;
}

}  // namespace myna::training
