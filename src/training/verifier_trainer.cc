#include "training/verifier_trainer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "audio/spectrum.h"
#include "base/random.h"
#include "compute/torch/torch_backend.h"
#include "models/speaker_verifier.h"
#include "training/mel_store.h"
#include "training/prefetch.h"

namespace myna::training {
namespace {

constexpr const char* kSubject = "recipe";
constexpr size_t kTrialsPerSpeaker = 6;
constexpr double kFramesPerSecond = 100;

template <typename T>
T setting(const Json& json, const char* key, const T& fallback) {
  return value_or<T>(json, key, fallback, kSubject, ErrorCode::kUsage);
}

/// Items by speaker, real recordings of known people only.
using Speakers = std::map<std::string, std::vector<int64_t>>;

Speakers speakers_of(const Dataset& dataset, Split split, double min_seconds) {
  Speakers out;
  std::map<std::string, double> seconds;
  for (size_t i = 0; i < dataset.items().size(); ++i) {
    const Item& item = dataset.items()[i];
    if (item.split != split || item.synthetic || item.speaker.ends_with("/unknown")) continue;
    out[item.speaker].push_back(int64_t(i));
    seconds[item.speaker] += double(item.sample_count) / dataset.sample_rate();
  }
  std::erase_if(out, [&](const auto& entry) { return seconds[entry.first] < min_seconds; });
  return out;
}

struct VerifierBatch {
  at::Tensor features;  ///< [B, bands, T]
  at::Tensor speakers;  ///< i64 [B]
};

/// Log filter bank of `samples` as a [bands, frames] tensor.
at::Tensor features_of(const std::vector<float>& samples, int sample_rate, int64_t bands) {
  const audio::Matrix fbank = audio::kaldi_fbank(samples, sample_rate, int(bands));
  return at::from_blob(const_cast<float*>(fbank.values.data()), {fbank.rows, fbank.cols},
                       at::kFloat)
      .t()
      .contiguous();
}

/// The filter banks of whole recordings, [frames, bands].
MelStore filter_banks(const Dataset& dataset, int64_t bands) {
  return MelStore(dataset, bands, [&dataset, bands](std::span<const float> mono) {
    audio::Matrix fbank = audio::kaldi_fbank(mono, dataset.sample_rate(), int(bands));
    return LogMel{bands, std::move(fbank.values)};
  });
}

/// A stretch of `wanted` frames as [bands, wanted]; shorter recordings are repeated.
at::Tensor stretch_of(const LogMel& whole, int64_t wanted, Rng& rng) {
  at::Tensor out = at::empty({whole.bins, wanted});
  const int64_t count = whole.frames();
  const int64_t begin = count > wanted ? int64_t(rng.below(uint64_t(count - wanted))) : 0;
  float* to = out.data_ptr<float>();
  for (int64_t t = 0; t < wanted; ++t) {
    const float* frame = whole.values.data() + (begin + t) % count * whole.bins;
    for (int64_t b = 0; b < whole.bins; ++b) to[b * wanted + t] = frame[b];
  }
  return out;
}

/// Another room and microphone: noise and a slope over the bands.
void disturb(at::Tensor& features, Rng& rng) {
  const int64_t bands = features.size(0), frames = features.size(1);
  const float tilt = rng.uniform(-1.0f, 1.0f), gain = rng.uniform(-1.5f, 1.5f);
  const float floor = features.max().item<float>() - rng.uniform(5.0f, 14.0f);
  const bool noisy = rng.uniform() < 0.4f;
  float* x = features.data_ptr<float>();
  for (int64_t b = 0; b < bands; ++b)
    for (int64_t t = 0; t < frames; ++t) {
      float& v = x[b * frames + t];
      if (noisy) v = std::log(std::exp(v) + std::exp(floor - 2.0f) * rng.exponential());
      v += gain + tilt * (float(b) / float(bands) - 0.5f);
    }
}

/// Equal error rate over pairs of held-out recordings.
Json validate(compute::TorchBackend& backend, const models::SpeakerVerifier& net,
              const Dataset& dataset, const Speakers& speakers) {
  const at::NoGradGuard no_grad;
  backend.set_training(false);
  std::vector<std::vector<float>> vectors;
  std::vector<size_t> owner;
  size_t index = 0;
  for (const auto& [name, items] : speakers) {
    const size_t count = std::min(items.size(), kTrialsPerSpeaker);
    for (size_t i = 0; i < count; ++i) {
      const Item& item = dataset.items()[size_t(items[i * items.size() / count])];
      const at::Tensor features =
          features_of(item_samples(dataset, item), dataset.sample_rate(), net.config().bands);
      const at::Tensor unit =
          backend.unwrap(net.embed(backend.wrap(features.unsqueeze(0).to(backend.device()))))
              .cpu()
              .to(at::kFloat)
              .contiguous();
      vectors.emplace_back(unit.data_ptr<float>(), unit.data_ptr<float>() + unit.numel());
      owner.push_back(index);
    }
    ++index;
  }
  backend.set_training(true);
  std::vector<double> same, different;
  for (size_t a = 0; a < vectors.size(); ++a)
    for (size_t b = a + 1; b < vectors.size(); ++b)
      (owner[a] == owner[b] ? same : different)
          .push_back(models::cosine_similarity(vectors[a], vectors[b]));
  if (same.empty() || different.empty()) return Json::object();
  return {{"equal_error_rate", equal_error_rate(same, different)},
          {"held_out_speakers", speakers.size()}};
}

}  // namespace

double equal_error_rate(std::span<const double> same, std::span<const double> different) {
  std::vector<std::pair<double, bool>> all;
  for (const double v : same) all.emplace_back(v, true);
  for (const double v : different) all.emplace_back(v, false);
  std::sort(all.begin(), all.end());
  double rejected = 0, accepted = double(different.size());
  double best_gap = 2, rate = 1;
  for (const auto& [score, is_same] : all) {  // threshold just above `score`
    (is_same ? rejected : accepted) += is_same ? 1 : -1;
    const double miss = rejected / double(same.size());
    const double alarm = accepted / double(different.size());
    if (std::abs(miss - alarm) < best_gap) {
      best_gap = std::abs(miss - alarm);
      rate = (miss + alarm) / 2;
    }
  }
  return rate;
}

bool train_verifier(const std::filesystem::path& data, Json recipe, const RunOptions& options) {
  prepare_torch(options);
  const Dataset dataset(data);
  const Json section = require<Json>(recipe, "data", kSubject, ErrorCode::kUsage);
  const int64_t rows = setting<int64_t>(section, "rows", 64);
  const double low = setting(section, "seconds_low", 1.5);
  const double high = setting(section, "seconds_high", 3.0);
  const Speakers speakers =
      speakers_of(dataset, Split::kTrain, setting(section, "min_seconds_per_speaker", 5.0));
  const Speakers held_out = speakers_of(dataset, Split::kValidation, 0);
  std::vector<const std::vector<int64_t>*> by_index;
  for (const auto& [name, items] : speakers) by_index.push_back(&items);
  if (by_index.size() < 2)
    throw Error(ErrorCode::kUsage, "has fewer than two speakers to tell apart", data.string());

  recipe["model"]["speakers"] = by_index.size();
  const auto config = models::SpeakerVerifierConfig::from_json(recipe["model"], kSubject);
  compute::TorchBackend backend(
      {.device = options.device, .training = true, .autocast_bf16 = options.bf16});
  models::FreshSource fresh(options.seed);
  const models::SpeakerVerifier net(backend, fresh, config, true);
  AdamW optimizer(
      backend.parameters(),
      OptimizerOptions::from_json(require<Json>(recipe, "optimizer", kSubject), kSubject));
  const double margin = setting(recipe, "margin", 0.2), scale = setting(recipe, "scale", 30.0);

  TrainingRun run(options, recipe,
                  {{"kind", "verifier"}, {"seed", options.seed}, {"corpus", dataset.digest()}});
  run.add("verifier", optimizer);
  run.on_validate([&] { return validate(backend, net, dataset, held_out); });
  const int64_t first = run.resume();

  const MelStore store = filter_banks(dataset, config.bands);
  Prefetcher<VerifierBatch> batches(
      [&](int64_t number) {
        Rng rng = Rng(options.seed, 0x7370).split(uint64_t(number));
        const double seconds = double(rng.uniform(float(low), float(high)));
        const auto wanted = int64_t(seconds * kFramesPerSecond);
        VerifierBatch batch;
        std::vector<at::Tensor> features;
        batch.speakers = at::empty({rows}, at::kLong);
        for (int64_t row = 0; row < rows; ++row) {
          const size_t who = rng.below(by_index.size());
          const auto& items = *by_index[who];
          const int64_t item = items[rng.below(items.size())];
          at::Tensor one = stretch_of(store.get(item), wanted, rng);
          disturb(one, rng);
          features.push_back(std::move(one));
          batch.speakers.data_ptr<int64_t>()[row] = int64_t(who);
        }
        batch.features = at::stack(features);
        return batch;
      },
      first, 3);
  return run.run([&](int64_t step, double progress) -> Figures {
    const VerifierBatch batch = batches.next();
    const at::Tensor wanted = batch.speakers.to(backend.device());
    optimizer.zero_grad();
    const auto embedded = net.embed(backend.wrap(batch.features.to(backend.device())));
    const at::Tensor cosines = backend.unwrap(net.cosines(embedded));
    const at::Tensor own = at::one_hot(wanted, cosines.size(1)).to(cosines.scalar_type());
    const at::Tensor loss = at::cross_entropy_loss((cosines - margin * own) * scale, wanted);
    loss.backward();
    const double factor = schedule_factor(optimizer.options(), step, progress);
    const double norm = optimizer.step(factor);
    const at::NoGradGuard no_grad;
    return {{"loss", loss.item<double>()},
            {"accuracy", (cosines.argmax(1) == wanted).to(at::kFloat).mean().item<double>()},
            {"gradient_norm", norm},
            {"learning_rate", optimizer.options().learning_rate * factor}};
  });
}

}  // namespace myna::training
