// The arguments that every trainer shares.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "training/training_run.h"

namespace myna::cli {

struct TrainArguments {
  std::filesystem::path data, config;
  training::RunOptions run;
  bool f32 = false;
};

/// Adds --data, --config, --out, --max-minutes, --max-steps, --threads, --seed and the rest. The
/// values live as long as the returned object.
std::shared_ptr<TrainArguments> add_train_arguments(CLI::App& command);

/// The run options as asked, with the interrupt token in place.
training::RunOptions run_options(const TrainArguments& arguments);

}  // namespace myna::cli
