#include "training/training_run.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "training/curves.h"

namespace myna::training {
namespace {

constexpr int kMaxBadSteps = 20;

/// Torch's CPU generator as bytes-in-int64, so that dropout continues where it stopped.
at::Tensor generator_state() {
  return at::globalContext().defaultGenerator(at::kCPU).get_state().to(at::kLong);
}

void set_generator_state(const at::Tensor& state) {
  at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
  generator.set_state(state.to(at::kByte));
}

std::filesystem::path created(const std::filesystem::path& folder) {
  ensure_writable_directory(folder);
  return folder;
}

}  // namespace

void prepare_torch(const RunOptions& options) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  at::manual_seed(options.seed);
}

TrainingRun::TrainingRun(RunOptions options, Json config, Json notes)
    : options_(std::move(options)),
      config_(std::move(config)),
      notes_(std::move(notes)),
      log_(created(options_.out)) {
  if (options_.max_minutes <= 0 && options_.max_steps <= 0)
    throw Error(ErrorCode::kUsage, "give a budget: --max-minutes or --max-steps");
}

void TrainingRun::add(const std::string& name, AdamW& optimizer) { optimizers_[name] = &optimizer; }

int64_t TrainingRun::resume() {
  std::optional<Checkpoint> found = load_newest_checkpoint(options_.out);
  if (!found) return 0;
  const std::string subject = options_.out.string();
  if (found->config.value("model", Json()) != config_.value("model", Json()))
    throw Error(ErrorCode::kUsage,
                "holds a run with another network configuration; choose another --out folder",
                subject);
  for (auto& [name, optimizer] : optimizers_) {
    std::map<std::string, at::Tensor> state;
    for (auto& [key, value] : found->tensors)
      if (key.starts_with(name + "/")) state[key.substr(name.size() + 1)] = value;
    // A part that the snapshot does not have yet (a later stage of the recipe) starts fresh.
    if (!state.empty()) optimizer->load_state(state, subject);
  }
  const auto random = found->tensors.find("random");
  if (random != found->tensors.end()) set_generator_state(random->second);
  step_ = found->step;
  earlier_seconds_ = found->seconds;
  if (found->notes.contains("metrics")) notes_["metrics"] = found->notes["metrics"];
  log_.write_event({{"step", step_}, {"event", "resumed"}, {"seconds", earlier_seconds_}});
  return step_;
}

double TrainingRun::seconds() const {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now() - start_;
  return earlier_seconds_ + now.count();
}

double TrainingRun::progress() const {
  double part = 0;
  if (options_.max_minutes > 0) part = std::max(part, seconds() / (60 * options_.max_minutes));
  if (options_.max_steps > 0) part = std::max(part, double(step_) / double(options_.max_steps));
  return std::min(part, 1.0);
}

void TrainingRun::save() {
  Checkpoint out;
  out.step = step_;
  out.seconds = seconds();
  out.config = config_;
  out.notes = notes_;
  for (const auto& [name, optimizer] : optimizers_)
    for (auto& [key, value] : optimizer->state()) out.tensors[name + "/" + key] = value;
  out.tensors["random"] = generator_state();
  save_checkpoint(options_.out, out);
  draw_run_curves(log_.path(), options_.out / "curves.png");
}

void TrainingRun::validate() {
  if (!validate_) return;
  for (auto& [name, optimizer] : optimizers_) optimizer->swap_ema();
  Json metrics = validate_();
  for (auto& [name, optimizer] : optimizers_) optimizer->swap_ema();
  log_.write_event({{"step", step_}, {"seconds", seconds()}, {"validation", metrics}});
  notes_["metrics"] = std::move(metrics);
}

void TrainingRun::check_finite(const Figures& figures) {
  for (const auto& [name, value] : figures) {
    if (std::isfinite(value)) continue;
    // The optimiser leaves the weights alone on such a step; many in a row mean divergence.
    if (++bad_steps_ >= kMaxBadSteps)
      throw Error(ErrorCode::kInternal,
                  "training diverged: '" + name + "' is not finite at step " +
                      std::to_string(step_) + "; lower the learning rate and resume",
                  options_.out.string());
    return;
  }
  bad_steps_ = 0;
  log_.add(figures);
}

bool TrainingRun::run(const std::function<Figures(int64_t, double)>& step) {
  start_ = std::chrono::steady_clock::now();
  double saved = seconds(), validated = seconds(), logged = seconds();
  while (progress() < 1.0 && !options_.cancel.cancelled()) {
    const Figures figures = step(step_, progress());
    ++step_;
    check_finite(figures);
    if (step_ % options_.log_steps == 0) {
      const double now = seconds();
      log_.write(step_, now, {{"seconds_per_step", (now - logged) / double(options_.log_steps)}});
      logged = now;
    }
    if (seconds() - validated > 60 * options_.validate_minutes) {
      validate();
      validated = seconds();
    }
    if (seconds() - saved > 60 * options_.checkpoint_minutes) {
      save();
      saved = seconds();
    }
  }
  const bool finished = !options_.cancel.cancelled();
  if (finished) validate();
  save();
  return finished;
}

}  // namespace myna::training
