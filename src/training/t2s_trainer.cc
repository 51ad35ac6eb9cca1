#include "training/t2s_trainer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.h"
#include "compute/torch/torch_backend.h"
#include "models/t2s.h"
#include "training/guided_attention.h"
#include "training/prefetch.h"
#include "training/t2s_data.h"

namespace myna::training {
namespace {

constexpr const char* kSubject = "recipe";
constexpr size_t kValidationItems = 160;
constexpr size_t kValidationRows = 16;

template <typename T>
T setting(const Json& json, const char* key, const T& fallback) {
  return value_or<T>(json, key, fallback, kSubject, ErrorCode::kUsage);
}

at::Tensor logits_of(compute::TorchBackend& backend, const models::T2s& model,
                     const T2sBatch& batch, models::T2s::Trace* trace = nullptr) {
  const auto wrap = [&](const at::Tensor& value) {
    return backend.wrap(value.to(backend.device()));
  };
  return backend.unwrap(model.train(wrap(batch.phones), batch.phone_lengths, {}, wrap(batch.inputs),
                                    batch.token_lengths, trace));
}

struct Score {
  double loss = 0, hits = 0, count = 0;  ///< sums over codes
};

Score score(const at::Tensor& logits, const at::Tensor& targets) {
  const at::Tensor flat = logits.flatten(0, 1), wanted = targets.flatten().to(logits.device());
  const at::Tensor valid = wanted != T2sBatch::kIgnored;
  Score out;
  out.loss = at::cross_entropy_loss(flat, wanted, {}, at::Reduction::Sum, T2sBatch::kIgnored)
                 .item<double>();
  out.hits = at::logical_and(flat.argmax(1) == wanted, valid).sum().item<double>();
  out.count = valid.sum().item<double>();
  return out;
}

/// Cross entropy and accuracy per corpus on held-out utterances.
Json validate(compute::TorchBackend& backend, const models::T2s& model, const T2sData& data) {
  const at::NoGradGuard no_grad;
  backend.set_training(false);
  std::map<std::string, std::vector<SampleUnit>> groups;
  for (SampleUnit& unit : data.units(Split::kValidation)) groups[unit.group].push_back(unit);
  Json metrics = Json::object();
  for (auto& [group, units] : groups) {
    const size_t count = std::min(units.size(), kValidationItems / groups.size());
    std::vector<int64_t> items;
    for (size_t i = 0; i < count; ++i) items.push_back(units[i * units.size() / count].item);
    Score sum;
    for (size_t begin = 0; begin < items.size(); begin += kValidationRows) {
      const size_t end = std::min(items.size(), begin + kValidationRows);
      const T2sBatch batch =
          data.make({items.begin() + int64_t(begin), items.begin() + int64_t(end)}, Rng(1), true);
      const Score part = score(logits_of(backend, model, batch), batch.targets);
      sum.loss += part.loss;
      sum.hits += part.hits;
      sum.count += part.count;
    }
    metrics["cross_entropy"][group] = sum.loss / std::max(1.0, sum.count);
    metrics["accuracy"][group] = sum.hits / std::max(1.0, sum.count);
  }
  backend.set_training(true);
  return metrics;
}

}  // namespace

bool train_t2s(const std::filesystem::path& data, const Json& recipe, const RunOptions& options) {
  prepare_torch(options);
  const Dataset dataset(data);
  const Json section = require<Json>(recipe, "data", kSubject, ErrorCode::kUsage);
  const auto config =
      models::T2sConfig::from_json(require<Json>(recipe, "model", kSubject), kSubject);
  T2sDataOptions data_options;
  data_options.max_seconds = setting(section, "max_seconds", data_options.max_seconds);
  data_options.prompt = setting(section, "prompt", data_options.prompt);
  data_options.input_noise = setting(section, "input_noise", data_options.input_noise);
  data_options.spread = config.spread_text;
  const T2sData source(dataset, config.eos, data_options);
  const double smoothing = setting(recipe, "label_smoothing", 0.05);
  std::optional<GuidedAttention> guided;
  if (recipe.contains("guided_attention")) {
    guided = GuidedAttention::from_json(recipe.at("guided_attention"), config,
                                        std::string(kSubject) + " guided_attention");
    if (!dataset.has_alignment())
      throw Error(ErrorCode::kUsage,
                  "has no alignments, which guided_attention needs; run `myna-train tokenise` on "
                  "it again",
                  dataset.folder().string());
  }

  const auto backend = std::make_shared<compute::TorchBackend>(compute::TorchOptions{
      .device = options.device, .training = true, .autocast_bf16 = options.bf16});
  models::FreshSource fresh(options.seed);
  const models::T2s model(backend, fresh, config);
  AdamW optimizer(
      backend->parameters(),
      OptimizerOptions::from_json(require<Json>(recipe, "optimizer", kSubject), kSubject));

  SamplerOptions sampling;
  sampling.max_frames = require<int64_t>(section, "max_positions", kSubject, ErrorCode::kUsage);
  sampling.max_rows = setting<int64_t>(section, "rows", 64);
  sampling.shares = setting(section, "shares", std::map<std::string, double>{});
  const BatchSampler sampler(source.units(Split::kTrain), sampling, options.seed);

  TrainingRun run(options, recipe,
                  {{"kind", "t2s"},
                   {"seed", options.seed},
                   {"corpus", dataset.digest()},
                   {"tokeniser", dataset.tokeniser_digest()}});
  run.add("t2s", optimizer);
  run.on_validate([&] { return validate(*backend, model, source); });
  const int64_t first = run.resume();

  Prefetcher<T2sBatch> batches(
      [&](int64_t number) {
        return source.make(sampler.batch(number),
                           Rng(options.seed, 0x743273).split(uint64_t(number)));
      },
      first, 3);
  return run.run([&](int64_t step, double progress) -> Figures {
    const T2sBatch batch = batches.next();
    optimizer.zero_grad();
    models::T2s::Trace trace;
    if (guided) trace.layer = guided->layer;
    const at::Tensor logits = logits_of(*backend, model, batch, guided ? &trace : nullptr);
    const at::Tensor targets = batch.targets.to(logits.device());
    const at::Tensor loss =
        at::cross_entropy_loss(logits.flatten(0, 1), targets.flatten(), {}, at::Reduction::Mean,
                               T2sBatch::kIgnored, smoothing);
    at::Tensor total = loss, guidance;
    if (guided) {
      guidance =
          guided_attention_loss(backend->unwrap(trace.q), backend->unwrap(trace.k),
                                config.width / config.heads, guided->heads, batch, options.bf16);
      total = loss + guidance * guided->weight_at(progress);
    }
    total.backward();
    const double factor = schedule_factor(optimizer.options(), step, progress);
    const double norm = optimizer.step(factor);
    const at::NoGradGuard no_grad;
    const at::Tensor valid = targets != T2sBatch::kIgnored;
    const double count = valid.sum().item<double>();
    const double hits = at::logical_and(logits.argmax(2) == targets, valid).sum().item<double>();
    Figures figures = {{"cross_entropy", loss.item<double>()},
                       {"accuracy", hits / count},
                       {"gradient_norm", norm},
                       {"learning_rate", optimizer.options().learning_rate * factor},
                       {"codes", count},
                       {"rows", double(batch.phone_lengths.size())}};
    if (guided) figures["guided"] = guidance.item<double>();
    return figures;
  });
}

}  // namespace myna::training
