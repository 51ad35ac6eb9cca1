#include "training/sovits_trainer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>
#include <optional>

#include "audio/io.h"
#include "base/random.h"
#include "compute/torch/torch_backend.h"
#include "models/discriminators.h"
#include "models/sovits.h"
#include "training/gan_losses.h"
#include "training/listening_losses.h"
#include "training/mel_store.h"
#include "training/prefetch.h"
#include "training/sovits_codebook.h"
#include "training/sovits_data.h"
#include "training/spectral_loss.h"
#include "training/trained_networks.h"

namespace myna::training {
namespace {

constexpr const char* kSubject = "recipe";
constexpr size_t kValidationItems = 12;
constexpr size_t kSamplesWritten = 4;

template <typename T>
T setting(const Json& json, const char* key, const T& fallback) {
  return value_or<T>(json, key, fallback, kSubject, ErrorCode::kUsage);
}

struct LossWeights {
  double mel = 15, kl = 1, pitch = 10, adversarial = 1, features = 2;
  double content = 0, phones = 0, reading = 0, likeness = 0;  ///< by listening networks
  double adversarial_from = 0.35;                             ///< share of the budget
  double prior_share = 0;  ///< of the steps that are heard from the prior, as in speaking
  std::vector<MelScale> scales = {{256, 32}, {512, 64}, {1024, 80}, {2048, 120}};

  static LossWeights from_json(const Json& json) {
    LossWeights w;
    w.mel = setting(json, "mel", w.mel);
    w.kl = setting(json, "kl", w.kl);
    w.pitch = setting(json, "pitch", w.pitch);
    w.content = setting(json, "content", w.content);
    w.phones = setting(json, "phones", w.phones);
    w.reading = setting(json, "reading", w.reading);
    w.likeness = setting(json, "likeness", w.likeness);
    w.adversarial = setting(json, "adversarial", w.adversarial);
    w.features = setting(json, "features", w.features);
    w.prior_share = setting(json, "prior_share", w.prior_share);
    w.adversarial_from = setting(json, "adversarial_from", w.adversarial_from);
    const auto scales = setting(json, "scales", std::vector<std::vector<int64_t>>{});
    if (!scales.empty()) w.scales.clear();
    for (const auto& pair : scales) w.scales.push_back({pair.at(0), pair.at(1)});
    return w;
  }
};

SovitsDataOptions data_options(const Json& json) {
  SovitsDataOptions o;
  o.max_seconds = setting(json, "max_seconds", o.max_seconds);
  o.style_min_seconds = setting(json, "style_min_seconds", o.style_min_seconds);
  o.style_max_seconds = setting(json, "style_max_seconds", o.style_max_seconds);
  o.same_utterance = setting(json, "same_utterance", o.same_utterance);
  o.window_frames = setting(json, "window_frames", o.window_frames);
  o.text_dropout = setting(json, "text_dropout", o.text_dropout);
  return o;
}

/// The codebook and, where there is one, the weights of an earlier run.
std::unique_ptr<models::MapSource> known_tensors(const std::filesystem::path& codebook,
                                                 const std::filesystem::path& base,
                                                 const models::SovitsConfig& config) {
  std::map<std::string, tensor::HostTensor> tensors;
  if (!base.empty()) {
    const std::filesystem::path snapshot = newest_checkpoint(base);
    for (const char* part : {"sovits", "discriminators"})
      tensors.merge(snapshot_weights(snapshot, part));
  }
  for (auto& [name, value] : codebook_tensors(codebook, config)) tensors[name] = value;
  return models::MapSource::from_map(std::move(tensors), codebook.string());
}

std::map<std::string, at::Tensor> named(compute::TorchBackend& backend, bool critics) {
  std::map<std::string, at::Tensor> out;
  for (auto& [name, value] : backend.parameters())
    if (name.starts_with("discriminators.") == critics) out[name] = value;
  return out;
}

struct Critique {
  std::vector<at::Tensor> scores;
  std::vector<std::vector<at::Tensor>> features;
};

/// Everything that one training holds together.
class SovitsTraining {
 public:
  SovitsTraining(const Dataset& dataset, const SovitsTrainFiles& files, const Json& recipe,
                 const RunOptions& options)
      : options_(options),
        config_(
            models::SovitsConfig::from_json(require<Json>(recipe, "model", kSubject), kSubject)),
        weights_(LossWeights::from_json(require<Json>(recipe, "losses", kSubject))),
        dataset_(dataset),
        data_(dataset, config_, data_options(require<Json>(recipe, "data", kSubject))),
        mel_loss_(int(config_.sampling_rate), weights_.scales),
        backend_({.device = options.device, .training = true, .autocast_bf16 = options.bf16}),
        known_(known_tensors(files.codebook, files.base, config_)),
        fresh_(options.seed, known_.get()),
        net_(backend_, fresh_, config_, {.posterior = true}),
        critics_(backend_, fresh_,
                 models::DiscriminatorConfig::from_json(
                     recipe.value("discriminators", Json::object()), kSubject)),
        generator_(
            named(backend_, false),
            OptimizerOptions::from_json(require<Json>(recipe, "optimizer", kSubject), kSubject)),
        discriminator_(named(backend_, true),
                       OptimizerOptions::from_json(
                           require<Json>(recipe, "discriminator_optimizer", kSubject), kSubject)) {
    listen_with(files);
    for (const SampleUnit& unit : data_.units(Split::kValidation)) validation_.push_back(unit);
    const size_t all = validation_.size(), kept = std::min(all, kValidationItems);
    for (size_t i = 0; i < kept; ++i) validation_[i] = validation_[i * all / kept];
    validation_.resize(kept);
  }

  const SovitsData& data() const { return data_; }
  AdamW& generator() { return generator_; }
  AdamW& discriminator() { return discriminator_; }

  Figures step(const SovitsTrainBatch& batch, int64_t number, double progress) {
    const bool game = progress >= weights_.adversarial_from && weights_.adversarial > 0;
    const models::SovitsForward f = forward(batch);
    const int64_t frames = config_.segment_size / config_.hop_length;
    Rng random = Rng(options_.seed, 0x7072).split(uint64_t(number));
    const bool speaking = random.uniform() < float(weights_.prior_share);
    const compute::Tensor z = speaking ? spoken_latents(f, batch) : f.posterior.z;
    const at::Tensor fake = backend_.unwrap(net_.decode_segment(
        net_.slice_rows(z, batch.begins, frames), f.style, wrap(batch.excitation)));
    const at::Tensor real = batch.wave.to(backend_.device());

    Figures figures;
    const double factor = schedule_factor(generator_.options(), number, progress);
    if (game) {
      discriminator_.zero_grad();
      const at::Tensor loss =
          discriminator_loss(criticise(real).scores, criticise(fake.detach()).scores);
      loss.backward();
      figures["discriminator"] = loss.item<double>();
      figures["discriminator_norm"] = discriminator_.step(
          schedule_factor(discriminator_.options(), discriminator_.steps_taken(), progress));
    }

    generator_.zero_grad();
    const at::Tensor mel = mel_loss_(fake, real);
    const at::Tensor kl =
        kl_loss(backend_.unwrap(f.z_p), backend_.unwrap(f.posterior.log_std),
                backend_.unwrap(f.prior.mean), backend_.unwrap(f.prior.log_std), mask(batch));
    at::Tensor total = weights_.mel * mel + weights_.kl * kl;
    if (f.log_pitch) {
      const at::Tensor pitch = pitch_loss(f, batch);
      total = total + weights_.pitch * pitch;
      figures["pitch"] = pitch.item<double>();
    }
    // What is heard from the prior is told apart: it is what speaking sounds like.
    const std::string heard = speaking ? "_prior" : "";
    total = total + listened(fake, real, batch.said, heard, figures);
    if (game) {
      discriminator_.zero_grad();
      Critique of_real;
      {
        const at::NoGradGuard no_grad;
        of_real = criticise(real);
      }
      const Critique of_fake = criticise(fake);
      const at::Tensor fooled = generator_loss(of_fake.scores);
      const at::Tensor features = feature_loss(of_real.features, of_fake.features);
      total = total + weights_.adversarial * fooled + weights_.features * features;
      figures["generator"] = fooled.item<double>();
      figures["features"] = features.item<double>();
    }
    total.backward();
    figures["gradient_norm"] = generator_.step(factor);
    figures["mel" + heard] = mel.item<double>();
    figures["kl"] = kl.item<double>();
    figures["learning_rate"] = generator_.options().learning_rate * factor;
    return figures;
  }

  /// Losses on held-out utterances, and the distance of what codes and another recording of the
  /// speaker make of them from the real ones; a few of those are written as files.
  Json validate(int64_t step) {
    const at::NoGradGuard no_grad;
    backend_.set_training(false);
    double mel_prior = 0, kl = 0, pitch = 0;
    for (size_t i = 0; i < validation_.size(); ++i) {
      const SovitsTrainBatch batch = data_.make({validation_[i].item}, Rng(7).split(i), true);
      const models::SovitsForward f = forward(batch);
      kl += kl_loss(backend_.unwrap(f.z_p), backend_.unwrap(f.posterior.log_std),
                    backend_.unwrap(f.prior.mean), backend_.unwrap(f.prior.log_std), mask(batch))
                .item<double>();
      const Item& item = dataset_.items()[size_t(validation_[i].item)];
      const std::vector<float> samples = item_samples(dataset_, item);
      const int64_t count = batch.lengths[0] * config_.hop_length;
      at::Tensor real = at::zeros({1, 1, count});
      std::copy_n(samples.begin(), std::min<int64_t>(count, int64_t(samples.size())),
                  real.data_ptr<float>());
      if (f.log_pitch) pitch += pitch_loss(f, batch).item<double>();
      const at::Tensor spoken =
          backend_
              .unwrap(net_.decode(net_.sample(f.prior, f.style, i, config_.spoken_noise), f.style))
              .cpu();
      mel_prior += mel_loss_(spoken, real).item<double>();
      if (i < kSamplesWritten) write_sample(spoken, i, step);
    }
    backend_.set_training(true);
    const double n = double(std::max<size_t>(1, validation_.size()));
    Json metrics = {{"mel_prior", mel_prior / n}, {"kl", kl / n}};
    if (config_.has_pitch()) metrics["pitch"] = pitch / n;
    return metrics;
  }

 private:
  void listen_with(const SovitsTrainFiles& files) {
    const ListeningOptions listening{options_.device, options_.bf16};
    const auto rate = int(config_.sampling_rate);
    const auto needs = [](const std::filesystem::path& file, const char* what) {
      if (file.empty())
        throw Error(ErrorCode::kUsage, std::string("has a loss that needs ") + what, kSubject);
    };
    if (weights_.content > 0 || weights_.phones > 0 || weights_.reading > 0) {
      needs(files.content, "a content encoder: give --content");
      content_loss_.emplace(files.content, rate, listening);
    }
    if (weights_.likeness > 0) {
      needs(files.verifier, "a speaker verifier: give --verifier");
      likeness_loss_.emplace(files.verifier, rate, listening);
    }
  }

  /// The weighted losses of the listening networks.
  at::Tensor listened(const at::Tensor& fake, const at::Tensor& real,
                      const std::vector<std::vector<int32_t>>& said, const std::string& heard,
                      Figures& figures) const {
    at::Tensor total = at::zeros({}, fake.options());
    if (content_loss_) {
      const ContentLoss::Parts content = (*content_loss_)(fake, real, said);
      total = total + weights_.content * content.features + weights_.phones * content.phones +
              weights_.reading * content.reading;
      figures["content" + heard] = content.features.item<double>();
      figures["phones" + heard] = content.phones.item<double>();
      figures["reading" + heard] = content.reading.item<double>();
    }
    if (likeness_loss_) {
      const at::Tensor likeness = (*likeness_loss_)(fake, real);
      total = total + weights_.likeness * likeness;
      figures["likeness" + heard] = likeness.item<double>();
    }
    return total;
  }

  /// Absent stays absent.
  compute::Tensor wrap(const at::Tensor& value) {
    if (!value.defined()) return {};
    return backend_.wrap(value.to(backend_.device()));
  }

  models::SovitsForward forward(const SovitsTrainBatch& batch) {
    models::SovitsBatch in;
    in.spec = wrap(batch.spec);
    in.lengths = batch.lengths;
    in.codes = wrap(batch.codes);
    in.phones = wrap(batch.phones);
    in.phone_lengths = batch.phone_lengths;
    in.noise = wrap(at::randn({batch.spec.size(0), config_.inter_channels, batch.spec.size(2)}));
    in.style_spec = wrap(batch.style_spec);
    in.style_lengths = batch.style_lengths;
    return net_.forward_train(in);
  }

  /// Latents as speaking draws them: from the prior, with less noise, through the flow.
  compute::Tensor spoken_latents(const models::SovitsForward& f, const SovitsTrainBatch& batch) {
    const auto noise =
        wrap(at::randn({batch.spec.size(0), config_.inter_channels, batch.spec.size(2)}));
    return net_.flow().reverse(backend_, net_.latents(f.prior, noise, config_.spoken_noise),
                               batch.lengths, f.style);
  }

  at::Tensor mask(const SovitsTrainBatch& batch) const {
    const at::Tensor frames = at::arange(batch.spec.size(2)).reshape({1, 1, -1});
    const at::Tensor lengths =
        at::tensor(at::ArrayRef<int64_t>(batch.lengths), at::kLong).reshape({-1, 1, 1});
    return (frames < lengths).to(backend_.device(), at::kFloat);
  }

  /// Mean squared error of the logarithm over voiced frames.
  at::Tensor pitch_loss(const models::SovitsForward& f, const SovitsTrainBatch& batch) {
    const at::Tensor voiced = batch.voiced.to(backend_.device());
    const at::Tensor wanted = batch.log_pitch.to(backend_.device());
    const at::Tensor error = (backend_.unwrap(f.log_pitch) - wanted).square() * voiced;
    return error.sum() / voiced.sum().clamp_min(1.0);
  }

  Critique criticise(const at::Tensor& wave) {
    Critique out;
    for (const models::Judgement& judgement : critics_(backend_.wrap(wave))) {
      out.scores.push_back(backend_.unwrap(judgement.scores));
      out.features.emplace_back();
      for (const compute::Tensor& feature : judgement.features)
        out.features.back().push_back(backend_.unwrap(feature));
    }
    return out;
  }

  void write_sample(const at::Tensor& wave, size_t index, int64_t step) const {
    const std::filesystem::path folder = options_.out / "samples";
    std::filesystem::create_directories(folder);
    const at::Tensor plain = wave.reshape({-1}).contiguous();
    audio::Clip clip{{plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()},
                     int(config_.sampling_rate),
                     1};
    audio::write_clip(
        folder / ("step-" + std::to_string(step) + "-" + std::to_string(index) + ".wav"), clip);
  }

  RunOptions options_;
  models::SovitsConfig config_;
  LossWeights weights_;
  const Dataset& dataset_;
  SovitsData data_;
  MelLoss mel_loss_;
  std::optional<ContentLoss> content_loss_;
  std::optional<LikenessLoss> likeness_loss_;
  compute::TorchBackend backend_;
  std::unique_ptr<models::MapSource> known_;
  models::FreshSource fresh_;
  models::Sovits net_;
  models::Discriminators critics_;
  AdamW generator_, discriminator_;
  std::vector<SampleUnit> validation_;
};

}  // namespace

bool train_sovits(const std::filesystem::path& data, const SovitsTrainFiles& files,
                  const Json& recipe, const RunOptions& options) {
  prepare_torch(options);
  const Dataset dataset(data);
  SovitsTraining training(dataset, files, recipe, options);

  const Json section = require<Json>(recipe, "data", kSubject, ErrorCode::kUsage);
  SamplerOptions sampling;
  sampling.fixed_rows = require<int64_t>(section, "rows", kSubject, ErrorCode::kUsage);
  sampling.shares = setting(section, "shares", std::map<std::string, double>{});
  const BatchSampler sampler(training.data().units(Split::kTrain), sampling, options.seed);

  TrainingRun run(options, recipe,
                  {{"kind", "sovits"},
                   {"seed", options.seed},
                   {"corpus", dataset.digest()},
                   {"tokeniser", dataset.tokeniser_digest()}});
  run.add("sovits", training.generator());
  run.add("discriminators", training.discriminator());
  run.on_validate([&] { return training.validate(run.steps_done()); });
  const int64_t first = run.resume();

  Prefetcher<SovitsTrainBatch> batches(
      [&](int64_t number) {
        return training.data().make(sampler.batch(number),
                                    Rng(options.seed, 0x736f).split(uint64_t(number)));
      },
      first, 3);
  return run.run(
      [&](int64_t step, double progress) { return training.step(batches.next(), step, progress); });
}

}  // namespace myna::training
