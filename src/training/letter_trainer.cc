#include "training/letter_trainer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "compute/torch/torch_backend.h"
#include "models/ctc_path.h"
#include "models/letter_network.h"
#include "training/ctc.h"
#include "training/letter_data.h"
#include "training/sampler.h"

namespace myna::training {
namespace {

struct LetterBatch {
  at::Tensor frames;  ///< [B, T], zero behind each row's end
  std::vector<int64_t> lengths;
  std::vector<std::vector<int32_t>> targets;
};

LetterBatch make_batch(const std::vector<LetterWord>& words, const std::vector<int64_t>& chosen,
                       const models::LetterConfig& config) {
  LetterBatch batch;
  std::vector<std::vector<int64_t>> rows;
  int64_t longest = 0;
  for (const int64_t item : chosen) {
    rows.push_back(config.frames(words[size_t(item)].word));
    batch.lengths.push_back(int64_t(rows.back().size()));
    batch.targets.push_back(words[size_t(item)].readings.front());
    longest = std::max(longest, batch.lengths.back());
  }
  batch.frames = at::zeros({int64_t(rows.size()), longest}, at::kLong);
  for (size_t row = 0; row < rows.size(); ++row)
    std::copy(rows[row].begin(), rows[row].end(),
              batch.frames.data_ptr<int64_t>() + int64_t(row) * longest);
  return batch;
}

std::string without_stress(const std::string& phone) {
  return phone.substr(0, phone.find_first_of("012"));
}

bool same_sounds(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return without_stress(x) == without_stress(y);
  });
}

/// Shares of the unseen words that are read right.
class WordCheck {
 public:
  explicit WordCheck(const LetterDictionary& dictionary) : dictionary_(dictionary) {}

  Json operator()(compute::TorchBackend& backend, const models::LetterNetwork& network) const {
    const at::NoGradGuard no_grad;
    backend.set_training(false);
    const auto& words = dictionary_.unseen;
    double right = 0, right_sounds = 0, right_any = 0;
    constexpr size_t kRows = 256;
    for (size_t begin = 0; begin < words.size(); begin += kRows) {
      std::vector<int64_t> chosen;
      for (size_t i = begin; i < std::min(begin + kRows, words.size()); ++i)
        chosen.push_back(int64_t(i));
      const LetterBatch batch = make_batch(words, chosen, network.config());
      const auto out =
          network.forward(backend.wrap(batch.frames.to(backend.device())), batch.lengths);
      const at::Tensor logits = backend.unwrap(out.logits).to(at::kCPU, at::kFloat).contiguous();
      const int64_t classes = logits.size(2);
      for (size_t row = 0; row < chosen.size(); ++row) {
        const float* values = logits.data_ptr<float>() + int64_t(row) * logits.size(1) * classes;
        std::vector<std::string> said = names(models::ctc_greedy(
            {values, size_t(batch.lengths[row] * classes)}, classes, int32_t(classes - 1)));
        models::keep_one_main_stress(&said);
        const auto& readings = words[begin + row].readings;
        right += said == names(readings.front());
        right_sounds += same_sounds(said, names(readings.front()));
        right_any += std::any_of(readings.begin(), readings.end(),
                                 [&](const auto& reading) { return said == names(reading); });
      }
    }
    backend.set_training(true);
    const auto count = double(words.size());
    return {{"words", right / count},
            {"words_without_stress", right_sounds / count},
            {"words_any_reading", right_any / count},
            {"unseen_words", words.size()}};
  }

 private:
  std::vector<std::string> names(const std::vector<int32_t>& phones) const {
    std::vector<std::string> out;
    for (const int32_t phone : phones) out.push_back(dictionary_.phones[size_t(phone)]);
    return out;
  }

  const LetterDictionary& dictionary_;
};

BatchSampler make_sampler(const std::vector<LetterWord>& words, const models::LetterConfig& config,
                          const Json& data, uint64_t seed) {
  std::vector<SampleUnit> units;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto frames = int64_t(config.frames(words[i].word).size());
    // What cannot be said in its frames (one word in five thousand) cannot be learned.
    if (models::ctc_frames_needed(words[i].readings.front()) <= frames)
      units.push_back({int64_t(i), frames, "words"});
  }
  SamplerOptions options;
  options.max_frames = require<int64_t>(data, "batch_frames", "recipe", ErrorCode::kUsage);
  return BatchSampler(std::move(units), options, seed);
}

}  // namespace

bool train_letters(const std::filesystem::path& dictionary_file, const Json& recipe,
                   const RunOptions& options) {
  const std::string subject = "recipe";
  const LetterDictionary dictionary = load_letter_dictionary(dictionary_file);
  Json used = recipe;
  used["model"]["phones"] = dictionary.phones;
  const auto config = models::LetterConfig::from_json(used["model"], subject);

  prepare_torch(options);
  compute::TorchBackend backend(
      {.device = options.device, .training = true, .autocast_bf16 = options.bf16});
  models::FreshSource fresh(options.seed);
  const models::LetterNetwork network(backend, fresh, config);
  AdamW optimizer(backend.parameters(), OptimizerOptions::from_json(
                                            require<Json>(recipe, "optimizer", subject), subject));
  const BatchSampler sampler =
      make_sampler(dictionary.train, config,
                   require<Json>(recipe, "data", subject, ErrorCode::kUsage), options.seed);

  TrainingRun run(options, used,
                  {{"kind", "letters"}, {"seed", options.seed}, {"corpus", dictionary.digest}});
  run.add("letters", optimizer);
  const WordCheck check(dictionary);
  run.on_validate([&] { return check(backend, network); });
  run.resume();

  return run.run([&](int64_t step, double progress) -> Figures {
    const LetterBatch batch = make_batch(dictionary.train, sampler.batch(step), config);
    optimizer.zero_grad();
    const auto out =
        network.forward(backend.wrap(batch.frames.to(backend.device())), batch.lengths);
    const auto loss_of = [&](const models::Tensor& logits) {
      return ctc_loss(backend.unwrap(logits), batch.lengths, batch.targets,
                      int32_t(config.blank()));
    };
    const at::Tensor last = loss_of(out.logits);
    at::Tensor loss = last;
    for (const models::Tensor& logits : out.earlier) loss = loss + loss_of(logits);
    loss.backward();
    const double factor = schedule_factor(optimizer.options(), step, progress);
    const double norm = optimizer.step(factor);
    return {{"ctc", last.item<double>()},
            {"gradient_norm", norm},
            {"learning_rate", optimizer.options().learning_rate * factor},
            {"rows", double(batch.lengths.size())}};
  });
}

}  // namespace myna::training
