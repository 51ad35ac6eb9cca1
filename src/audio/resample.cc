#include "audio/resample.h"

#include <soxr.h>

#include <algorithm>
#include <string>

#include "base/error.h"

namespace myna::audio {

struct Resampler::Soxr {
  soxr_t handle = nullptr;
  ~Soxr() { soxr_delete(handle); }
};

Resampler::Resampler(int in_rate, int out_rate, int channels)
    : in_rate_(in_rate), out_rate_(out_rate), channels_(channels) {
  if (in_rate <= 0 || out_rate <= 0 || channels <= 0) {
    throw Error(ErrorCode::kInternal, "resampling needs positive rates and channels");
  }
  if (in_rate == out_rate) return;
  soxr_ = std::make_unique<Soxr>();
  soxr_error_t failure = nullptr;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_->handle = soxr_create(in_rate, out_rate, static_cast<unsigned>(channels), &failure, &io,
                              &quality, &runtime);
  if (failure != nullptr) {
    throw Error(ErrorCode::kUnsupported, "cannot resample from " + std::to_string(in_rate) +
                                             " to " + std::to_string(out_rate) + " Hz: " + failure);
  }
}

Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

void Resampler::process(std::span<const float> in, std::vector<float>& out) {
  if (soxr_ == nullptr) {
    out.insert(out.end(), in.begin(), in.end());
    return;
  }
  frames_in_ += std::ssize(in) / channels_;
  std::vector<float> buffer(size_t{4096} * channels_);
  while (!in.empty()) {
    size_t used = 0, made = 0;
    const soxr_error_t failure =
        soxr_process(soxr_->handle, in.data(), in.size() / channels_, &used, buffer.data(),
                     buffer.size() / channels_, &made);
    if (failure != nullptr) {
      throw Error(ErrorCode::kInternal, std::string("resampling failed: ") + failure);
    }
    in = in.subspan(used * channels_);
    frames_out_ += static_cast<int64_t>(made);
    out.insert(out.end(), buffer.begin(), buffer.begin() + made * channels_);
    if (used == 0 && made == 0) break;
  }
}

void Resampler::flush(std::vector<float>& out) {
  if (soxr_ == nullptr) return;
  // soxr may give a frame more or less than the ratio asks for.
  const int64_t wanted = (frames_in_ * out_rate_ + in_rate_ - 1) / in_rate_;
  std::vector<float> buffer(size_t{4096} * channels_);
  while (frames_out_ < wanted) {
    size_t made = 0;
    const size_t room = std::min<size_t>(4096, static_cast<size_t>(wanted - frames_out_));
    soxr_process(soxr_->handle, nullptr, 0, nullptr, buffer.data(), room, &made);
    if (made == 0) break;
    frames_out_ += static_cast<int64_t>(made);
    out.insert(out.end(), buffer.begin(), buffer.begin() + made * channels_);
  }
  if (frames_out_ > wanted) {
    const auto excess = static_cast<size_t>((frames_out_ - wanted) * channels_);
    out.resize(out.size() - std::min(excess, out.size()));
  } else {
    out.resize(out.size() + static_cast<size_t>((wanted - frames_out_) * channels_), 0.0F);
  }
  frames_out_ = wanted;
}

Clip resample(const Clip& clip, int sample_rate) {
  if (clip.sample_rate == sample_rate) return clip;
  Resampler resampler(clip.sample_rate, sample_rate, clip.channels);
  Clip out{{}, sample_rate, clip.channels};
  out.samples.reserve(
      static_cast<size_t>(clip.frames() * int64_t{sample_rate} / clip.sample_rate + 16) *
      clip.channels);
  resampler.process(clip.samples, out.samples);
  resampler.flush(out.samples);
  return out;
}

Clip to_mono(const Clip& clip) {
  if (clip.channels == 1) return clip;
  Clip out{{}, clip.sample_rate, 1};
  out.samples.resize(static_cast<size_t>(clip.frames()));
  const float scale = 1.0F / static_cast<float>(clip.channels);
  for (size_t i = 0; i < out.samples.size(); ++i) {
    float sum = 0;
    for (int c = 0; c < clip.channels; ++c) sum += clip.samples[i * clip.channels + c];
    out.samples[i] = sum * scale;
  }
  return out;
}

Clip to_mono(const Clip& clip, int sample_rate) { return resample(to_mono(clip), sample_rate); }

}  // namespace myna::audio
