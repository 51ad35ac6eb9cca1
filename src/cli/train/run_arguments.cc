#include "cli/train/run_arguments.h"

#include "cli/train/train_commands.h"

namespace myna::cli {

std::shared_ptr<TrainArguments> add_train_arguments(CLI::App& command) {
  auto a = std::make_shared<TrainArguments>();
  command.add_option("--data", a->data, "Prepared data set (see `myna-train prepare`)")->required();
  command.add_option("--config", a->config, "Recipe, JSON")->required();
  command.add_option("--out", a->run.out, "Folder of the run; an unfinished run in it is resumed")
      ->required();
  command.add_option("--max-minutes", a->run.max_minutes, "Time budget over all resumed runs");
  command.add_option("--max-steps", a->run.max_steps, "Step budget");
  command.add_option("--checkpoint-minutes", a->run.checkpoint_minutes, "Between snapshots")
      ->capture_default_str();
  command.add_option("--validate-minutes", a->run.validate_minutes, "Between validations")
      ->capture_default_str();
  command.add_option("--log-steps", a->run.log_steps, "Steps per line of the log")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command.add_option("--threads", a->run.threads, "CPU threads (0: as torch likes)");
  command.add_option("--seed", a->run.seed, "Seed of weights and sampling")->capture_default_str();
  command.add_option("--device", a->run.device, "cpu or cuda")->capture_default_str();
  command.add_flag("--f32", a->f32, "Products in f32 instead of bf16");
  return a;
}

training::RunOptions run_options(const TrainArguments& arguments) {
  training::RunOptions options = arguments.run;
  options.bf16 = !arguments.f32;
  options.cancel = interrupt_token();
  return options;
}

}  // namespace myna::cli
