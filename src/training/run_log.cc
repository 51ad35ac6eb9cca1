#include "training/run_log.h"

#include <cstdio>

namespace myna::training {

RunLog::RunLog(const std::filesystem::path& folder) : path_(folder / "log.jsonl") {
  out_.open(path_, std::ios::app);
  if (!out_) throw Error(ErrorCode::kIo, "cannot be written; check the folder", path_.string());
}

void RunLog::add(const Figures& figures) {
  for (const auto& [name, value] : figures) {
    auto& [sum, count] = sums_[name];
    sum += value;
    ++count;
  }
}

void RunLog::write(int64_t step, double seconds, const Json& extra) {
  Json line = extra;
  line["step"] = step;
  line["seconds"] = seconds;
  for (const auto& [name, mean] : sums_) line[name] = mean.first / double(mean.second);
  sums_.clear();
  write_event(line);
}

void RunLog::write_event(const Json& line) {
  out_ << line.dump() << '\n' << std::flush;
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

}  // namespace myna::training
