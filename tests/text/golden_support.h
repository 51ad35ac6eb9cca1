// Golden vectors of the text front ends: reading them, counting agreement.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "text/frontend.h"

namespace myna::text {

/// MYNA_GOLDEN_TEXT_DIR, or ../shared/golden_text beside the repository.
std::filesystem::path golden_dir();
/// Lines of `file`; empty when the vectors are not there (callers then skip).
std::vector<nlohmann::json> golden_lines(const std::string& file);

std::filesystem::path lexicon_dir();

/// Share of `lines` for which `same` holds; prints up to `show` others (MYNA_SHOW_MISSES sets it).
double agreement(const std::string& name, const std::vector<nlohmann::json>& lines,
                 const std::function<bool(const nlohmann::json&, std::string*)>& same);

}  // namespace myna::text
