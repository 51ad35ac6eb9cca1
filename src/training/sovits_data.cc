#include "training/sovits_data.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "audio/pitch.h"
#include "audio/spectrum.h"
#include "base/error.h"
#include "base/json.h"
#include "models/excitation.h"
#include "text/symbols.h"
#include "training/content_data.h"
#include "training/mel_store.h"

namespace myna::training {
namespace {

constexpr int64_t kEdgeFrames = 2;
/// Stands for a text that is not known: a full stop.
int32_t pause_phone() {
  static const int32_t id = text::SymbolTable::of(text::SymbolSet::kV2).id(".");
  return id;
}

/// Pitch of a recording without any voice.
constexpr float kMiddleHz = 150.0f;

/// Logarithms, with straight lines over the unvoiced frames.
std::vector<float> filled_log(const std::vector<float>& hz) {
  std::vector<float> out(hz.size(), std::log(kMiddleHz));
  const auto first = std::find_if(hz.begin(), hz.end(), [](float v) { return v > 0; });
  if (first == hz.end()) return out;
  size_t last = size_t(first - hz.begin());
  std::fill(out.begin(), out.begin() + int64_t(last) + 1, std::log(hz[last]));
  for (size_t t = last + 1; t < hz.size(); ++t) {
    if (hz[t] <= 0) continue;
    const float a = out[last], b = std::log(hz[t]);
    for (size_t i = last + 1; i <= t; ++i) out[i] = a + (b - a) * float(i - last) / float(t - last);
    last = t;
  }
  std::fill(out.begin() + int64_t(last), out.end(), out[last]);
  return out;
}

/// Matrices [bins, frames] to [B, bins, longest], zero behind the ends.
at::Tensor stack(const std::vector<audio::Matrix>& specs, std::vector<int64_t>& lengths) {
  lengths.clear();
  for (const audio::Matrix& spec : specs) lengths.push_back(spec.cols);
  const int64_t longest = *std::max_element(lengths.begin(), lengths.end());
  at::Tensor out = at::zeros({int64_t(specs.size()), specs.front().rows, longest});
  for (size_t row = 0; row < specs.size(); ++row)
    for (int64_t b = 0; b < specs[row].rows; ++b)
      std::copy_n(specs[row].values.data() + b * specs[row].cols, specs[row].cols,
                  out.data_ptr<float>() + (int64_t(row) * specs[row].rows + b) * longest);
  return out;
}

/// Rows of ids to i64 [B, longest], zero behind the ends.
template <typename T>
at::Tensor stack_ids(const std::vector<std::vector<T>>& rows) {
  size_t longest = 1;
  for (const auto& row : rows) longest = std::max(longest, row.size());
  at::Tensor out = at::zeros({int64_t(rows.size()), int64_t(longest)}, at::kLong);
  for (size_t r = 0; r < rows.size(); ++r)
    std::copy(rows[r].begin(), rows[r].end(), out.data_ptr<int64_t>() + r * longest);
  return out;
}

}  // namespace

SovitsData::SovitsData(const Dataset& dataset, const models::SovitsConfig& config,
                       const SovitsDataOptions& options)
    : dataset_(dataset), config_(config), options_(options) {
  if (dataset.tokeniser_digest().empty())
    throw Error(ErrorCode::kUsage, "has no semantic codes yet; run `myna-train tokenise` on it",
                dataset.folder().string());
  if (dataset.sample_rate() != config.sampling_rate)
    throw Error(ErrorCode::kUsage,
                "is at " + std::to_string(dataset.sample_rate()) + " Hz, the recipe wants " +
                    std::to_string(config.sampling_rate) + " Hz; prepare it again",
                dataset.folder().string());
  if (config.spread_text && !dataset.has_alignment())
    throw Error(ErrorCode::kUsage,
                "does not say when each phone is spoken; run `myna-train tokenise` on it again",
                dataset.folder().string());
  const int64_t shortest = int64_t(options.style_min_seconds * double(dataset.sample_rate()));
  Json heard = Json::object();
  if (const auto file = dataset.folder() / "heard.json"; std::filesystem::exists(file))
    heard = read_json(file);
  for (size_t i = 0; i < dataset.items().size(); ++i) {
    const Item& item = dataset.items()[i];
    phones_.push_back(item.phones);
    if (item.phones.empty())
      phones_.back() = value_or<std::vector<int32_t>>(heard, item.id, {}, "heard.json");
    // "unknown" is nobody in particular: such a clip is its own style.
    if (item.sample_count >= shortest && !item.speaker.ends_with("/unknown"))
      by_speaker_[item.speaker].push_back(int64_t(i));
  }
}

int64_t SovitsData::usable_frames(const Item& item) const {
  const audio::StftConfig stft{int(config_.filter_length), int(config_.hop_length)};
  const int64_t per_code = config_.frames_per_code;
  const int64_t frames = audio::stft_frames(item.sample_count, stft) / per_code * per_code;
  return std::min(frames, item.code_count * per_code);
}

std::vector<SampleUnit> SovitsData::units(Split split) const {
  std::vector<SampleUnit> out;
  const int64_t segment = config_.segment_size / config_.hop_length;
  for (size_t i = 0; i < dataset_.items().size(); ++i) {
    const Item& item = dataset_.items()[i];
    if (item.split != split || (phones_[i].empty() && !config_.spread_text)) continue;
    if (double(item.sample_count) > options_.max_seconds * dataset_.sample_rate()) continue;
    const int64_t frames = usable_frames(item);
    if (frames > segment) out.push_back({int64_t(i), frames, sampling_group(item)});
  }
  return out;
}

std::vector<float> SovitsData::style_samples(int64_t item, Rng& random) const {
  const auto found = by_speaker_.find(dataset_.items()[size_t(item)].speaker);
  int64_t chosen = item;
  if (found != by_speaker_.end() && random.uniform() >= float(options_.same_utterance))
    chosen = found->second[random.below(found->second.size())];
  std::vector<float> samples = item_samples(dataset_, dataset_.items()[size_t(chosen)]);
  const double rate = dataset_.sample_rate();
  const int64_t wanted = int64_t(rate * double(random.uniform(float(options_.style_min_seconds),
                                                              float(options_.style_max_seconds))));
  if (int64_t(samples.size()) <= wanted) return samples;
  const int64_t begin = int64_t(random.below(uint64_t(int64_t(samples.size()) - wanted)));
  return {samples.begin() + begin, samples.begin() + begin + wanted};
}

std::vector<int32_t> SovitsData::text_of(int64_t item, int64_t first, int64_t count,
                                         bool withheld) const {
  if (!config_.spread_text)
    return withheld ? std::vector<int32_t>{pause_phone()} : phones_[size_t(item)];
  std::vector<int32_t> spread(size_t(count), pause_phone());
  const Item& from = dataset_.items()[size_t(item)];
  const auto alignment = dataset_.alignment(from);
  if (withheld || alignment.empty()) return spread;
  for (int64_t t = 0; t < count; ++t) spread[size_t(t)] = from.phones[alignment[size_t(first + t)]];
  return spread;
}

std::vector<int32_t> SovitsData::said_in(int64_t item, int64_t first, int64_t last) const {
  const auto& symbols = text::SymbolTable::of(text::SymbolSet::kV2);
  const Item& from = dataset_.items()[size_t(item)];
  const auto alignment = dataset_.alignment(from);
  std::vector<int32_t> out;
  for (size_t begin = 0, end = 0; begin < alignment.size(); begin = end) {
    while (end < alignment.size() && alignment[end] == alignment[begin]) ++end;
    const int64_t middle = int64_t(begin + end) * config_.frames_per_code / 2;
    const int32_t phone = from.phones[alignment[begin]];
    if (middle >= first && middle < last && symbols.spoken(phone)) out.push_back(phone);
  }
  return out;
}

const std::vector<float>& SovitsData::pitch_of(int64_t item,
                                               const std::vector<float>& samples) const {
  {
    const std::scoped_lock lock(pitch_mutex_);
    if (const auto found = pitch_.find(item); found != pitch_.end()) return found->second;
  }
  const int rate = dataset_.sample_rate();
  const audio::PitchTrack track = audio::track_pitch(samples, rate);
  const double hop = double(config_.hop_length);
  std::vector<float> hz(size_t(usable_frames(dataset_.items()[size_t(item)])), 0.0f);
  for (size_t t = 0; t < hz.size(); ++t) {  // latent frames are centred half a hop in
    const auto at = size_t(std::lround((double(t) + 0.5) * hop / rate / track.hop));
    if (at < track.hz.size()) hz[t] = track.hz[at];
  }
  const std::scoped_lock lock(pitch_mutex_);
  return pitch_.emplace(item, std::move(hz)).first->second;
}

/// `hz` of the row's frames; the heard segment starts at frame `begin`.
void SovitsData::add_pitch(SovitsTrainBatch& batch, int64_t row, const std::vector<float>& hz,
                           int64_t begin, Rng& random) const {
  const std::vector<float> log_hz = filled_log(hz);
  const int64_t columns = batch.log_pitch.size(2);
  for (size_t t = 0; t < hz.size(); ++t) {
    batch.log_pitch.data_ptr<float>()[row * columns + int64_t(t)] = log_hz[t];
    batch.voiced.data_ptr<float>()[row * columns + int64_t(t)] = hz[t] > 0 ? 1.0f : 0.0f;
  }
  const int64_t count = batch.excitation.size(2);
  const models::Excitation sources = models::make_excitation(
      std::span(log_hz).subspan(size_t(begin), size_t(count / config_.hop_length)),
      config_.hop_length, config_.sampling_rate, random.next_u64());
  float* to = batch.excitation.data_ptr<float>() + 2 * row * count;
  std::copy(sources.pulses.begin(), sources.pulses.end(), to);
  std::copy(sources.noise.begin(), sources.noise.end(), to + count);
}

SovitsTrainBatch SovitsData::make(const std::vector<int64_t>& items, Rng random, bool whole) const {
  const audio::StftConfig stft{int(config_.filter_length), int(config_.hop_length)};
  const int64_t hop = config_.hop_length, segment = config_.segment_size / hop;
  SovitsTrainBatch batch;
  std::vector<audio::Matrix> specs, styles;
  std::vector<std::vector<uint16_t>> codes;
  std::vector<std::vector<int32_t>> phones;
  std::vector<std::vector<float>> pitches;
  const int64_t rows = int64_t(items.size());
  batch.wave = at::zeros({rows, 1, segment * hop});
  for (size_t row = 0; row < items.size(); ++row) {
    Rng rng = random.split(row);
    const Item& item = dataset_.items()[size_t(items[row])];
    const std::vector<float> samples = item_samples(dataset_, item);
    const int64_t per_code = config_.frames_per_code;
    int64_t frames = usable_frames(item), start = 0;
    if (const int64_t most = options_.window_frames; !whole && most > 0 && frames > most) {
      start = int64_t(rng.below(uint64_t((frames - most) / per_code + 1))) * per_code;
      frames = most;
    }
    // Two frames more on each side, where there are any: edges are reflected there, not here.
    const int64_t early = std::min<int64_t>(start, kEdgeFrames);
    const int64_t first_sample = (start - early) * hop;
    const int64_t sample_count =
        std::min((early + frames + kEdgeFrames) * hop, int64_t(samples.size()) - first_sample);
    const audio::Matrix spec = audio::linear_spectrogram(
        std::span<const float>(samples).subspan(size_t(first_sample), size_t(sample_count)), stft);
    audio::Matrix cut(spec.rows, frames);
    for (int64_t b = 0; b < spec.rows; ++b)
      std::copy_n(spec.values.data() + b * spec.cols + early, frames,
                  cut.values.data() + b * frames);
    specs.push_back(std::move(cut));
    styles.push_back(audio::linear_spectrogram(style_samples(items[row], rng), stft));

    const auto all = dataset_.codes(item);
    const auto first_code = all.begin() + start / per_code;
    codes.emplace_back(first_code, first_code + frames / per_code);
    const bool withheld = rng.uniform() < float(options_.text_dropout);
    phones.push_back(text_of(items[row], start / per_code, frames / per_code, withheld));
    batch.phone_lengths.push_back(int64_t(phones.back().size()));

    const int64_t begin = int64_t(rng.below(uint64_t(frames - segment + 1)));
    batch.begins.push_back(begin);
    batch.said.push_back(said_in(items[row], start + begin, start + begin + segment));
    const int64_t first = (start + begin) * hop;
    const int64_t count = std::min(segment * hop, int64_t(samples.size()) - first);
    std::copy_n(samples.begin() + first, count,
                batch.wave.data_ptr<float>() + int64_t(row) * segment * hop);
    if (config_.has_pitch()) {
      const std::vector<float>& all_hz = pitch_of(items[row], samples);
      pitches.emplace_back(all_hz.begin() + start, all_hz.begin() + start + frames);
    }
  }
  batch.spec = stack(specs, batch.lengths);
  if (config_.has_pitch()) {
    batch.excitation = at::zeros({rows, 2, segment * hop});
    batch.log_pitch = at::zeros({rows, 1, batch.spec.size(2)});
    batch.voiced = at::zeros_like(batch.log_pitch);
    for (int64_t row = 0; row < rows; ++row) {
      Rng rng = random.split(uint64_t(row)).split(1);
      add_pitch(batch, row, pitches[size_t(row)], batch.begins[size_t(row)], rng);
    }
  }
  batch.style_spec = stack(styles, batch.style_lengths);
  batch.codes = stack_ids(codes);
  if (batch.codes.size(1) * config_.frames_per_code != batch.spec.size(2))
    throw Error(ErrorCode::kInternal, "SovitsData: codes and frames do not match");
  batch.phones = stack_ids(phones);
  return batch;
}

}  // namespace myna::training
