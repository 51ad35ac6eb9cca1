#include "models/polyphones.h"

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"

namespace myna::models {
namespace {

using text::zh::ClauseReading;

constexpr size_t kContext = 16;  ///< characters beside the first and the last polyphone
/// What GPT-SoVITS does not ask g2pW, and what it does not take from its list of certain readings.
constexpr std::u32string_view kNotAsked = U"一不和咋嗲剖差攢倒難奔勁拗肖瘙誒泊听噢";
constexpr std::u32string_view kNotCertain = U"似攢";

[[noreturn]] void refuse(const std::string& what, const std::string& subject) {
  throw Error(ErrorCode::kInvalidModel, what + "; convert g2pW again with `myna import --base DIR`",
              subject);
}

bool contains(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

}  // namespace

std::vector<std::pair<std::u32string, std::vector<std::string>>> parse_reading_lines(
    std::string_view lines, const std::string& subject) {
  std::vector<std::pair<std::u32string, std::vector<std::string>>> out;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const size_t tab = line.find('\t');
    if (tab == 0 || tab == std::string_view::npos) {
      refuse("line " + std::to_string(out.size() + 1) + " of its readings is no key and readings",
             subject);
    }
    std::vector<std::string> readings;
    for (size_t at = tab + 1; at <= line.size();) {
      const size_t end = std::min(line.find(' ', at), line.size());
      readings.emplace_back(line.substr(at, end - at));
      at = end + 1;
    }
    out.emplace_back(decode_utf8(std::string(line.substr(0, tab))), std::move(readings));
  }
  return out;
}

PolyphoneModel::PolyphoneModel(std::shared_ptr<Backend> backend, const std::filesystem::path& file)
    : backend_(std::move(backend)),
      file_(open_model_file(file, "g2pw")),
      config_(G2pwConfig::from_json(file_.config, file_.subject())),
      words_(require<std::string>(file_.record, "vocabulary", file_.subject()),
             value_or<bool>(file_.record, "lower_case", true, file_.subject()), file_.subject()) {
  const std::string subject = file_.subject();
  const auto lines = [&](const char* name) {
    return parse_reading_lines(require<std::string>(file_.record, name, subject), subject);
  };
  int64_t candidates = 0;
  for (auto& [key, readings] : lines("polyphones")) {
    const int64_t number = std::ssize(candidates_);
    if (key.size() != 1) refuse("its list of polyphones has a word", subject);
    if (!contains(kNotAsked, key[0])) characters_[key[0]] = number;
    candidates += std::ssize(readings);
    candidates_.push_back(std::move(readings));
  }
  if (std::ssize(candidates_) != config_.characters || candidates != config_.candidates ||
      words_.size() > config_.bert.vocabulary) {
    refuse("its tables do not go with its network", subject);
  }
  for (auto& [key, readings] : lines("certain")) {
    if (key.size() == 1 && readings.size() == 1 && !contains(kNotCertain, key[0]))
      certain_[key[0]] = readings[0];
  }
}

std::vector<ClauseReading> PolyphoneModel::read(std::u32string_view clause) const {
  const std::u32string text = traditional_.convert(clause);
  std::vector<ClauseReading> out(text.size());
  Queries queries;
  for (size_t i = 0; i < text.size(); ++i) {
    if (const auto found = characters_.find(text[i]); found != characters_.end()) {
      queries.emplace_back(i, found->second);
    } else if (const auto known = certain_.find(text[i]); known != certain_.end()) {
      out[i].pinyin = known->second;
    }
  }
  if (!queries.empty()) ask(text, queries, &out);
  return out;
}

/// A clause longer than the network reads is read in pieces.
void PolyphoneModel::ask(const std::u32string& text, const Queries& queries,
                         std::vector<ClauseReading>* out) const {
  std::call_once(network_ready_,
                 [&] { network_.emplace(backend_, *file_.source(), config_, Precision::kInt8); });
  const size_t first = queries.front().first, last = queries.back().first;
  const size_t begin = first - std::min(first, kContext);
  const auto tokens = words_.tokenize(
      std::u32string_view(text).substr(begin, std::min(text.size(), last + kContext + 1) - begin));
  const auto most = size_t(config_.bert.positions) - 2;
  auto next = queries.begin();
  for (size_t piece = 0; piece < tokens.size() && next != queries.end(); piece += most) {
    const size_t end = std::min(piece + most, tokens.size());
    std::vector<int64_t> ids = {words_.begin_mark()};
    std::vector<G2pw::Query> asked;
    std::vector<size_t> places;
    for (size_t n = piece; n < end; ++n) {
      ids.push_back(tokens[n].id);
      for (; next != queries.end() && next->first < begin + tokens[n].end; ++next) {
        asked.push_back({int64_t(n - piece) + 1, next->second});
        places.push_back(next->first);
      }
    }
    ids.push_back(words_.end_mark());
    if (asked.empty()) continue;
    const auto probabilities = network_->read(ids, asked);
    for (size_t q = 0; q < asked.size(); ++q) {
      const auto best = std::max_element(probabilities[q].begin(), probabilities[q].end());
      if (best == probabilities[q].end()) continue;
      const auto& readings = candidates_[size_t(asked[q].character)];
      (*out)[places[q]] = {readings[size_t(best - probabilities[q].begin())], true};
    }
  }
}

std::vector<std::string> PolyphoneModel::correction(std::u32string_view word) const {
  std::call_once(corrections_ready_, [&] {
    const std::string lines =
        value_or<std::string>(file_.record, "corrections", "", file_.subject());
    for (auto& [key, readings] : parse_reading_lines(lines, file_.subject()))
      corrections_[key] = std::move(readings);
  });
  const auto found = corrections_.find(std::u32string(word));
  return found == corrections_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace myna::models
