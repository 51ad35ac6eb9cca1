#include "evaluation/speaker_similarity.h"

#include <cmath>

#include "audio/resample.h"
#include "audio/spectrum.h"
#include "base/error.h"
#include "models/model_file.h"

namespace myna::evaluation {

SpeakerComparison::SpeakerComparison(std::shared_ptr<compute::Backend> backend,
                                     const std::filesystem::path& model)
    : backend_(std::move(backend)) {
  const models::ModelFile file = models::open_model_file(model, "verifier");
  network_ = std::make_unique<models::SpeakerVerifier>(
      *backend_, *file.source(),
      models::SpeakerVerifierConfig::from_json(file.config, file.subject()));
}

SpeakerVector SpeakerComparison::embed(const audio::Clip& clip) const {
  const int rate = int(network_->config().sampling_rate);
  const audio::Clip mono = audio::to_mono(clip, rate);
  if (mono.seconds() < 0.5) {
    throw Error(ErrorCode::kInvalidAudio, "is shorter than 0.5 s; a voice cannot be compared.",
                "recording");
  }
  const audio::Matrix frames =
      audio::kaldi_fbank(mono.samples, rate, int(network_->config().bands));  // [frames, bands]
  const compute::Tensor features =
      backend_->transpose(backend_->from_host(tensor::HostTensor::from_floats(
                              {1, frames.rows, frames.cols}, frames.values)),
                          1, 2);
  return backend_->to_host(network_->embed(features)).to_floats();
}

SpeakerVector mean_vector(const std::vector<SpeakerVector>& vectors) {
  SpeakerVector mean(vectors.front().size(), 0.0f);
  for (const SpeakerVector& vector : vectors) {
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += vector[i];
  }
  double norm = 0;
  for (const float x : mean) norm += double(x) * x;
  for (float& x : mean) x = float(x / std::sqrt(std::max(norm, 1e-20)));
  return mean;
}

size_t nearest(const SpeakerVector& vector, const std::vector<SpeakerVector>& candidates) {
  size_t best = 0;
  double best_cosine = -2;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const double cosine = models::cosine_similarity(vector, candidates[i]);
    if (cosine > best_cosine) best = i, best_cosine = cosine;
  }
  return best;
}

}  // namespace myna::evaluation
