// AdamW (Loshchilov and Hutter 2019) over named tensors, with the learning-rate schedule, the
// gradient clip and the running mean of the weights that go with it. Moments and means are f32.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace myna::training {

struct OptimizerOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-8;
  double weight_decay = 0.01;  ///< only for parameters of rank > 1
  double clip = 1.0;           ///< largest global gradient norm; 0: no clip
  double ema_decay = 0.0;      ///< 0: no running mean
  int64_t warmup_steps = 500;
  double final_share = 0.02;  ///< learning rate at the end of the budget, as a share

  static OptimizerOptions from_json(const Json& json, const std::string& subject);
};

/// Linear warm-up by steps, then half a cosine over `progress` in [0, 1] (of the step or time
/// budget). Returns the factor on the learning rate.
double schedule_factor(const OptimizerOptions& options, int64_t step, double progress);

/// Not thread-safe. `parameters` are f32 leaves on any device.
class AdamW {
 public:
  AdamW(std::map<std::string, at::Tensor> parameters, OptimizerOptions options);

  const OptimizerOptions& options() const { return options_; }
  void zero_grad();
  /// One update with learning_rate * factor; parameters without a gradient are left alone. Returns
  /// the gradient norm before the clip; when it is not finite nothing is changed.
  double step(double factor);
  int64_t steps_taken() const { return steps_; }

  /// Swaps the parameters with their running mean (and back). No effect without a mean.
  void swap_ema();
  bool has_ema() const { return options_.ema_decay > 0; }

  /// State for a checkpoint: "parameter/", "ema/", "moment1/", "moment2/" + name, and "steps".
  std::map<std::string, at::Tensor> state() const;
  /// Throws Error(kInvalidModel) naming a tensor that is missing or of another shape.
  void load_state(const std::map<std::string, at::Tensor>& state, const std::string& subject);

 private:
  struct Slot {
    std::string name;
    at::Tensor value, m, v, ema;
  };
  std::vector<Slot> slots_;
  OptimizerOptions options_;
  int64_t steps_ = 0;
};

}  // namespace myna::training
