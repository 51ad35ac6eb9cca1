#include "text/golden_support.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace myna::text {

std::filesystem::path golden_dir() {
  if (const char* dir = std::getenv("MYNA_GOLDEN_TEXT_DIR")) return dir;
  return std::filesystem::path(MYNA_SOURCE_DIR) / "../shared/golden_text";
}

std::vector<nlohmann::json> golden_lines(const std::string& file) {
  std::vector<nlohmann::json> out;
  std::ifstream in(golden_dir() / file);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out.push_back(nlohmann::json::parse(line));
  }
  return out;
}

std::filesystem::path lexicon_dir() {
  return std::filesystem::path(MYNA_SOURCE_DIR) / "assets/lexicons";
}

double agreement(const std::string& name, const std::vector<nlohmann::json>& lines,
                 const std::function<bool(const nlohmann::json&, std::string*)>& same) {
  const char* show_text = std::getenv("MYNA_SHOW_MISSES");
  int show = show_text != nullptr ? std::atoi(show_text) : 0;
  size_t right = 0;
  for (const nlohmann::json& line : lines) {
    std::string detail;
    if (same(line, &detail)) {
      ++right;
    } else if (show-- > 0) {
      std::printf("  %s: %s\n%s", name.c_str(), line["text"].get<std::string>().c_str(),
                  detail.c_str());
    }
  }
  double share = lines.empty() ? 0 : double(right) / double(lines.size());
  std::printf("%s: %zu of %zu (%.2f %%)\n", name.c_str(), right, lines.size(), share * 100);
  return share;
}

}  // namespace myna::text
