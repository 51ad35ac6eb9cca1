#include "text/ja/analyser.h"

#include <algorithm>
#include <limits>

#include "base/utf8.h"

namespace myna::text::ja {
namespace {

constexpr size_t kLongestGroup = 24;  ///< characters of an unknown word that takes all it can

/// A word in the lattice. Nodes that end at the same place form a list, the last one first.
struct Node {
  Entry entry;
  uint16_t left = 0, right = 0;  ///< classes; 0 at both ends of the text
  size_t bytes = 0;
  int64_t total = 0;  ///< cost of the best path up to here
  int32_t previous = -1;
  int32_t same_end = -1;
};

class Lattice {
 public:
  Lattice(const Dictionary& dictionary, std::string_view text, const std::vector<size_t>& cuts)
      : dictionary_(dictionary), text_(text), cuts_(cuts), ends_(text.size() + 1, -1) {
    nodes_.push_back({});  // the start, of class 0
    ends_[0] = 0;
  }

  std::vector<Morpheme> best_path() {
    for (size_t at = 0; at < text_.size(); ++at) {
      if (ends_[at] < 0) continue;
      const auto cut = std::upper_bound(cuts_.begin(), cuts_.end(), at);
      stop_ = cut == cuts_.end() ? text_.size() : *cut;
      candidates(at);
      // MeCab tries the last candidate first, which matters where costs are equal.
      for (size_t i = found_.size(); i-- > 0;) add(at, found_[i]);
    }
    Node end;
    connect(text_.size(), &end);
    std::vector<Morpheme> out;
    size_t at = text_.size();
    for (int32_t i = end.previous; i > 0; i = nodes_[i].previous) {
      at -= nodes_[i].bytes;
      out.push_back({text_.substr(at, nodes_[i].bytes), nodes_[i].entry});
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  struct Character {
    Dictionary::Character kind;
    size_t bytes;
  };
  Character character(size_t at) const {
    const size_t begin = at;
    const char32_t c = next_code_point(text_, at);
    return {dictionary_.character(c), at - begin};
  }

  /// Words of the dictionary and unknown words that start at `at`.
  void candidates(size_t at) {
    found_.clear();
    dictionary_.find_prefixes(text_.substr(at, stop_ - at), &found_);
    const Character first = character(at);
    if (!found_.empty() && !first.kind.always) return;
    const std::vector<Entry>& entries = dictionary_.unknown_words(first.kind.kind);
    auto unknown = [&](size_t end) {
      for (const Entry& entry : entries) found_.push_back({end - at, entry});
    };
    const size_t one = at + first.bytes;
    size_t group_end = 0;
    if (first.kind.group) {
      size_t count = 0;
      group_end = one;
      uint32_t kinds = first.kind.kinds;
      while (group_end < stop_) {
        const Character next = character(group_end);
        if ((next.kind.kinds & kinds) == 0) break;
        kinds = next.kind.kinds;
        group_end += next.bytes;
        if (++count > kLongestGroup) break;
      }
      if (count <= kLongestGroup) {
        unknown(group_end);
      } else {
        group_end = 0;
      }
    }
    size_t end = one;
    for (size_t length = 1; length <= first.kind.longest; ++length) {
      if (end != group_end) {
        unknown(end);
        if (end == stop_) break;
        const Character next = character(end);
        if ((next.kind.kinds & first.kind.kinds) == 0) break;
        end += next.bytes;
      }
    }
    if (found_.empty()) unknown(one);
  }

  void connect(size_t at, Node* node) const {
    node->total = std::numeric_limits<int64_t>::max();
    for (int32_t i = ends_[at]; i >= 0; i = nodes_[i].same_end) {
      const int64_t total = nodes_[i].total + dictionary_.connection(nodes_[i].right, node->left);
      if (total < node->total) {
        node->total = total;
        node->previous = i;
      }
    }
    node->total += node->entry.cost;
  }

  void add(size_t at, const Dictionary::Found& found) {
    Node node;
    node.entry = found.entry;
    node.left = found.entry.kind->left;
    node.right = found.entry.kind->right;
    node.bytes = found.bytes;
    connect(at, &node);
    node.same_end = ends_[at + found.bytes];
    ends_[at + found.bytes] = static_cast<int32_t>(nodes_.size());
    nodes_.push_back(node);
  }

  const Dictionary& dictionary_;
  std::string_view text_;
  const std::vector<size_t>& cuts_;
  size_t stop_ = 0;  ///< no word from here reaches further
  std::vector<Node> nodes_;
  std::vector<int32_t> ends_;
  std::vector<Dictionary::Found> found_;
};

}  // namespace

std::vector<Morpheme> analyse(const Dictionary& dictionary, std::string_view text,
                              const std::vector<size_t>& cuts) {
  if (text.empty()) return {};
  return Lattice(dictionary, text, cuts).best_path();
}

}  // namespace myna::text::ja
