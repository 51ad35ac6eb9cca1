// The loop around every trainer: step, log, validate, snapshot, resume, stop by budget or signal.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/json.h"
#include "base/progress.h"
#include "training/checkpoint.h"
#include "training/optimizer.h"
#include "training/run_log.h"

namespace myna::training {

struct RunOptions {
  std::filesystem::path out;  ///< created; holds snapshots, log.jsonl, curves.png
  double max_minutes = 0;     ///< 0: no time budget. Counts over resumed runs
  int64_t max_steps = 0;      ///< 0: no step budget. One of the two budgets is needed
  double checkpoint_minutes = 5;
  double validate_minutes = 10;
  int64_t log_steps = 20;
  uint64_t seed = 1;
  int threads = 0;  ///< 0: torch's choice
  bool bf16 = true;
  std::string device = "cpu";
  CancelToken cancel;
};

/// Sets torch's threads and seeds its generator.
void prepare_torch(const RunOptions& options);

class TrainingRun {
 public:
  /// `config` goes into snapshots; a snapshot in options.out whose network section ("model")
  /// differs is refused with Error(kUsage). `notes`: seed, corpus digest and the like.
  TrainingRun(RunOptions options, Json config, Json notes);

  /// State that snapshots hold, saved and restored under "<name>/".
  void add(const std::string& name, AdamW& optimizer);
  /// Called at intervals and at the end with averaged weights in place; the result is logged and
  /// kept as notes["metrics"].
  void on_validate(std::function<Json()> validate) { validate_ = std::move(validate); }

  /// Restores the newest snapshot, if any. Call after add(), before run(). Returns the step.
  int64_t resume();

  /// `step(number, progress)` does one whole step (progress in [0, 1] of the budget) and returns
  /// figures to log. Returns when the budget is used up (true) or on cancel (false), after saving.
  bool run(const std::function<Figures(int64_t number, double progress)>& step);

  int64_t steps_done() const { return step_; }
  const Json& notes() const { return notes_; }

 private:
  void save();
  void validate();
  void check_finite(const Figures& figures);
  double seconds() const;
  double progress() const;

  RunOptions options_;
  Json config_, notes_;
  RunLog log_;
  std::map<std::string, AdamW*> optimizers_;
  std::function<Json()> validate_;
  int64_t step_ = 0;
  int bad_steps_ = 0;
  double earlier_seconds_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace myna::training
