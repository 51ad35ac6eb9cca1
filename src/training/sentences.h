// Texts for the synthetic voices: sentences from the files of `fortune` (prose, proverbs, Tang
// poems) and from the recipe's own templates.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace myna::training {

/// True when a voice can read it plainly: English of 3 to 16 words in letters, Mandarin of 5 to 30
/// characters; nothing but the usual marks besides.
bool is_plain_sentence(std::string_view sentence, std::string_view language);

/// Plain sentences of a fortune file, without attributions. Throws Error(kNotFound) when the file
/// does not exist.
std::vector<std::string> fortune_sentences(const std::filesystem::path& path,
                                           std::string_view language);

/// Random sentences of a template file. Its lines: `# comment`, `{slot} = value | value | ...`, or
/// a template. A template and a value may hold {slot} and {lo-hi} (a whole number). Throws
/// Error(kInvalidModel) naming the line and the unknown slot.
class Templates {
 public:
  explicit Templates(const std::filesystem::path& path);
  ~Templates();

  /// `count` different sentences, or as many as 20 * count draws give.
  std::vector<std::string> draw(size_t count, Rng rng) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Order in which every next sentence adds the most of what its predecessors had least of: greedy
/// among blocks of candidates. `units`: the phones of every sentence. Returns indices.
std::vector<size_t> order_for_coverage(const std::vector<std::vector<int32_t>>& units, Rng rng);

}  // namespace myna::training
