#include "text/en/tagger.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "text/en/letters.h"

namespace myna::text::en {
namespace {

// Of a record: what its key is to the word that is tagged. From kBesideTag on, plus a tag: together
// with that tag before (words), or before the tag that is the key (tags).
constexpr size_t kOwn = 0, kBefore = 1, kTwoBefore = 2, kAfter = 3, kTwoAfter = 4, kBesideTag = 5;
// First byte of keys that are no words.
constexpr char kEnding = 2, kLetter = 3, kTag = 4, kAlways = 5, kFixed = 6;

constexpr std::string_view kThirdPerson[] = {"he", "she", "it"};
constexpr std::string_view kOtherPersons[] = {"i", "we", "they", "you"};
constexpr std::string_view kOwners[] = {"my", "his", "her", "its", "our", "their", "your", "whose"};
constexpr std::string_view kHave[] = {"have", "has", "had", "having"};
constexpr std::string_view kBe[] = {"is", "are", "was", "were", "be", "been", "being", "am"};
constexpr std::string_view kBeforeInfinitive[] = {"will", "would", "can",   "could",  "shall",
                                                  "may",  "might", "must",  "should", "do",
                                                  "does", "did",   "let's", "to"};
constexpr std::string_view kBetween[] = {
    "not",     "never", "just",   "already", "barely",  "also", "often", "always", "even",
    "usually", "still", "really", "hardly",  "quickly", "soon", "only",  "ever",   "recently"};
constexpr std::string_view kAfterImperative[] = {
    "the", "a",     "an",  "this", "that", "these", "my",  "your",  "his", "her",  "its", "our",
    "me",  "their", "him", "us",   "them", "it",    "all", "every", "no",  "some", "any"};

bool has_any_ending(std::string_view word, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return word.ends_with(ending); });
}

bool is_have(std::string_view word) {
  return one_of(word, kHave) || has_any_ending(word, {"'ve", "aven't", "asn't", "adn't"});
}

bool is_be(std::string_view word) {
  return one_of(word, kBe) ||
         has_any_ending(word, {"'m", "'re", "isn't", "aren't", "wasn't", "weren't"});
}

bool is_before_infinitive(std::string_view word) {
  return one_of(word, kBeforeInfinitive) || has_any_ending(word, {"'ll", "'d"}) ||
         (word.ends_with("n't") && !is_have(word) && !is_be(word)) || word == "cannot";
}

/// How a word stands in the features of its neighbours.
std::string in_context(const std::string& lower) {
  if (lower.find('-') != std::string::npos && lower[0] != '-') return "!HYPHEN";
  if (lower.empty() || lower[0] < '0' || lower[0] > '9') return lower;
  const bool number = lower.find_first_not_of("0123456789") == std::string::npos;
  return number && lower.size() == 4 ? "!YEAR" : "!DIGITS";
}

std::string last_letters(const std::string& word) {
  return word.substr(word.size() - std::min<size_t>(3, word.size()));
}

bool starts_sentence(const std::vector<std::string>& tokens, size_t at) {
  return at == 0 || tokens[at - 1] == "." || tokens[at - 1] == "!" || tokens[at - 1] == "?";
}

}  // namespace

Tagger::Tagger(const LexiconFile& table, bool as_published)
    : table_(table),
      as_published_(as_published),
      names_(table.meta_words("tags")),
      kind_code_(table.meta("kind_code")),
      tag_code_(table.meta("tag_code")),
      value_code_(table.meta("value_code")) {
  const std::string_view values = table.meta("values");
  for (size_t i = 0; i + 1 < values.size(); i += 2)
    values_.push_back(static_cast<int16_t>(static_cast<unsigned char>(values[i]) |
                                           static_cast<unsigned char>(values[i + 1]) << 8));
  constexpr size_t kEdges = 2;
  if (names_.size() <= kEdges || names_.size() > 250)
    throw Error(ErrorCode::kInvalidModel, "the table of English tags is damaged; install it anew");
  tags_ = names_.size() - kEdges;
  nn_ = id("NN"), nns_ = id("NNS");
  vb_ = id("VB"), vbp_ = id("VBP"), vbz_ = id("VBZ"), vbd_ = id("VBD"), vbn_ = id("VBN");
  for (const std::string& name : names_) after_tag_.push_back(record(kTag + name));
  always_ = record(std::string(1, kAlways));
}

size_t Tagger::id(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end())
    throw Error(ErrorCode::kInvalidModel,
                "the table of English tags lacks " + std::string(name) + "; install it anew");
  return static_cast<size_t>(found - names_.begin());
}

Tagger::Record Tagger::record(const std::string& key) const {
  Record out;
  const auto value = table_.find(key);
  if (!value) return out;
  BitReader bits(*value);
  const size_t last_kind = kBesideTag + names_.size();
  for (auto kind = kind_code_.read(&bits); kind && *kind < last_kind;
       kind = kind_code_.read(&bits)) {
    for (auto tag = tag_code_.read(&bits); tag && *tag < tags_; tag = tag_code_.read(&bits)) {
      const auto number = value_code_.read(&bits);
      if (!number || *number >= values_.size()) return out;
      out.push_back({static_cast<uint8_t>(*kind), static_cast<uint8_t>(*tag), values_[*number]});
    }
  }
  return out;
}

size_t Tagger::fixed_tag(const std::vector<std::string>& tokens,
                         const std::vector<std::string>& lower, size_t at) const {
  auto tag = table_.find(kFixed + tokens[at]);
  if (!tag && !as_published_ && starts_sentence(tokens, at)) tag = table_.find(kFixed + lower[at]);
  if (!tag || tag->empty() || static_cast<unsigned char>(tag->front()) >= tags_) return tags_;
  const size_t found = static_cast<unsigned char>(tag->front());
  return !as_published_ && found == nn_ && agreement(lower, at, vb_) > 0 ? vb_ : found;
}

int Tagger::agreement(const std::vector<std::string>& lower, size_t at, size_t tag) const {
  // In the table's steps of a fifth: those of the perceptron are seldom above 25 in all.
  constexpr int kNever = -50, kHardly = -30, kLikely = 25;
  const bool finite = tag == vb_ || tag == vbp_ || tag == vbz_ || tag == vbd_;
  const bool noun = tag == nn_ || tag == nns_;
  if (starts_sentence(lower, at)) {
    const bool command =
        tag == vb_ && at + 1 < lower.size() && one_of(lower[at + 1], kAfterImperative);
    return command ? kLikely : 0;
  }
  size_t back = at;
  while (back > 0 && one_of(lower[back - 1], kBetween)) --back;
  if (back == 0) return 0;
  const std::string_view before = lower[back - 1];
  int out = 0;
  const bool third = one_of(before, kThirdPerson), other = one_of(before, kOtherPersons);
  if (third) out += tag == vbp_ || tag == vb_ ? kNever : noun ? kHardly : 0;
  if (other) out += noun || tag == vbz_ ? kHardly : 0;
  // "her" is an object as well: saw her run.
  if (one_of(before, kOwners) && finite && (before != "her" || tag == vb_)) out += kNever;
  if (is_be(before)) out += tag == vbn_ ? kLikely / 2 : finite ? kNever : 0;
  // In questions the person stands between: have you read, did he use.
  const size_t helper = third || other ? back - 1 : back;
  const std::string_view help = helper > 0 ? std::string_view(lower[helper - 1]) : "";
  if (is_have(help)) out += tag == vbn_ ? kLikely : finite ? kHardly : 0;
  if (is_before_infinitive(help) && tag == vb_) out += kLikely;
  return out;
}

size_t Tagger::best(const std::vector<int>& scores) const {
  size_t out = 0;  // of equal ones the last in the alphabet, as the reference takes it
  for (size_t i = 1; i < scores.size(); ++i) {
    if (scores[i] >= scores[out]) out = i;
  }
  return out;
}

std::vector<std::string> Tagger::tag(const std::vector<std::string>& tokens) const {
  std::vector<std::string> lower, context = {"-START-", "-START2-"};
  for (const std::string& token : tokens) {
    lower.push_back(lower_case(token));
    context.push_back(in_context(lower.back()));
  }
  context.insert(context.end(), {"-END-", "-END2-"});
  std::vector<Record> words(context.size()), endings(context.size());
  const auto open = [&](size_t i) {
    words[i] = record(context[i]);
    endings[i] = record(kEnding + last_letters(context[i]));
  };
  for (size_t i = 0; i < 4; ++i) open(i);
  std::vector<std::string> out;
  size_t last = names_.size() - 2, earlier = names_.size() - 1;
  for (size_t at = 0; at < tokens.size(); ++at) {
    const size_t i = at + 2;
    open(i + 2);
    size_t tag = fixed_tag(tokens, lower, at);
    if (tag == tags_) {
      std::vector<int> scores(tags_, 0);
      const auto add = [&](const Record& record, size_t kind) {
        auto weight = std::lower_bound(record.begin(), record.end(), kind,
                                       [](const Weight& w, size_t k) { return w.kind < k; });
        for (; weight != record.end() && weight->kind == kind; ++weight)
          scores[weight->tag] += weight->value;
      };
      add(always_, kOwn);
      add(record(kEnding + last_letters(tokens[at])), kOwn);
      add(record(kLetter + tokens[at].substr(0, 1)), kOwn);
      add(after_tag_[last], kBefore);
      add(after_tag_[earlier], kTwoBefore);
      add(after_tag_[last], kBesideTag + earlier);
      add(words[i], kOwn);
      add(words[i], kBesideTag + last);
      add(words[i - 1], kBefore);
      add(endings[i - 1], kBefore);
      add(words[i - 2], kTwoBefore);
      add(words[i + 1], kAfter);
      add(endings[i + 1], kAfter);
      add(words[i + 2], kTwoAfter);
      if (!as_published_) {
        for (size_t t = 0; t < tags_; ++t) scores[t] += agreement(lower, at, t);
      }
      tag = best(scores);
    }
    out.push_back(names_[tag]);
    earlier = last;
    last = tag;
    words[i - 2] = endings[i - 2] = {};  // a long text must not hold them all
  }
  return out;
}

double Tagger::rarity(const std::string& lower) const {
  // The more contexts it was met in, the commoner it is; the fit is to shares of words in
  // newspapers.
  const size_t met = record(lower).size();
  if (met == 0) return table_.find(kFixed + lower) ? 4.5 : 7.0;
  return std::clamp(7.5 - 1.9 * std::log10(static_cast<double>(met)), 1.3, 7.0);
}

}  // namespace myna::text::en
