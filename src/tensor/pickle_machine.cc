// The opcodes. A pickle is a program of a stack machine with marks and a memo; here each opcode is
// a few lines that move indices of the tree about.
#include <bit>
#include <unordered_map>

#include "base/utf8.h"
#include "tensor/pickle.h"

namespace myna::tensor {
namespace {

constexpr size_t kMostStack = size_t{1} << 21, kMostMarks = 4096, kMostMemo = size_t{1} << 22;
constexpr size_t kLongestName = 256;    ///< of a module or global
constexpr size_t kLongestInteger = 64;  ///< bytes

/// Decimal text of a two's complement little-endian number.
std::string decimal(std::span<const std::byte> bytes) {
  const bool negative = !bytes.empty() && (bytes.back() & std::byte{0x80}) != std::byte{0};
  std::vector<uint8_t> digits = {0};  // lowest first
  int carry_in = 1;                   // negation: invert and add one
  std::vector<uint8_t> magnitude;
  for (const std::byte byte : bytes) {
    int value = int(byte);
    if (negative) {
      value = (~value & 0xFF) + carry_in;
      carry_in = value >> 8;
    }
    magnitude.push_back(uint8_t(value));
  }
  for (size_t i = magnitude.size(); i-- > 0;) {
    int carry = magnitude[i];
    for (uint8_t& digit : digits) {
      carry += digit * 256;
      digit = uint8_t(carry % 10);
      carry /= 10;
    }
    for (; carry > 0; carry /= 10) digits.push_back(uint8_t(carry % 10));
  }
  std::string text = negative ? "-" : "";
  for (size_t i = digits.size(); i-- > 0;) text += char('0' + digits[i]);
  return text;
}

class Machine {
 public:
  Machine(ByteReader& in, PickleTree& tree, const StorageLoader& load)
      : in_(in), tree_(tree), load_(load) {}

  PickleValue run() {
    if (in_.left() == 0) in_.fail("a pickle is empty");
    if (in_.u8() != 0x80) in_.fail("a pickle does not begin with its protocol");
    read_protocol();
    for (;;) {
      opcode_at_ = in_.at();
      const uint8_t opcode = in_.u8();
      if (opcode == '.') break;
      if (!scalar(opcode) && !container(opcode) && !memo(opcode) && !call(opcode)) {
        in_.fail_at(opcode_at_, "opcode " + std::to_string(opcode) +
                                    " is not among the few that a checkpoint may use");
      }
    }
    if (stack_.size() != 1 || !marks_.empty()) in_.fail("a pickle ends in the middle of a value");
    if (tree_.value(stack_.back()).is(PickleKind::kGlobal)) in_.fail("a pickle holds a class");
    return tree_.value(stack_.back());
  }

 private:
  using Items = PickleTree::Items;

  void read_protocol() {
    const uint8_t protocol = in_.u8();
    if (protocol < 2 || protocol > 5) {
      in_.fail("pickle protocol " + std::to_string(protocol) + " is not 2 to 5");
    }
  }

  void push(uint32_t id) {
    if (stack_.size() >= kMostStack) in_.fail("a pickle stacks too many values");
    stack_.push_back(id);
  }
  void push(PickleKind kind, std::variant<int64_t, double, std::string, Items> data) {
    push(tree_.add(kind, std::move(data)));
  }
  /// Place of the stack below which a mark forbids to go.
  size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  uint32_t top() {
    if (stack_.size() <= floor()) in_.fail_at(opcode_at_, "a pickle's stack runs empty");
    return stack_.back();
  }
  uint32_t pop() {
    const uint32_t id = top();
    stack_.pop_back();
    return id;
  }
  /// Everything above the last mark, which goes.
  Items pop_mark() {
    if (marks_.empty()) in_.fail_at(opcode_at_, "a pickle lacks a mark");
    const auto begin = stack_.begin() + std::ptrdiff_t(marks_.back());
    Items items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  std::string utf8(uint64_t size) {
    std::string text(in_.text(size));
    if (find_invalid_utf8(text)) in_.fail_at(opcode_at_, "a text is not UTF-8");
    return text;
  }
  void push_integer(uint64_t size) {
    if (size > kLongestInteger) in_.fail_at(opcode_at_, "an integer is too long");
    const auto bytes = in_.take(size);
    if (size > 8) return push(PickleKind::kBigInt, decimal(bytes));
    uint64_t value = 0;
    for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | uint64_t(bytes[i]);
    if (size > 0 && size < 8 && (bytes.back() & std::byte{0x80}) != std::byte{0}) {
      value |= ~uint64_t{0} << (8 * size);
    }
    push(PickleKind::kInt, std::bit_cast<int64_t>(value));
  }
  void push_float() {
    uint64_t bits = 0;  // big-endian, unlike everything else
    for (const std::byte byte : in_.take(8)) bits = bits << 8 | uint64_t(byte);
    push(PickleKind::kFloat, std::bit_cast<double>(bits));
  }

  bool scalar(uint8_t opcode) {
    switch (opcode) {
      case 'N':
        return push(PickleKind::kNone, int64_t{0}), true;
      case 0x88:
      case 0x89:
        return push(PickleKind::kBool, int64_t{opcode == 0x88}), true;
      case 'K':
        return push(PickleKind::kInt, int64_t{in_.u8()}), true;
      case 'M':
        return push(PickleKind::kInt, int64_t{in_.u16()}), true;
      case 'J':
        return push(PickleKind::kInt, int64_t{std::bit_cast<int32_t>(in_.u32())}), true;
      case 0x8a:
        return push_integer(in_.u8()), true;
      case 0x8b:
        return push_integer(in_.u32()), true;  // a negative size is too long
      case 'G':
        return push_float(), true;
      case 'X':
        return push(PickleKind::kString, utf8(in_.u32())), true;
      case 0x8c:
        return push(PickleKind::kString, utf8(in_.u8())), true;
      case 0x8d:
        return push(PickleKind::kString, utf8(in_.u64())), true;
      case 'B':
        return push(PickleKind::kBytes, std::string(in_.text(in_.u32()))), true;
      case 'C':
        return push(PickleKind::kBytes, std::string(in_.text(in_.u8()))), true;
      case 0x8e:
        return push(PickleKind::kBytes, std::string(in_.text(in_.u64()))), true;
      case 0x95:  // FRAME: how far a reader may read ahead
        return in_.skip(8), true;
      default:
        return false;
    }
  }

  void push_tuple(size_t size) {
    if (stack_.size() < floor() + size) in_.fail_at(opcode_at_, "a pickle's stack runs empty");
    const auto begin = stack_.end() - std::ptrdiff_t(size);
    Items items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    push(PickleKind::kTuple, std::move(items));
  }

  /// Adds items to the list or (key, value, ...) to the dict on top.
  void extend(PickleKind kind, const Items& items) {
    const PickleValue target = tree_.value(top());
    if (!target.is(kind)) {
      in_.fail_at(opcode_at_, kind == PickleKind::kList ? "it appends to what is not a list"
                                                        : "it sets an item of what is not a dict");
    }
    if (kind == PickleKind::kDict) {
      if (items.size() % 2 != 0) in_.fail_at(opcode_at_, "a key has no value");
      for (size_t i = 0; i < items.size(); i += 2) require_key(tree_.value(items[i]));
    }
    auto& all = std::get<Items>(tree_.node(target.id()).data);
    all.insert(all.end(), items.begin(), items.end());
  }
  void require_key(const PickleValue& key) {
    const PickleKind kind = key.kind();
    if (kind != PickleKind::kString && kind != PickleKind::kInt && kind != PickleKind::kBool &&
        kind != PickleKind::kFloat && kind != PickleKind::kNone) {
      in_.fail_at(opcode_at_, "a key of a dict is neither a text nor a number");
    }
  }

  bool container(uint8_t opcode) {
    switch (opcode) {
      case '(':
        if (marks_.size() >= kMostMarks) in_.fail_at(opcode_at_, "marks are nested too deeply");
        return marks_.push_back(stack_.size()), true;
      case '0':
        return pop(), true;
      case '1':
        return pop_mark(), true;
      case ']':
        return push(PickleKind::kList, Items()), true;
      case '}':
        return push(PickleKind::kDict, Items()), true;
      case ')':
        return push(PickleKind::kTuple, Items()), true;
      case 't':
        return push(PickleKind::kTuple, pop_mark()), true;
      case 0x85:
      case 0x86:
      case 0x87:
        return push_tuple(size_t(opcode) - 0x84), true;
      case 'a': {
        const uint32_t item = pop();
        return extend(PickleKind::kList, {item}), true;
      }
      case 'e': {
        const Items items = pop_mark();
        return extend(PickleKind::kList, items), true;
      }
      case 's': {
        const uint32_t value = pop(), key = pop();
        return extend(PickleKind::kDict, {key, value}), true;
      }
      case 'u': {
        const Items items = pop_mark();
        return extend(PickleKind::kDict, items), true;
      }
      default:
        return false;
    }
  }

  void remember(uint64_t index) {
    const uint32_t id = top();
    if (memo_.size() >= kMostMemo) in_.fail_at(opcode_at_, "a pickle remembers too many values");
    memo_[index] = id;
  }
  void recall(uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) {
      in_.fail_at(opcode_at_, "memo " + std::to_string(index) + " was never set");
    }
    push(found->second);
  }

  bool memo(uint8_t opcode) {
    switch (opcode) {
      case 'q':
        return remember(in_.u8()), true;
      case 'r':
        return remember(in_.u32()), true;
      case 0x94:
        return remember(memo_.size()), true;
      case 'h':
        return recall(in_.u8()), true;
      case 'j':
        return recall(in_.u32()), true;
      default:
        return false;
    }
  }

  void push_global(std::string_view module, std::string_view name) {
    if (!load_) in_.fail_at(opcode_at_, "plain data is wanted here, not a class");
    push(PickleKind::kGlobal, detail::find_global(module, name, in_));
  }

  bool call(uint8_t opcode) {
    switch (opcode) {
      case 'c': {
        const std::string_view module = in_.line(kLongestName);
        return push_global(module, in_.line(kLongestName)), true;
      }
      case 0x93: {
        const PickleValue name = tree_.value(pop()), module = tree_.value(pop());
        if (!name.is(PickleKind::kString) || !module.is(PickleKind::kString)) {
          in_.fail_at(opcode_at_, "the name of a class is not a text");
        }
        return push_global(module.text(), name.text()), true;
      }
      case 'R': {
        const uint32_t arguments = pop(), callee = pop();
        return push(detail::call_global(tree_, callee, arguments, in_)), true;
      }
      case 0x81: {
        const uint32_t arguments = pop(), callee = pop();
        return push(detail::make_object(tree_, callee, arguments, in_)), true;
      }
      case 'b': {
        const uint32_t state = pop();
        return detail::build_object(tree_, top(), state, in_), true;
      }
      case 'Q': {
        if (!load_) in_.fail_at(opcode_at_, "plain data is wanted here, not a storage");
        const uint32_t storage = load_(tree_.value(pop()), in_);
        return push(PickleKind::kStorage, int64_t{storage}), true;
      }
      default:
        return false;
    }
  }

  ByteReader& in_;
  PickleTree& tree_;
  const StorageLoader& load_;
  size_t opcode_at_ = 0;
  std::vector<uint32_t> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, uint32_t> memo_;
};

}  // namespace

PickleValue read_pickle(ByteReader& in, PickleTree& tree, const StorageLoader& load) {
  return Machine(in, tree, load).run();
}

}  // namespace myna::tensor
