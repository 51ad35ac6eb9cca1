#include "cli/phones_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/terminal.h"

namespace myna::cli {
namespace {

constexpr size_t kWidestWord = 24, kWidestPhones = 40;

struct Row {
  std::string word, language, phones, ids;
};

/// `text` without line breaks at its ends, which would break the table.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

size_t width_of(const std::vector<Row>& rows, std::string Row::*column, size_t widest) {
  size_t width = 0;
  for (const Row& row : rows) width = std::max(width, display_width(row.*column));
  return std::min(width, widest);
}

}  // namespace

std::string phones_table(const text::Utterance& utterance) {
  std::string out = "text      " + one_line(utterance.text) + "\n";
  std::string runs;
  for (const auto& run : utterance.runs) {
    if (one_line(run.text).empty()) continue;
    runs += (runs.empty() ? "" : " | ") + std::string(text::language_code(run.language)) + " " +
            one_line(run.text);
  }
  out += "languages " + runs + "\n";
  out += "read as   " + one_line(utterance.normalized) + "\n";

  std::vector<Row> rows = {{"word", "lang", "phones", "ids"}};
  bool given = false;
  for (const text::Word& word : utterance.words) {
    Row row{word.text + (word.by_user ? " *" : ""),
            std::string(text::language_code(word.language)),
            {},
            {}};
    given |= word.by_user;
    for (size_t i = word.first_phone; i < word.first_phone + word.phone_count; ++i) {
      row.phones += (row.phones.empty() ? "" : " ") + utterance.phones[i];
      row.ids += (row.ids.empty() ? "" : " ") + std::to_string(utterance.ids[i]);
    }
    rows.push_back(std::move(row));
  }
  const size_t words = width_of(rows, &Row::word, kWidestWord);
  const size_t phones = width_of(rows, &Row::phones, kWidestPhones);
  for (const Row& row : rows) {
    out += fmt::format("  {}  {}  {}  {}\n", padded(row.word, words), padded(row.language, 4),
                       padded(row.phones, phones), row.ids);
  }
  if (given) out += "  * as you told it\n";
  for (const std::string& note : utterance.notes) out += "  note: " + note + "\n";
  return out;
}

Json phones_json(const text::Utterance& utterance) {
  Json runs = Json::array(), words = Json::array();
  for (const auto& run : utterance.runs) {
    runs.push_back({{"language", text::language_code(run.language)},
                    {"text", run.text},
                    {"normalized", run.normalized},
                    {"first_phone", run.first_phone},
                    {"phone_count", run.phone_count},
                    {"word2ph", run.word2ph}});
  }
  for (const auto& word : utterance.words) {
    words.push_back({{"text", word.text},
                     {"language", text::language_code(word.language)},
                     {"first_phone", word.first_phone},
                     {"phone_count", word.phone_count},
                     {"by_user", word.by_user}});
  }
  return {{"text", utterance.text},
          {"normalized", utterance.normalized},
          {"phones", utterance.phones},
          {"ids", utterance.ids},
          {"word2ph", utterance.word2ph},
          {"runs", runs},
          {"words", words},
          {"notes", utterance.notes}};
}

}  // namespace myna::cli
