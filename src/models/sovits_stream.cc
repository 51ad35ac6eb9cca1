#include "models/sovits_stream.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "models/excitation.h"

namespace myna::models {
namespace {

constexpr int64_t kJoinFrames = 1;    ///< crossfaded
constexpr int64_t kSearchFrames = 8;  ///< among which the quietest place is chosen
constexpr double kGrowth = 1.5;       ///< of the steps

/// Two rows of a [1, rows, frames] prior between which a frame lies.
struct Place {
  int64_t low = 0, high = 0;
  float share = 0;  ///< of high
  float mix(std::span<const float> row) const {
    const float a = row[size_t(low)];
    return a + share * (row[size_t(high)] - a);
  }
};

Place place_of(int64_t frame, double speed, int64_t frames) {
  if (speed == 1.0) return {frame, frame, 0.0f};
  const double at = std::clamp((double(frame) + 0.5) * speed - 0.5, 0.0, double(frames - 1));
  const auto low = int64_t(at);
  return {low, std::min(low + 1, frames - 1), float(at - double(low))};
}

/// `before` gives way to `after`, in place; both say the same, so their weights add up to 1.
void crossfade(std::span<const float> before, std::span<float> after) {
  for (size_t i = 0; i < before.size(); ++i) {
    const double angle = std::numbers::pi / 2 * (double(i) + 0.5) / double(before.size());
    const auto rise = float(std::sin(angle) * std::sin(angle));
    after[i] = before[i] + rise * (after[i] - before[i]);
  }
}

}  // namespace

SovitsStream::SovitsStream(const Sovits& sovits, StreamRequest request, Sink sink)
    : sovits_(sovits),
      request_(std::move(request)),
      sink_(std::move(sink)),
      rng_(request_.seed),
      size_(request_.pace.first),
      ahead_(request_.pace.first_ahead) {
  const StreamPace& pace = request_.pace;
  if (pace.first < 1 || pace.first_ahead < 1 || pace.most < pace.first ||
      pace.most_ahead < pace.first_ahead || request_.speed <= 0)
    throw Error(ErrorCode::kInternal, "an impossible pace or speed", "SovitsStream");
}

int64_t SovitsStream::frames_of(int64_t codes) const {
  return int64_t(double(codes * sovits_.config().frames_per_code) / request_.speed);
}

/// Frames that the codes so far tell of; in the end as many as the prior encoder gives.
int64_t SovitsStream::known_frames(bool last) const {
  const auto codes = int64_t(codes_.size());
  if (request_.speed == 1.0) return frames_of(codes);
  if (last) return frames_of(codes) + 1;
  const double frames = double(codes * sovits_.config().frames_per_code);
  return int64_t((frames - 0.5) / request_.speed + 0.5);
}

void SovitsStream::draw_noise(int64_t frames) {
  const auto wanted = size_t(frames * sovits_.config().inter_channels);
  const size_t had = noise_.size();
  if (wanted <= had) return;
  noise_.resize(wanted);
  rng_.fill_normal(std::span(noise_).subspan(had));
}

/// Latents and pitch of the frames [done_, known).
void SovitsStream::place(const Prior& prior, int64_t known) {
  Backend& backend = sovits_.backend();
  const int64_t channels = sovits_.config().inter_channels, frames = prior.mean.dim(2);
  const std::vector<float> mean = backend.to_host(prior.mean).to_floats();
  const std::vector<float> log_std = backend.to_host(prior.log_std).to_floats();
  std::vector<float> pitch;
  if (sovits_.config().has_pitch()) {
    pitch = backend.to_host(sovits_.log_pitch(prior, request_.style)).to_floats();
    widen_pitch(pitch, sovits_.config().pitch_spread);
  }
  draw_noise(known);
  latents_.resize(size_t(known * channels));
  log_hz_.resize(pitch.empty() ? 0 : size_t(known));
  for (int64_t t = done_; t < known; ++t) {
    const Place at = place_of(t, request_.speed, frames);
    for (int64_t c = 0; c < channels; ++c) {
      const auto row = [&](const std::vector<float>& values) {
        return std::span(values).subspan(size_t(c * frames), size_t(frames));
      };
      const auto i = size_t(t * channels + c);
      latents_[i] =
          at.mix(row(mean)) + request_.noise_scale * noise_[i] * std::exp(at.mix(row(log_std)));
    }
    if (!pitch.empty()) log_hz_[size_t(t)] = at.mix(pitch);
  }
}

Tensor SovitsStream::excitation(int64_t begin, int64_t end) const {
  const int64_t hop = sovits_.config().hop_length;
  const Excitation all =
      make_excitation(log_hz_, hop, sovits_.config().sampling_rate, request_.seed);
  std::vector<float> both(all.pulses.begin() + begin * hop, all.pulses.begin() + end * hop);
  both.insert(both.end(), all.noise.begin() + begin * hop, all.noise.begin() + end * hop);
  return sovits_.backend().from_host(
      HostTensor::from_floats({1, 2, (end - begin) * hop}, std::move(both)));
}

/// Samples of the frames [done_, end), from all latents that there are.
std::vector<float> SovitsStream::render(int64_t end) const {
  Backend& backend = sovits_.backend();
  const int64_t channels = sovits_.config().inter_channels;
  const int64_t known = int64_t(latents_.size()) / channels;
  const int64_t from =
      std::max<int64_t>(0, done_ - sovits_.flow_context() - sovits_.decoder_context());
  Spoken spoken;
  spoken.latents = backend.transpose(
      backend.from_host(HostTensor::from_floats(
          {1, known - from, channels}, {latents_.begin() + from * channels, latents_.end()})),
      1, 2);
  if (!log_hz_.empty()) spoken.excitation = excitation(from, known);
  return backend.to_host(sovits_.decode_range(spoken, request_.style, done_ - from, end - from))
      .to_floats();
}

/// The frame of [from, to] at which the join's samples are weakest; `samples` begin at done_.
int64_t SovitsStream::quietest(std::span<const float> samples, int64_t from, int64_t to) const {
  const int64_t hop = sovits_.config().hop_length;
  int64_t best = to;
  double least = 0;
  for (int64_t frame = to; frame >= from; --frame) {
    double power = 0;
    for (const float v : samples.subspan(size_t((frame - done_) * hop), size_t(kJoinFrames * hop)))
      power += double(v) * v;
    if (frame == to || power < least) best = frame, least = power;
  }
  return best;
}

void SovitsStream::step(bool last) {
  const std::span<const int64_t> phones(request_.phones);
  const Prior prior = sovits_.encode(
      codes_, sovits_.config().spread_text ? phones.first(codes_.size()) : phones, request_.style);
  const int64_t known = known_frames(last), hop = sovits_.config().hop_length;
  place(prior, known);

  const int64_t limit = last ? known : known - std::max(frames_of(ahead_), kJoinFrames);
  std::vector<float> samples = render(last ? known : limit + kJoinFrames);
  crossfade(std::span(tail_).first(std::min(tail_.size(), samples.size())), samples);
  if (last) {
    sink_(samples);
    return;
  }
  const int64_t spoken = limit - done_;
  const int64_t end = quietest(samples, limit - std::min(kSearchFrames, spoken / 3), limit);
  const auto count = size_t((end - done_) * hop);
  tail_.assign(samples.begin() + int64_t(count),
               samples.begin() + int64_t(count) + kJoinFrames * hop);
  done_ = end;
  joins_.push_back(done_ * hop);
  sink_(std::span(samples).first(count));
  size_ = std::min(int64_t(double(size_) * kGrowth), request_.pace.most);
  ahead_ = std::min(2 * ahead_, request_.pace.most_ahead);
}

void SovitsStream::push(int64_t code) {
  codes_.push_back(code);
  if (known_frames(false) >= done_ + kJoinFrames + frames_of(size_ + ahead_)) step(false);
}

void SovitsStream::finish() {
  if (!codes_.empty()) step(true);
}

}  // namespace myna::models
