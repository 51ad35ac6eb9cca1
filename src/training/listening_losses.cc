#include "training/listening_losses.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "base/error.h"
#include "training/ctc.h"

namespace myna::training {
namespace {

void require_rate(int64_t wanted, int sample_rate, const std::filesystem::path& where) {
  if (wanted == sample_rate) return;
  throw Error(ErrorCode::kUsage,
              "listens at " + std::to_string(wanted) + " Hz, but the speech is at " +
                  std::to_string(sample_rate) + " Hz; train a network of that rate",
              where.string());
}

LogMelFeatures features_of(const models::ContentConfig& config) {
  return {int(config.sample_rate), config.n_fft, config.hop, config.mels};
}

/// CTC loss over the rows whose text is known.
at::Tensor reading_loss(const at::Tensor& logits, const std::vector<std::vector<int32_t>>& said,
                        int32_t blank) {
  std::vector<at::Tensor> rows;
  std::vector<std::vector<int32_t>> targets;
  for (size_t row = 0; row < said.size(); ++row) {
    if (said[row].empty()) continue;
    rows.push_back(logits[int64_t(row)]);
    targets.push_back(said[row]);
  }
  if (rows.empty()) return at::zeros({}, logits.options());
  const std::vector<int64_t> lengths(rows.size(), logits.size(1));
  return ctc_loss(at::stack(rows), lengths, targets, blank);
}

}  // namespace

ContentLoss::ContentLoss(const std::filesystem::path& encoder, int sample_rate,
                         const ListeningOptions& options)
    : content_(load_trained_content(encoder, options)),
      log_mel_(features_of(content_.encoder->config())) {
  require_rate(content_.encoder->config().sample_rate, sample_rate, encoder);
}

ContentLoss::Parts ContentLoss::operator()(const at::Tensor& fake, const at::Tensor& real,
                                           const std::vector<std::vector<int32_t>>& said) const {
  compute::TorchBackend& backend = *content_.backend;
  at::Tensor wanted_features, wanted_phones;
  {
    const at::NoGradGuard no_grad;
    const models::ContentOutput wanted = content_.encoder->forward(backend.wrap(log_mel_(real)));
    wanted_features = backend.unwrap(wanted.features);
    wanted_phones = backend.unwrap(wanted.logits).log_softmax(-1);
  }
  const models::ContentOutput heard = content_.encoder->forward(backend.wrap(log_mel_(fake)));
  const at::Tensor logits = backend.unwrap(heard.logits);
  const at::Tensor phones = logits.log_softmax(-1);
  return {(backend.unwrap(heard.features) - wanted_features).abs().mean(),
          (wanted_phones.exp() * (wanted_phones - phones)).sum(-1).mean(),
          reading_loss(logits, said, int32_t(content_.encoder->config().blank()))};
}

LikenessLoss::LikenessLoss(const std::filesystem::path& verifier, int sample_rate,
                           const ListeningOptions& options)
    : verifier_(load_trained_verifier(verifier, options)),
      features_(sample_rate, verifier_.network->config().bands) {
  require_rate(verifier_.network->config().sampling_rate, sample_rate, verifier);
}

at::Tensor LikenessLoss::embed(const at::Tensor& wave) const {
  compute::TorchBackend& backend = *verifier_.backend;
  return backend.unwrap(verifier_.network->embed(backend.wrap(features_(wave))));
}

at::Tensor LikenessLoss::operator()(const at::Tensor& fake, const at::Tensor& real) const {
  at::Tensor wanted;
  {
    const at::NoGradGuard no_grad;
    wanted = embed(real);
  }
  return 1.0 - (embed(fake) * wanted).sum(-1).mean();
}

}  // namespace myna::training
