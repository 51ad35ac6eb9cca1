#include "text/fasttext_model.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <cstring>

#include "base/error.h"

namespace myna::text {
namespace {

constexpr uint32_t kBuckets = 2000000;
constexpr size_t kBucketsTogether = 256;
constexpr size_t kStarts = kBuckets / kBucketsTogether + 2;
constexpr size_t kShortestNgram = 2, kLongestNgram = 4;
constexpr size_t kCodes = 8, kRowBytes = kCodes + 1, kCentroids = 256;
constexpr std::string_view kEndOfLine = "</s>", kLabelPrefix = "__label__";
constexpr std::string_view kBlanks(" \n\r\t\v\f\0", 7);

[[noreturn]] void damaged(const char* what) {
  throw Error(ErrorCode::kInvalidModel,
              std::string("the language model is damaged (") + what +
                  "); restore assets/lexicons/fasttext_lid.lex",
              "fasttext_lid.lex");
}

std::vector<float> read_floats(const LexiconFile& file, std::string_view name, size_t count) {
  const std::string_view bytes = file.meta(name);
  if (bytes.size() != count * sizeof(float)) damaged("a list of numbers has the wrong size");
  std::vector<float> out(count);
  std::memcpy(out.data(), bytes.data(), bytes.size());
  if (!std::all_of(out.begin(), out.end(), [](float x) { return std::isfinite(x); }))
    damaged("a number is not finite");
  return out;
}

uint16_t read_u16(std::string_view bytes, size_t index) {
  uint16_t out = 0;
  std::memcpy(&out, bytes.data() + index * sizeof out, sizeof out);
  return out;
}

/// FNV-1a as the published models have it: over signed bytes.
uint32_t hash(std::string_view bytes) {
  uint32_t out = 2166136261U;
  for (const char c : bytes)
    out = (out ^ static_cast<uint32_t>(static_cast<int32_t>(static_cast<int8_t>(c)))) * 16777619U;
  return out;
}

/// The logarithm that the model was trained with: finite at 0.
float log_of(float x) { return static_cast<float>(std::log(static_cast<double>(x) + 1e-5)); }

}  // namespace

struct FasttextModel::Mean {
  Vector sum = {};
  size_t count = 0;
};

struct FasttextModel::Search {
  Vector text;
  size_t most;
  float least;
  std::vector<std::pair<float, size_t>> best;  ///< logarithm and label, best first
};

FasttextModel::FasttextModel(const LexiconFile& file)
    : file_(file),
      labels_(file.meta_words("labels")),
      starts_(file.meta("bucket_starts")),
      bytes_(file.meta("bucket_bytes")),
      rows_(file.meta("bucket_rows")),
      centroids_(read_floats(file, "centroids", kCentroids * kDimensions)),
      norms_(read_floats(file, "norms", kCentroids)),
      output_(read_floats(file, "output", kNodes * kDimensions)) {
  const std::string_view tree = file.meta("tree");
  if (labels_.size() != kLabels || starts_.size() != kStarts * sizeof(uint16_t) ||
      rows_.size() != bytes_.size() * kRowBytes || tree.size() != kNodes * 2 * sizeof(uint16_t)) {
    damaged("its lists have the wrong sizes");
  }
  std::bitset<kLabels + kNodes> has_parent;
  for (size_t i = 0; i < kNodes; ++i) {
    for (size_t side = 0; side < 2; ++side) {
      const uint16_t child = tree_[i][side] = read_u16(tree, i * 2 + side);
      if (child >= kLabels + i || has_parent[child]) damaged("its labels do not form a tree");
      has_parent.set(child);
    }
  }
}

std::vector<FasttextModel::Answer> FasttextModel::classify(std::string_view text, size_t most,
                                                           float least) const {
  Mean mean;
  for (size_t end = 0, begin = text.find_first_not_of(kBlanks); begin != std::string_view::npos;
       begin = text.find_first_not_of(kBlanks, end)) {
    end = std::min(text.find_first_of(kBlanks, begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (word == kEndOfLine) break;
    if (word.substr(0, kLabelPrefix.size()) != kLabelPrefix) add_word(word, &mean);
  }
  add_word(kEndOfLine, &mean);
  Search search = {mean.sum, most, log_of(least), {}};
  for (float& x : search.text) x *= 1.0F / static_cast<float>(mean.count);
  descend(kLabels + kNodes - 1, 0, &search);
  std::vector<Answer> out;
  for (const auto& [score, label] : search.best)
    out.push_back({labels_[label], std::min(std::exp(score), 1.0F)});
  return out;
}

void FasttextModel::add_word(std::string_view word, Mean* mean) const {
  // Keys with U+0001 in front are the lists.
  const auto row = word[0] == '\x01' ? std::nullopt : file_.find(word);
  if (row) add_row(*row, mean);
  if (word == kEndOfLine) {
    if (!row) damaged("the end of a line has no row");
  } else {
    add_ngrams("<" + std::string(word) + ">", mean);
  }
}

void FasttextModel::add_ngrams(std::string_view word, Mean* mean) const {
  std::vector<size_t> characters;  // where each begins, and the end
  for (size_t i = 0; i < word.size(); ++i) {
    if ((word[i] & 0xC0) != 0x80) characters.push_back(i);
  }
  const size_t count = characters.size();
  characters.push_back(word.size());
  for (size_t begin = 0; begin < count; ++begin) {
    for (size_t n = kShortestNgram; n <= kLongestNgram && begin + n <= count; ++n) {
      const size_t from = characters[begin], to = characters[begin + n];
      const std::string_view row = row_of(hash(word.substr(from, to - from)) % kBuckets);
      if (!row.empty()) add_row(row, mean);
    }
  }
}

void FasttextModel::add_row(std::string_view row, Mean* mean) const {
  if (row.size() != kRowBytes) damaged("a row has the wrong size");
  const float norm = norms_[static_cast<unsigned char>(row[kCodes])];
  for (size_t k = 0; k < kCodes; ++k) {
    const float* pair = &centroids_[(k * kCentroids + static_cast<unsigned char>(row[k])) * 2];
    mean->sum[k * 2] += norm * pair[0];
    mean->sum[k * 2 + 1] += norm * pair[1];
  }
  ++mean->count;
}

std::string_view FasttextModel::row_of(uint32_t bucket) const {
  const size_t group = bucket / kBucketsTogether;
  const size_t begin = read_u16(starts_, group), end = read_u16(starts_, group + 1);
  if (begin > end || end > bytes_.size()) damaged("a group of n-grams is out of place");
  const size_t found = bytes_.substr(begin, end - begin).find(static_cast<char>(bucket & 0xFF));
  return found == std::string_view::npos ? std::string_view()
                                         : rows_.substr((begin + found) * kRowBytes, kRowBytes);
}

void FasttextModel::descend(size_t node, float score, Search* search) const {
  auto& best = search->best;
  if (score < search->least) return;
  if (best.size() == search->most && score < best.back().first) return;
  if (node < kLabels) {
    const auto place = std::find_if(best.begin(), best.end(),
                                    [&](const auto& other) { return other.first < score; });
    best.insert(place, {score, node});
    if (best.size() > search->most) best.pop_back();
    return;
  }
  const size_t inner = node - kLabels;
  float sum = 0;
  for (size_t k = 0; k < kDimensions; ++k)
    sum += search->text[k] * output_[inner * kDimensions + k];
  const auto right = static_cast<float>(1.0 / (1.0 + static_cast<double>(std::exp(-sum))));
  const auto left = static_cast<float>(1.0 - static_cast<double>(right));
  descend(tree_[inner][0], score + log_of(left), search);
  descend(tree_[inner][1], score + log_of(right), search);
}

}  // namespace myna::text
