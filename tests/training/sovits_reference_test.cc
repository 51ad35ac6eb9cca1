// One training step of SoVITS v2 against the published trainer: every loss and the gradient norm of
// every parameter of generator and discriminators, in f32 without dropout.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "audio/spectrum.h"
#include "compute/torch/torch_backend.h"
#include "models/discriminators.h"
#include "models/sovits_golden.h"
#include "training/gan_losses.h"

namespace myna::training {
namespace {

using testing::SovitsGolden;

/// The differentiable log mel of the published trainer; audio's is the same without gradients.
torch::Tensor log_mel(const torch::Tensor& spec, const models::SovitsConfig& config) {
  const audio::MelBank bank =
      audio::slaney_mel_bank(int(config.sampling_rate), int(config.filter_length),
                             int(config.mel_channels), config.mel_fmin, config.mel_fmax);
  const auto weights = torch::tensor(bank.weights.values).view({bank.weights.rows, -1});
  return torch::log(torch::clamp_min(torch::matmul(weights, spec), 1e-5));
}

torch::Tensor magnitudes(const torch::Tensor& wav, const models::SovitsConfig& config) {
  const int64_t n_fft = config.filter_length, hop = config.hop_length, pad = (n_fft - hop) / 2;
  namespace F = torch::nn::functional;
  const auto padded = F::pad(wav, F::PadFuncOptions({pad, pad}).mode(torch::kReflect)).squeeze(1);
  const auto spec = torch::stft(padded, n_fft, hop, n_fft, torch::hann_window(n_fft), false,
                                "reflect", false, true, true);
  return torch::sqrt(torch::view_as_real(spec).square().sum(-1) + 1e-8);
}

struct Judged {
  std::vector<torch::Tensor> scores;
  std::vector<std::vector<torch::Tensor>> features;
  int64_t layers = 0;
};

Judged judge(const compute::TorchBackend& backend, const models::Discriminators& discriminators,
             const torch::Tensor& wav) {
  Judged out;
  for (const models::Judgement& judgement : discriminators(backend.wrap(wav))) {
    out.scores.push_back(backend.unwrap(judgement.scores));
    std::vector<torch::Tensor> features;
    for (const auto& feature : judgement.features) features.push_back(backend.unwrap(feature));
    features.push_back(out.scores.back());  // the published feature loss counts the scores too
    out.layers += int64_t(features.size());
    out.features.push_back(std::move(features));
  }
  return out;
}

/// The real recordings' segments, [2, 1, samples].
torch::Tensor real_segments(const SovitsGolden& golden, const SovitsGolden::TrainStep& step,
                            const models::SovitsConfig& config) {
  std::vector<torch::Tensor> rows;
  for (size_t b = 0; b < step.begins.size(); ++b) {
    std::vector<float> wav = testing::golden_wave(
        golden.input_prefix() + "train_wav" + std::to_string(b),
        size_t(step.spec.dim(2) * config.hop_length), int(config.sampling_rate));
    std::fill(wav.begin() + step.batch.lengths[b] * config.hop_length, wav.end(), 0.0f);
    rows.push_back(torch::tensor(wav).slice(0, step.begins[b] * config.hop_length,
                                            (step.begins[b] + step.segment) * config.hop_length));
  }
  return torch::stack(rows).unsqueeze(1);
}

/// Compares the gradient norms of the leaves named in `order`, and that no other leaf exists.
void expect_norms(const SovitsGolden& golden, const std::string& stored, const char* order_key,
                  const std::map<std::string, torch::Tensor>& leaves) {
  const auto order = golden.train_case()[order_key].get<std::vector<std::string>>();
  const auto want = golden.golden().stored<float>(stored);
  const auto& row = golden.golden().row(stored);
  const double atol = row["atol"], rtol = row["rtol"];
  ASSERT_EQ(order.size(), want.size());
  EXPECT_EQ(leaves.size(), order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const auto leaf = leaves.find(order[i]);
    ASSERT_NE(leaf, leaves.end()) << order[i];
    const auto gradient = leaf->second.grad();
    const double norm = gradient.defined() ? gradient.norm().item<double>() : 0.0;
    EXPECT_NEAR(norm, want[i], atol + rtol * std::abs(want[i])) << order[i];
  }
}

class SovitsTrainingStep : public ::testing::TestWithParam<const char*> {};

TEST_P(SovitsTrainingStep, LossesAndGradientsMatch) {
  MYNA_REQUIRE_GROUP(GetParam());
  compute::TorchBackend backend({.device = "cpu", .training = true}), critic({.training = true});
  backend.set_training(false);  // no dropout; gradients stay on
  SovitsGolden golden(backend, GetParam());
  testing::GoldenSource source(GetParam(), "discriminator");
  const models::Discriminators discriminators(critic, source,
                                              models::DiscriminatorConfig::official());
  const models::SovitsConfig& config = golden.sovits().config();

  const SovitsGolden::TrainStep step = golden.train_step();
  const models::SovitsForward forward = golden.sovits().forward_train(step.batch);
  const auto z = golden.sovits().slice_rows(forward.posterior.z, step.begins, step.segment);
  const auto made = backend.unwrap(golden.sovits().decode_segment(z, forward.style));
  const auto real = real_segments(golden, step, config);

  Judged of_real = judge(critic, discriminators, real);
  Judged of_made = judge(critic, discriminators, made.detach());
  const auto count = double(of_real.scores.size());
  const auto critic_loss = count * discriminator_loss(of_real.scores, of_made.scores);
  critic_loss.backward();
  expect_norms(golden, "train.grad_norm_d", "grad_order_d", critic.parameters());

  of_real = judge(critic, discriminators, real);
  of_made = judge(critic, discriminators, made);
  const auto adversarial = count * generator_loss(of_made.scores);
  // The published loss sums over layers and doubles.
  const auto features =
      2.0 * double(of_real.layers) * feature_loss(of_real.features, of_made.features);
  std::vector<torch::Tensor> spec_rows;
  for (size_t b = 0; b < step.begins.size(); ++b) {
    spec_rows.push_back(backend.unwrap(step.batch.spec)[int64_t(b)].slice(
        1, step.begins[b], step.begins[b] + step.segment));
  }
  const auto mel = 45.0 * torch::l1_loss(log_mel(torch::stack(spec_rows), config),
                                         log_mel(magnitudes(made, config), config));
  auto mask = torch::ones({2, 1, step.spec.dim(2)});
  mask = backend.unwrap(backend.mask_frames(backend.wrap(mask), step.batch.lengths));
  const auto kl =
      kl_loss(backend.unwrap(forward.z_p), backend.unwrap(forward.posterior.log_std),
              backend.unwrap(forward.prior.mean), backend.unwrap(forward.prior.log_std), mask);
  const auto total = adversarial + features + mel + kl;
  total.backward();

  const std::vector<float> losses = {critic_loss.item<float>(),
                                     adversarial.item<float>(),
                                     features.item<float>(),
                                     mel.item<float>(),
                                     0.0f,
                                     kl.item<float>(),
                                     total.item<float>()};
  golden.golden().expect_close("train.losses", losses);
  expect_norms(golden, "train.grad_norm_g", "grad_order_g", backend.parameters());
}

INSTANTIATE_TEST_SUITE_P(Versions, SovitsTrainingStep,
                         ::testing::Values("sovits_small", "sovits_v2"));

}  // namespace
}  // namespace myna::training
