#include "training/content_trainer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>

#include "compute/torch/torch_backend.h"
#include "models/content_encoder.h"
#include "models/ctc_path.h"
#include "training/content_data.h"
#include "training/ctc.h"
#include "training/prefetch.h"
#include "voice/alignment.h"

namespace myna::training {
namespace {

constexpr size_t kValidationPerGroup = 64;

/// Phone error rate of the greedy reading, per corpus.
class PhoneErrorCheck {
 public:
  PhoneErrorCheck(const Dataset& dataset, const MelStore& store, const audio::MelConfig& mel,
                  double max_seconds)
      : dataset_(dataset), store_(store) {
    std::map<std::string, std::vector<SampleUnit>> groups;
    for (SampleUnit& unit : phone_units(dataset, Split::kValidation, max_seconds, mel))
      groups[unit.group].push_back(std::move(unit));
    for (auto& [name, units] : groups) {
      // Evenly spaced items, so that all speakers of a corpus are heard.
      const size_t count = std::min(units.size(), kValidationPerGroup);
      for (size_t i = 0; i < count; ++i) chosen_.push_back(units[i * units.size() / count]);
    }
    std::stable_sort(chosen_.begin(), chosen_.end(),
                     [](const auto& a, const auto& b) { return a.length < b.length; });
  }

  Json operator()(compute::TorchBackend& backend, const models::ContentEncoder& encoder) const {
    const at::NoGradGuard no_grad;
    backend.set_training(false);
    std::map<std::string, voice::AlignmentCounts> counts;
    for (size_t begin = 0; begin < chosen_.size(); begin += 16) {
      std::vector<int64_t> items;
      for (size_t i = begin; i < std::min(begin + 16, chosen_.size()); ++i)
        items.push_back(chosen_[i].item);
      const ContentBatch batch = make_content_batch(dataset_, store_, items, nullptr, 0, 0);
      const auto out = encoder.forward(backend.wrap(batch.mel.to(backend.device())), batch.lengths);
      const at::Tensor logits = backend.unwrap(out.logits).to(at::kCPU, at::kFloat).contiguous();
      for (size_t row = 0; row < items.size(); ++row) {
        const int64_t classes = logits.size(2);
        const float* scores = logits.data_ptr<float>() + int64_t(row) * logits.size(1) * classes;
        const auto found = models::ctc_greedy({scores, size_t(out.lengths[row] * classes)}, classes,
                                              int32_t(classes - 1));
        counts[chosen_[begin + row].group] += voice::align(batch.targets[row], found);
      }
    }
    backend.set_training(true);
    Json metrics = Json::object();
    for (const auto& [group, count] : counts) metrics["phone_error"][group] = count.rate();
    return metrics;
  }

 private:
  const Dataset& dataset_;
  const MelStore& store_;
  std::vector<SampleUnit> chosen_;
};

}  // namespace

bool train_content(const std::filesystem::path& data, const Json& recipe,
                   const RunOptions& options) {
  const std::string subject = "recipe";
  const Dataset dataset(data);
  const Json data_section = require<Json>(recipe, "data", subject, ErrorCode::kUsage);
  const double batch_seconds =
      require<double>(data_section, "batch_seconds", subject, ErrorCode::kUsage);
  const double max_seconds =
      value_or<double>(data_section, "max_seconds", 16.0, subject, ErrorCode::kUsage);
  const MelAugmentOptions augment =
      MelAugmentOptions::from_json(require<Json>(recipe, "augment", subject), subject);

  const double flat_steps =
      value_or<double>(data_section, "flat_start_steps", 0.0, subject, ErrorCode::kUsage);

  prepare_torch(options);
  compute::TorchBackend backend(
      {.device = options.device, .training = true, .autocast_bf16 = options.bf16});
  const auto config =
      models::ContentConfig::from_json(require<Json>(recipe, "model", subject), subject);
  models::FreshSource fresh(options.seed);
  const models::ContentEncoder encoder(backend, fresh, config);
  AdamW optimizer(backend.parameters(), OptimizerOptions::from_json(
                                            require<Json>(recipe, "optimizer", subject), subject));

  const audio::MelConfig mel{
      int(config.sample_rate), {int(config.n_fft), int(config.hop)}, int(config.mels), 0, 0};
  const MelStore store(dataset, mel);
  SamplerOptions sampling;
  sampling.max_frames = int64_t(batch_seconds * mel.sample_rate / mel.stft.hop);
  sampling.max_rows = value_or<int64_t>(data_section, "max_rows", 96, subject, ErrorCode::kUsage);
  sampling.shares = value_or<std::map<std::string, double>>(data_section, "shares", {}, subject,
                                                            ErrorCode::kUsage);
  const BatchSampler sampler(phone_units(dataset, Split::kTrain, max_seconds, mel), sampling,
                             options.seed);

  TrainingRun run(options, recipe,
                  {{"kind", "content"}, {"seed", options.seed}, {"corpus", dataset.digest()}});
  run.add("content", optimizer);
  const PhoneErrorCheck check(dataset, store, mel, max_seconds);
  run.on_validate([&] { return check(backend, encoder); });
  const int64_t first = run.resume();

  Prefetcher<ContentBatch> batches(
      [&](int64_t number) {
        return make_content_batch(dataset, store, sampler.batch(number), &augment, options.seed,
                                  number);
      },
      first, 4);
  return run.run([&](int64_t step, double progress) -> Figures {
    const ContentBatch batch = batches.next();
    optimizer.zero_grad();
    const auto out = encoder.forward(backend.wrap(batch.mel.to(backend.device())), batch.lengths);
    const at::Tensor logits = backend.unwrap(out.logits);
    const at::Tensor ctc =
        ctc_loss(logits, out.lengths, batch.targets, int32_t(logits.size(2) - 1));
    const double flat = flat_steps > 0 ? std::max(0.0, 1.0 - double(step) / flat_steps) : 0.0;
    at::Tensor loss = ctc;
    if (flat > 0) {
      loss = loss * (1 - flat) + flat_start_loss(logits, out.lengths, batch.targets) * flat;
    }
    loss.backward();
    const double factor = schedule_factor(optimizer.options(), step, progress);
    const double norm = optimizer.step(factor);
    double frames = 0;
    for (const int64_t length : batch.lengths) frames += double(length);
    return {{"ctc", ctc.item<double>()},
            {"gradient_norm", norm},
            {"learning_rate", optimizer.options().learning_rate * factor},
            {"audio_seconds", frames * mel.stft.hop / mel.sample_rate},
            {"rows", double(batch.items.size())}};
  });
}

}  // namespace myna::training
