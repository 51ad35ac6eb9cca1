#include "training/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace myna::training {
namespace {

/// The update of one CPU tensor: one pass over memory.
void update_cpu(float* p, const float* g, float* m, float* v, float* ema, int64_t count, float rate,
                float decay, float scale, float b1, float b2, float c1, float c2, float epsilon,
                float keep) {
  at::parallel_for(0, count, 1 << 15, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float grad = g[i] * scale;
      m[i] = b1 * m[i] + (1 - b1) * grad;
      v[i] = b2 * v[i] + (1 - b2) * grad * grad;
      p[i] -= rate * (m[i] * c1 / (std::sqrt(v[i] * c2) + epsilon) + decay * p[i]);
    }
    if (ema != nullptr)
      for (int64_t i = begin; i < end; ++i) ema[i] = keep * ema[i] + (1 - keep) * p[i];
  });
}

}  // namespace

OptimizerOptions OptimizerOptions::from_json(const Json& json, const std::string& subject) {
  OptimizerOptions o;
  const auto number = [&](const char* key, double& value) {
    value = value_or<double>(json, key, value, subject, ErrorCode::kUsage);
  };
  number("learning_rate", o.learning_rate);
  number("beta1", o.beta1);
  number("beta2", o.beta2);
  number("epsilon", o.epsilon);
  number("weight_decay", o.weight_decay);
  number("clip", o.clip);
  number("ema_decay", o.ema_decay);
  number("final_share", o.final_share);
  o.warmup_steps =
      value_or<int64_t>(json, "warmup_steps", o.warmup_steps, subject, ErrorCode::kUsage);
  return o;
}

double schedule_factor(const OptimizerOptions& options, int64_t step, double progress) {
  const double warm = options.warmup_steps > 0
                          ? std::min(1.0, double(step + 1) / double(options.warmup_steps))
                          : 1.0;
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0)));
  return warm * (options.final_share + (1 - options.final_share) * cosine);
}

AdamW::AdamW(std::map<std::string, at::Tensor> parameters, OptimizerOptions options)
    : options_(options) {
  const at::NoGradGuard no_grad;
  for (auto& [name, value] : parameters) {
    if (value.scalar_type() != at::kFloat || !value.is_leaf())
      throw Error(ErrorCode::kInternal, "is not an f32 leaf and cannot be trained", name);
    Slot slot{name,
              value,
              at::zeros_like(value, at::MemoryFormat::Contiguous),
              at::zeros_like(value, at::MemoryFormat::Contiguous),
              {}};
    if (has_ema()) slot.ema = value.detach().clone(at::MemoryFormat::Contiguous);
    slots_.push_back(std::move(slot));
  }
}

void AdamW::zero_grad() {
  for (Slot& slot : slots_) slot.value.mutable_grad().reset();
}

double AdamW::step(double factor) {
  const at::NoGradGuard no_grad;
  double squares = 0;
  for (const Slot& slot : slots_)
    if (slot.value.grad().defined()) {
      const double norm = slot.value.grad().norm().item<double>();
      squares += norm * norm;
    }
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm)) return norm;

  ++steps_;
  const double scale = options_.clip > 0 && norm > options_.clip ? options_.clip / norm : 1.0;
  const double c1 = 1 / (1 - std::pow(options_.beta1, double(steps_)));
  const double c2 = 1 / (1 - std::pow(options_.beta2, double(steps_)));
  const double rate = options_.learning_rate * factor;
  // A young mean follows faster, so that it does not remember the random start.
  const double keep =
      std::min(options_.ema_decay, (1.0 + double(steps_)) / (10.0 + double(steps_)));
  for (Slot& slot : slots_) {
    if (!slot.value.grad().defined()) continue;
    const double decay = slot.value.dim() > 1 ? options_.weight_decay : 0.0;
    const at::Tensor grad = slot.value.grad().to(at::kFloat).contiguous();
    if (slot.value.is_cpu() && slot.value.is_contiguous()) {
      update_cpu(slot.value.data_ptr<float>(), grad.data_ptr<float>(), slot.m.data_ptr<float>(),
                 slot.v.data_ptr<float>(), has_ema() ? slot.ema.data_ptr<float>() : nullptr,
                 slot.value.numel(), float(rate), float(decay), float(scale), float(options_.beta1),
                 float(options_.beta2), float(c1), float(c2), float(options_.epsilon), float(keep));
      continue;
    }
    const at::Tensor g = grad * scale;
    slot.m.mul_(options_.beta1).add_(g, 1 - options_.beta1);
    slot.v.mul_(options_.beta2).addcmul_(g, g, 1 - options_.beta2);
    const at::Tensor update = (slot.m * c1) / ((slot.v * c2).sqrt() + options_.epsilon);
    slot.value.sub_(rate * (update + decay * slot.value));
    if (has_ema()) slot.ema.mul_(keep).add_(slot.value, 1 - keep);
  }
  return norm;
}

void AdamW::swap_ema() {
  if (!has_ema()) return;
  const at::NoGradGuard no_grad;
  for (Slot& slot : slots_) {
    const at::Tensor current = slot.value.clone();
    slot.value.copy_(slot.ema);
    slot.ema.copy_(current);
  }
}

std::map<std::string, at::Tensor> AdamW::state() const {
  std::map<std::string, at::Tensor> out;
  for (const Slot& slot : slots_) {
    out["parameter/" + slot.name] = slot.value.detach();
    out["moment1/" + slot.name] = slot.m;
    out["moment2/" + slot.name] = slot.v;
    if (has_ema()) out["ema/" + slot.name] = slot.ema;
  }
  out["steps"] = at::scalar_tensor(double(steps_), at::kDouble).to(at::kLong).reshape({1});
  return out;
}

void AdamW::load_state(const std::map<std::string, at::Tensor>& state, const std::string& subject) {
  const at::NoGradGuard no_grad;
  const auto copy = [&](const std::string& name, at::Tensor& to) {
    const auto found = state.find(name);
    if (found == state.end())
      throw Error(ErrorCode::kInvalidModel,
                  "has no tensor '" + name + "'; it belongs to another network or configuration",
                  subject);
    if (found->second.sizes() != to.sizes())
      throw Error(ErrorCode::kInvalidModel,
                  "tensor '" + name + "' has another shape; it belongs to another configuration",
                  subject);
    to.copy_(found->second);
  };
  for (Slot& slot : slots_) {
    copy("parameter/" + slot.name, slot.value);
    copy("moment1/" + slot.name, slot.m);
    copy("moment2/" + slot.name, slot.v);
    if (has_ema()) copy("ema/" + slot.name, slot.ema);
  }
  const auto steps = state.find("steps");
  if (steps == state.end())
    throw Error(ErrorCode::kInvalidModel, "has no step count; it is not a checkpoint", subject);
  steps_ = steps->second.item<int64_t>();
}

}  // namespace myna::training
