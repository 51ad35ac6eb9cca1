#include "training/curves.h"

#include <array>
#include <map>
#include <sstream>

#include "audio/plot.h"
#include "base/files.h"
#include "base/json.h"

namespace myna::training {
namespace {

/// What is worth a curve; rates, norms and counts are in the log for who needs them.
constexpr std::array<std::string_view, 9> kCurves = {"ctc",      "cross_entropy", "mel",
                                                     "kl",       "generator",     "discriminator",
                                                     "features", "loss",          "accuracy"};

}  // namespace

void draw_run_curves(const std::filesystem::path& log, const std::filesystem::path& picture) {
  std::map<std::string_view, audio::Series> curves;
  std::istringstream lines(read_text(log));
  for (std::string line; std::getline(lines, line);) {
    const Json json = parse_json(line, log.string());
    for (const std::string_view name : kCurves) {
      const auto value = json.find(name);
      if (value == json.end() || !value->is_number()) continue;
      audio::Series& series = curves[name];
      series.name = name;
      const double step = require<double>(json, "step", log.string());
      // A resumed run may repeat steps that were not in its snapshot: the later ones count.
      while (!series.x.empty() && series.x.back() >= step) series.x.pop_back(), series.y.pop_back();
      series.x.push_back(step);
      series.y.push_back(value->get<double>());
    }
  }
  std::vector<audio::Series> drawn;
  for (auto& [name, series] : curves)
    if (series.x.size() >= 2) drawn.push_back(std::move(series));
  if (drawn.empty()) return;
  audio::write_png(picture, audio::draw_curves(drawn, "LOSSES OVER STEPS", /*log_y=*/true));
}

}  // namespace myna::training
