#include "models/cfm.h"

#include <algorithm>

#include "base/defect.h"

namespace myna::models {
namespace {

Tensor zeros(Backend& backend, const Shape& shape) {
  return backend.from_host(HostTensor::zeros(shape));
}

/// The last `frames` of [B, C, T].
Tensor tail(Backend& backend, const Tensor& x, int64_t frames) {
  return backend.slice(x, 2, std::max<int64_t>(0, x.dim(2) - frames), x.dim(2));
}

}  // namespace

Cfm::Cfm(Backend& backend, ParameterSource& source, const std::string& name,
         const CfmConfig& config, Precision precision)
    : backend_(backend),
      config_(config),
      estimator_(backend, source, name + ".estimator", config.estimator, precision) {}

Tensor Cfm::sample(const Tensor& conditions, const Tensor& prompt, const Tensor& noise,
                   const CfmOptions& options, const CancelToken& cancel) const {
  const int64_t rows = conditions.dim(0), frames = conditions.dim(2), known = prompt.dim(2);
  const int64_t mel = config_.estimator.mel;
  if (known < 1 || known >= frames || noise.shape() != Shape{rows, mel, frames})
    defect("Cfm::sample", "the prompt must be shorter than the conditions, the noise as long");
  if (options.steps < 1) defect("Cfm::sample", "at least one step is needed");
  const bool guided = options.guidance > 0.0f;

  std::vector<float> times, lengths(size_t(options.steps), float(1.0 / options.steps));
  for (int i = 0; i < options.steps; ++i) times.push_back(float(double(i) / options.steps));
  const DitModulation all = estimator_.modulation(backend_, times, lengths);

  Tensor shown = backend_.concat({prompt, zeros(backend_, {rows, mel, frames - known})}, 2);
  Tensor embedded = estimator_.embed(backend_, conditions);
  if (guided) {
    const Tensor none = estimator_.embed(backend_, zeros(backend_, conditions.shape()));
    embedded = backend_.concat({embedded, none}, 0);
    shown = backend_.concat({shown, zeros(backend_, shown.shape())}, 0);
  }
  // Where the prompt is, the flow's own state stays zero: the prompt is told beside it.
  const Tensor blank = zeros(backend_, {rows, mel, known});
  Tensor x = backend_.affine(backend_.slice(noise, 2, known, frames), options.temperature, 0.0f);
  for (int i = 0; i < options.steps; ++i) {
    cancel.check("speaking");
    Tensor state = backend_.concat({blank, x}, 2);
    if (guided) state = backend_.concat({state, state}, 0);
    const Tensor v = backend_.transpose(
        estimator_.velocity(backend_, state, shown, embedded, Dit::row(backend_, all, i)), 1, 2);
    Tensor step = backend_.slice(backend_.slice(v, 0, 0, rows), 2, known, frames);
    if (guided) {
      const Tensor other = backend_.slice(backend_.slice(v, 0, rows, 2 * rows), 2, known, frames);
      step = backend_.sub(backend_.affine(step, 1.0f + options.guidance, 0.0f),
                          backend_.affine(other, options.guidance, 0.0f));
    }
    x = backend_.add(x, backend_.affine(step, lengths[0], 0.0f));
  }
  return x;
}

void Cfm::continue_mel(const Tensor& recorded, const Tensor& recorded_conditions,
                       const Tensor& conditions, const Noise& noise, const CfmOptions& options,
                       const Sink& sink, const CancelToken& cancel) const {
  // What both tell of the recording begins together.
  const int64_t common = std::min(recorded.dim(2), recorded_conditions.dim(2));
  const int64_t known = std::min(common, config_.prompt_frames);
  if (known < 1) defect("Cfm::continue_mel", "the prompt is empty");
  Tensor prompt = tail(backend_, backend_.slice(recorded, 2, 0, common), known);
  Tensor said = tail(backend_, backend_.slice(recorded_conditions, 2, 0, common), known);

  const int64_t frames = conditions.dim(2), part_frames = config_.chunk_frames - known;
  int64_t part = 0;
  for (int64_t begin = 0; begin < frames; begin += part_frames, ++part) {
    const int64_t end = std::min(begin + part_frames, frames);
    const Tensor next = backend_.slice(conditions, 2, begin, end);
    const Tensor both = backend_.concat({said, next}, 2);
    const Tensor made = sample(both, prompt, noise(part, both.dim(2)), options, cancel);
    sink(made);
    prompt = tail(backend_, made, known);
    said = tail(backend_, next, known);
  }
}

}  // namespace myna::models
