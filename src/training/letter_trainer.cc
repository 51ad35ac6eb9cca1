#include "training/letter_trainer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "compute/torch/torch_backend.h"
#include "models/letter_network.h"
#include "training/letter_check.h"
#include "training/letter_data.h"
#include "training/sampler.h"

namespace myna::training {
namespace {

constexpr int64_t kNoTarget = -100;  // behind a row's end

struct LetterBatch {
  at::Tensor letters;  ///< [B, T], zero behind each row's end
  at::Tensor history;  ///< [B, T, history + 1]
  at::Tensor targets;  ///< [B, T]
  std::vector<int64_t> lengths;
};

LetterBatch make_batch(const std::vector<LetterWord>& words, const std::vector<int64_t>& chosen,
                       const models::LetterConfig& config) {
  LetterBatch batch;
  int64_t longest = 0;
  for (const int64_t item : chosen) {
    batch.lengths.push_back(int64_t(words[size_t(item)].word.size()));
    longest = std::max(longest, batch.lengths.back());
  }
  const auto rows = int64_t(chosen.size());
  batch.letters = at::zeros({rows, longest}, at::kLong);
  batch.targets = at::full({rows, longest}, kNoTarget, at::kLong);
  batch.history = at::zeros({rows, longest, config.history + 1}, at::kLong);
  for (int64_t row = 0; row < rows; ++row) {
    const LetterWord& word = words[size_t(chosen[size_t(row)])];
    const auto letters = models::letters_of(word.word);
    std::copy(letters.begin(), letters.end(), batch.letters.data_ptr<int64_t>() + row * longest);
    std::copy(word.sounds.begin(), word.sounds.end(),
              batch.targets.data_ptr<int64_t>() + row * longest);
    auto* history = batch.history.data_ptr<int64_t>() + row * longest * (config.history + 1);
    for (size_t i = 0; i < word.sounds.size(); ++i) {
      const auto past = config.history_of(std::span(word.sounds).first(i));
      history = std::copy(past.begin(), past.end(), history);
    }
  }
  return batch;
}

BatchSampler make_sampler(const std::vector<LetterWord>& words, const Json& data, uint64_t seed) {
  std::vector<SampleUnit> units;
  for (size_t i = 0; i < words.size(); ++i)
    units.push_back({int64_t(i), int64_t(words[i].word.size()), "words"});
  SamplerOptions options;
  options.max_frames = require<int64_t>(data, "batch_letters", "recipe", ErrorCode::kUsage);
  return BatchSampler(std::move(units), options, seed);
}

}  // namespace

bool train_letters(const std::filesystem::path& dictionary_file, const Json& recipe,
                   const RunOptions& options) {
  const std::string subject = "recipe";
  const LetterDictionary dictionary = load_letter_dictionary(dictionary_file);
  Json used = recipe;
  used["model"]["sounds"] = dictionary.sounds;
  const auto config = models::LetterConfig::from_json(used["model"], subject);
  const Json data = require<Json>(recipe, "data", subject, ErrorCode::kUsage);
  const auto smoothing = value_or<double>(data, "label_smoothing", 0.0, subject);

  prepare_torch(options);
  compute::TorchBackend backend(
      {.device = options.device, .training = true, .autocast_bf16 = options.bf16});
  models::FreshSource fresh(options.seed);
  const models::LetterNetwork network(backend, fresh, config);
  AdamW optimizer(backend.parameters(), OptimizerOptions::from_json(
                                            require<Json>(recipe, "optimizer", subject), subject));
  const BatchSampler sampler = make_sampler(dictionary.train, data, options.seed);

  TrainingRun run(options, used,
                  {{"kind", "letters"}, {"seed", options.seed}, {"corpus", dictionary.digest}});
  run.add("letters", optimizer);
  run.on_validate([&] {
    const at::NoGradGuard no_grad;
    backend.set_training(false);
    Json shares = check_letters(network, dictionary.unseen);
    backend.set_training(true);
    return shares;
  });
  run.resume();

  return run.run([&](int64_t step, double progress) -> Figures {
    const LetterBatch batch = make_batch(dictionary.train, sampler.batch(step), config);
    const auto on_device = [&](const at::Tensor& x) {
      return backend.wrap(x.to(backend.device()));
    };
    optimizer.zero_grad();
    const auto encoded = network.encode(on_device(batch.letters), batch.lengths);
    const at::Tensor logits =
        backend.unwrap(network.choose(encoded, on_device(batch.history))).to(at::kFloat);
    const at::Tensor targets = batch.targets.to(backend.device()).flatten();
    const at::Tensor loss = at::cross_entropy_loss(logits.flatten(0, 1), targets, {},
                                                   at::Reduction::Mean, kNoTarget, smoothing);
    loss.backward();
    const double factor = schedule_factor(optimizer.options(), step, progress);
    const double norm = optimizer.step(factor);
    return {{"cross_entropy", loss.item<double>()},
            {"gradient_norm", norm},
            {"learning_rate", optimizer.options().learning_rate * factor},
            {"rows", double(batch.lengths.size())}};
  });
}

}  // namespace myna::training
