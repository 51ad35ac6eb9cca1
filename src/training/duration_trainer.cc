#include "training/duration_trainer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>

#include "base/random.h"
#include "compute/torch/torch_backend.h"
#include "models/duration_predictor.h"
#include "training/content_data.h"
#include "training/dataset.h"
#include "training/prefetch.h"
#include "training/sampler.h"

namespace myna::training {
namespace {

constexpr const char* kSubject = "recipe";
constexpr int64_t kValidationBatch = 16;

template <typename T>
T setting(const Json& json, const char* key, const T& fallback) {
  return value_or<T>(json, key, fallback, kSubject, ErrorCode::kUsage);
}

struct DurationBatch {
  at::Tensor phones;             ///< i64 [B, N]
  std::vector<int64_t> lengths;  ///< phones per row
  at::Tensor tokens;             ///< [B, 1, N]
  at::Tensor mask;               ///< [B, 1, N]
};

std::vector<SampleUnit> aligned_units(const Dataset& dataset, Split split, double max_seconds) {
  std::vector<SampleUnit> out;
  for (size_t i = 0; i < dataset.items().size(); ++i) {
    const Item& item = dataset.items()[i];
    if (item.split != split || dataset.alignment(item).empty()) continue;
    if (double(item.sample_count) > max_seconds * dataset.sample_rate()) continue;
    out.push_back({int64_t(i), std::ssize(item.phones), sampling_group(item)});
  }
  return out;
}

DurationBatch make_batch(const Dataset& dataset, const std::vector<int64_t>& items) {
  DurationBatch batch;
  for (const int64_t item : items)
    batch.lengths.push_back(std::ssize(dataset.items()[size_t(item)].phones));
  const auto rows = std::ssize(items);
  const int64_t longest = *std::max_element(batch.lengths.begin(), batch.lengths.end());
  batch.phones = at::zeros({rows, longest}, at::kLong);
  batch.tokens = at::zeros({rows, 1, longest});
  batch.mask = at::zeros({rows, 1, longest});
  for (int64_t row = 0; row < rows; ++row) {
    const Item& item = dataset.items()[size_t(items[size_t(row)])];
    std::copy(item.phones.begin(), item.phones.end(),
              batch.phones.data_ptr<int64_t>() + row * longest);
    float* tokens = batch.tokens.data_ptr<float>() + row * longest;
    for (const uint16_t phone : dataset.alignment(item)) tokens[phone] += 1.0f;
    std::fill_n(batch.mask.data_ptr<float>() + row * longest, batch.lengths[size_t(row)], 1.0f);
  }
  return batch;
}

/// Negative log likelihood of Poisson distributions, without the constant, per phone.
at::Tensor poisson_loss(const at::Tensor& log_mean, const DurationBatch& batch) {
  return ((log_mean.exp() - batch.tokens * log_mean) * batch.mask).sum() / batch.mask.sum();
}

/// Mean absolute error in tokens, by group of held-out items.
Json validate(compute::TorchBackend& backend, const models::DurationPredictor& net,
              const Dataset& dataset, const std::vector<SampleUnit>& units) {
  const at::NoGradGuard no_grad;
  backend.set_training(false);
  std::map<std::string, std::vector<int64_t>> groups;
  for (const SampleUnit& unit : units) groups[unit.group].push_back(unit.item);
  Json metrics = Json::object();
  for (const auto& [group, items] : groups) {
    double error = 0, count = 0;
    for (size_t begin = 0; begin < items.size(); begin += kValidationBatch) {
      const size_t end = std::min(items.size(), begin + kValidationBatch);
      const DurationBatch batch =
          make_batch(dataset, {items.begin() + int64_t(begin), items.begin() + int64_t(end)});
      const at::Tensor mean =
          backend.unwrap(net.log_tokens(backend.wrap(batch.phones), batch.lengths)).exp();
      error += ((mean - batch.tokens).abs() * batch.mask).sum().item<double>();
      count += batch.mask.sum().item<double>();
    }
    metrics["token_error"][group] = error / std::max(1.0, count);
  }
  backend.set_training(true);
  return metrics;
}

}  // namespace

bool train_durations(const std::filesystem::path& data, const Json& recipe,
                     const RunOptions& options) {
  prepare_torch(options);
  const Dataset dataset(data);
  if (!dataset.has_alignment())
    throw Error(ErrorCode::kUsage,
                "does not say when each phone is spoken; run `myna-train tokenise` on it",
                dataset.folder().string());
  const auto config = models::DurationConfig::from_json(
      require<Json>(recipe, "model", kSubject, ErrorCode::kUsage), kSubject);
  const Json section = require<Json>(recipe, "data", kSubject, ErrorCode::kUsage);
  const double max_seconds = setting(section, "max_seconds", 14.0);

  compute::TorchBackend backend({.training = true, .autocast_bf16 = false});
  models::FreshSource fresh(options.seed);
  const models::DurationPredictor net(backend, fresh, config);
  AdamW optimizer(
      backend.parameters(),
      OptimizerOptions::from_json(require<Json>(recipe, "optimizer", kSubject), kSubject));

  SamplerOptions sampling;
  sampling.max_frames = setting<int64_t>(section, "max_phones", 2000);
  sampling.max_rows = setting<int64_t>(section, "rows", 64);
  sampling.shares = setting(section, "shares", std::map<std::string, double>{});
  const BatchSampler sampler(aligned_units(dataset, Split::kTrain, max_seconds), sampling,
                             options.seed);
  const std::vector<SampleUnit> held_out = aligned_units(dataset, Split::kValidation, max_seconds);

  TrainingRun run(options, recipe,
                  {{"kind", "durations"},
                   {"seed", options.seed},
                   {"corpus", dataset.digest()},
                   {"tokeniser", dataset.tokeniser_digest()}});
  run.add("durations", optimizer);
  run.on_validate([&] { return validate(backend, net, dataset, held_out); });
  const int64_t first = run.resume();

  Prefetcher<DurationBatch> batches(
      [&](int64_t number) { return make_batch(dataset, sampler.batch(number)); }, first, 3);
  return run.run([&](int64_t step, double progress) -> Figures {
    const DurationBatch batch = batches.next();
    optimizer.zero_grad();
    const at::Tensor loss = poisson_loss(
        backend.unwrap(net.log_tokens(backend.wrap(batch.phones), batch.lengths)), batch);
    loss.backward();
    const double factor = schedule_factor(optimizer.options(), step, progress);
    const double norm = optimizer.step(factor);
    return {{"loss", loss.item<double>()},
            {"gradient_norm", norm},
            {"learning_rate", optimizer.options().learning_rate * factor}};
  });
}

}  // namespace myna::training
