#include "evaluation/holdout.h"

#include <algorithm>

#include "base/files.h"
#include "base/json.h"
#include "base/random.h"

namespace myna::evaluation {

bool Holdout::contains(const std::string& speaker, const std::string& item) const {
  return speakers.count(speaker) != 0 || sentences.count(item) != 0 ||
         sentences.count(item.substr(0, item.find('#'))) != 0;
}

Holdout read_holdout(const std::filesystem::path& path) {
  const std::string subject = path.string();
  const Json json = read_json(path);
  Holdout holdout;
  holdout.seed = require<uint64_t>(json, "seed", subject);
  const auto speakers = require<std::vector<std::string>>(json, "speakers", subject);
  holdout.speakers.insert(speakers.begin(), speakers.end());
  const auto sentences = require<std::vector<std::string>>(json, "sentences", subject);
  holdout.sentences.insert(sentences.begin(), sentences.end());
  holdout.evaluation_voices = require<std::vector<std::string>>(json, "evaluation_voices", subject);
  for (const auto& voice : holdout.evaluation_voices) {
    if (holdout.speakers.count(voice) == 0) {
      throw Error(ErrorCode::kInvalidModel,
                  "key \"evaluation_voices\" names " + voice + ", which is not held out", subject);
    }
  }
  return holdout;
}

void write_holdout(const std::filesystem::path& path, const Holdout& holdout) {
  const Json json = {{"seed", holdout.seed},
                     {"speakers", holdout.speakers},
                     {"evaluation_voices", holdout.evaluation_voices},
                     {"sentences", holdout.sentences}};
  write_file(path, json.dump(1) + "\n");
}

std::vector<std::string> draw(std::vector<std::string> names, size_t count, uint64_t seed) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  Rng rng(seed);
  count = std::min(count, names.size());
  for (size_t i = 0; i < count; ++i) std::swap(names[i], names[i + rng.below(names.size() - i)]);
  names.resize(count);
  return names;
}

}  // namespace myna::evaluation
