#include "audio/quality.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "audio/loudness.h"
#include "audio/resample.h"
#include "audio/spectrum.h"
#include "audio/vad.h"

namespace myna::audio {
namespace {

std::string text(const char* format, double value) {
  char buffer[128];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

/// Share of samples in runs of at least 3 that stay within a thousandth of the peak.
double clipped_share(const Clip& clip, float top) {
  if (top < 0.25F) return 0;  // quiet recordings are not clipped where this program can see it
  const float limit = top * 0.999F;
  int64_t clipped = 0;
  for (int c = 0; c < clip.channels; ++c) {
    int64_t run = 0;
    const auto close = [&] {
      if (run >= 3) clipped += run;
      run = 0;
    };
    float sign = 0;
    for (int64_t i = 0; i < clip.frames(); ++i) {
      const float x = clip.samples[i * clip.channels + c];
      if (std::abs(x) < limit || x * sign < 0) close();
      if (std::abs(x) >= limit) ++run, sign = x;
    }
    close();
  }
  return static_cast<double>(clipped) / static_cast<double>(clip.samples.size());
}

double bandwidth(std::span<const float> mono, int rate) {
  const StftConfig config{1024, 512};
  if (std::ssize(mono) < stft_min_samples(config)) return rate / 2.0;
  const Matrix spectrum = linear_spectrogram(mono, config);
  std::vector<double> power(spectrum.rows);
  for (int64_t k = 0; k < spectrum.rows; ++k) {
    for (int64_t t = 0; t < spectrum.cols; ++t) {
      power[k] += static_cast<double>(spectrum.at(k, t)) * spectrum.at(k, t);
    }
  }
  const double least = *std::max_element(power.begin(), power.end()) * 1e-6;
  int64_t top = spectrum.rows - 1;
  while (top > 0 && power[top] < least) --top;
  return static_cast<double>(top) * rate / config.n_fft;
}

void judge(QualityReport& r) {
  const auto add = [&](bool error, const char* code, const std::string& message,
                       const char* remedy) {
    r.findings.push_back({error, code, message, remedy});
  };
  if (r.peak_db < -60) {
    return add(true, "silent", text("the recording is silent (peak %.0f dB)", r.peak_db),
               "check the microphone and record again");
  }
  if (r.seconds < 1) {
    return add(true, "too_short", text("the recording lasts only %.2f s", r.seconds),
               "record at least 3 s, better 10 s");
  }
  if (r.speech_seconds < 0.3) {
    return add(true, "no_speech", "no speech was found in the recording",
               "record a voice close to the microphone");
  }
  if (r.clipped_share > 0.05) {
    add(true, "mostly_clipped", text("%.1f %% of the samples are clipped", 100 * r.clipped_share),
        "lower the recording level and record again");
  }
  if (r.snr_db < 3) {
    add(true, "too_noisy", text("the voice is only %.0f dB above the noise", r.snr_db),
        "record in a quiet room, close to the microphone");
  } else if (r.snr_db < 15) {
    add(false, "noisy", text("the voice is only %.0f dB above the noise", r.snr_db),
        "record in a quieter room or closer to the microphone");
  }
  if (r.clipped_share > 0.0005 && r.clipped_share <= 0.05) {
    add(false, "clipped", text("%.2f %% of the samples are clipped", 100 * r.clipped_share),
        "lower the recording level");
  }
  if (r.speech_seconds < 3) {
    add(false, "short", text("there are only %.1f s of speech", r.speech_seconds),
        "record 3 s to 10 s for a better likeness");
  }
  if (r.rms_db < -45) {
    add(false, "quiet", text("the recording is very quiet (%.0f dB)", r.rms_db),
        "raise the recording level");
  }
  if (r.bandwidth_hz < 3800) {
    add(false, "narrow_band", text("nothing is heard above %.0f Hz", r.bandwidth_hz),
        "use a recording that did not go through a telephone or strong compression");
  }
  if (r.silence_share > 0.7) {
    add(false, "mostly_silence", text("%.0f %% of the recording is silence", 100 * r.silence_share),
        "cut the pauses or speak more");
  }
  if (std::abs(r.dc_offset) > 0.02) {
    add(false, "dc_offset", text("the signal is offset by %.3f", r.dc_offset),
        "check the sound card or remove the offset with an editor");
  }
}

}  // namespace

bool QualityReport::usable() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& f) { return f.error; });
}

QualityReport check_quality(const Clip& clip) {
  QualityReport r;
  r.seconds = clip.seconds();
  r.sample_rate = clip.sample_rate;
  r.channels = clip.channels;
  if (clip.samples.empty()) {
    r.findings.push_back({true, "empty", "the recording has no samples", "record again"});
    return r;
  }
  const float top = peak(clip.samples);
  r.peak_db = to_db(top);
  r.rms_db = to_db(rms(clip.samples));
  r.loudness_lufs = integrated_loudness(clip);
  r.clipped_share = clipped_share(clip, top);
  const Clip mono = to_mono(clip);
  double sum = 0;
  for (float x : mono.samples) sum += x;
  r.dc_offset = sum / static_cast<double>(mono.samples.size());
  const Activity activity = detect_speech(mono.samples, mono.sample_rate);
  r.speech_seconds = std::min(activity.speech_seconds, r.seconds);
  r.silence_share = 1.0 - r.speech_seconds / r.seconds;
  r.snr_db = activity.segments.empty() ? 0 : activity.snr_db();
  r.bandwidth_hz = bandwidth(mono.samples, mono.sample_rate);
  judge(r);
  std::stable_sort(r.findings.begin(), r.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.error > b.error; });
  return r;
}

Json to_json(const QualityReport& r) {
  Json findings = Json::array();
  for (const Finding& f : r.findings) {
    findings.push_back({{"severity", f.error ? "error" : "warning"},
                        {"code", f.code},
                        {"message", f.message},
                        {"remedy", f.remedy}});
  }
  return {{"seconds", r.seconds},
          {"sample_rate", r.sample_rate},
          {"channels", r.channels},
          {"peak_db", r.peak_db},
          {"rms_db", r.rms_db},
          {"loudness_lufs", r.loudness_lufs},
          {"speech_seconds", r.speech_seconds},
          {"silence_share", r.silence_share},
          {"snr_db", r.snr_db},
          {"clipped_share", r.clipped_share},
          {"bandwidth_hz", r.bandwidth_hz},
          {"dc_offset", r.dc_offset},
          {"usable", r.usable()},
          {"findings", findings}};
}

void require_usable(const QualityReport& report, const std::string& subject) {
  for (const Finding& f : report.findings) {
    if (f.error) throw Error(ErrorCode::kInvalidAudio, f.message + "; " + f.remedy, subject);
  }
}

}  // namespace myna::audio
