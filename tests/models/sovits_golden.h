// Checks a SoVITS network on any backend against the reference vectors: cases A to E (decoding),
// extract (semantic codes), Q (posterior and flow) and the generator's side of the training step.
// The manifest says what each case is.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "audio/spectrum.h"
#include "models/golden_support.h"
#include "models/sovits.h"

namespace myna::testing {

/// One synthesiser of the reference vectors on one backend.
class SovitsGolden {
 public:
  /// `slack` widens the stated tolerances (1: exact f32 arithmetic).
  SovitsGolden(compute::Backend& backend, const std::string& group, double slack = 1)
      : backend_(backend),
        golden_(golden_group(group)),
        case_name_(golden_.manifest()["cases"].begin().key()),
        case_(golden_.manifest()["cases"][case_name_]),
        input_prefix_(prefix_of(golden_.manifest())),
        source_(group, "generator"),
        sovits_(backend, source_, config_of(case_, group), options()),
        slack_(slack) {}

  models::Sovits& sovits() { return sovits_; }
  const GoldenGroup& golden() const { return golden_; }
  std::vector<std::string> unused() const { return source_.unused(); }

  /// The generated input `input.CASE.NAME`; the case's name is written in lower case there.
  tensor::HostTensor input(const std::string& name) const {
    return golden_input(golden_, input_prefix_ + name);
  }

  compute::Tensor device(const std::string& name) { return backend_.from_host(input(name)); }

  void expect(const std::string& name, const compute::Tensor& actual) {
    expect_golden(golden_, backend_, name, actual, slack_);
  }

  std::vector<compute::Tensor> speakers(std::initializer_list<const char*> names) {
    std::vector<compute::Tensor> out;
    if (!sovits_.config().is_pro()) return out;
    for (const char* name : names) out.push_back(device(name));
    return out;
  }

  void check_styles() {
    style1_ = sovits_.style({device("refer1")}, speakers({"sv_emb1"}));
    style12_ =
        sovits_.style({device("refer1"), device("refer2")}, speakers({"sv_emb1", "sv_emb2"}));
    expect("ge1", style1_);
    expect("ge12", style12_);
  }

  void check_decoding() {
    const auto codes = input("codes").to_ints(), phones = input("text").to_ints();
    models::PriorTrace trace;
    models::Prior prior = sovits_.encode(codes, phones, style1_, {}, &trace);
    expect("A.encoder_ssl", trace.encoder_ssl);
    expect("A.encoder_text", trace.encoder_text);
    expect("A.mrte", trace.mrte);
    expect("A.encoder2", trace.encoder2);
    expect("A.m_p", prior.mean);
    expect("A.logs_p", prior.log_std);
    expect("A.z", sovits_.flow().reverse(backend_, prior.mean, {}, style1_));
    expect("A.wav", sovits_.decode({prior.mean, {}}, style1_));

    compute::Tensor latents = sovits_.latents(prior, device("noise"), 0.5f);
    expect("B.z", sovits_.flow().reverse(backend_, latents, {}, style1_));
    expect("B.wav", sovits_.decode({latents, {}}, style1_));

    models::PriorOptions options;
    options.speed = 1.2;
    prior = sovits_.encode(codes, phones, style12_, options, &trace);
    expect("C.y", prior.resized);
    expect("C.m_p", prior.mean);
    expect("C.logs_p", prior.log_std);
    latents = sovits_.latents(prior, device("noise_speed"), 0.5f);
    expect("C.z", sovits_.flow().reverse(backend_, latents, {}, style12_));
    expect("C.wav", sovits_.decode({latents, {}}, style12_));

    options.speed = 0.8;
    prior = sovits_.encode(codes, phones, style1_, options);
    expect("D.wav", sovits_.decode({prior.mean, {}}, style1_));
  }

  /// Case E: 8 codes are kept after 2 codes of look-ahead; the first frames continue `overlap`.
  void check_streaming_step() {
    const auto codes = input("codes").to_ints(), phones = input("text").to_ints();
    models::PriorOptions options;
    options.keep_frames = 2 * 8;
    options.drop_frames = 2 * 2;
    options.overlap = device("overlap");
    const models::Prior prior = sovits_.encode(codes, phones, style1_, options);
    expect("E.y", prior.features);
    expect("E.wav", sovits_.decode({prior.mean, {}}, style1_));
  }

  void check_codes() {
    const compute::Tensor ssl = device("ssl");
    expect("extract.ssl_proj", sovits_.quantizer().project(backend_, ssl));
    EXPECT_EQ(sovits_.extract_codes(ssl), golden_.stored<int64_t>("extract.codes"));
    const auto codes = input("codes");
    const compute::Tensor ids = backend_.from_host(codes.reshaped({1, codes.count()}));
    expect("quantized", sovits_.quantizer().lookup(backend_, ids));
  }

  void check_posterior_and_flow() {
    const compute::Lengths lengths = {22, 17};
    const models::Posterior posterior = sovits_.posterior_encoder()(
        backend_, device("spec"), lengths, batch_style(2), device("noise_q"));
    expect("Q.m_q", posterior.mean);
    expect("Q.logs_q", posterior.log_std);
    expect("Q.z", posterior.z);
    const compute::Tensor z_p =
        sovits_.flow().forward(backend_, posterior.z, lengths, batch_style(2));
    expect("Q.z_p", z_p);
    expect("Q.z_back", sovits_.flow().reverse(backend_, z_p, lengths, batch_style(2)));
  }

  /// The batch of the training step and where its segments begin.
  struct TrainStep {
    models::SovitsBatch batch;
    tensor::HostTensor spec;
    std::vector<int64_t> begins;
    int64_t segment = 0;  ///< frames
  };

  TrainStep train_step() {
    const models::SovitsConfig& config = sovits_.config();
    const nlohmann::json& train = train_case();
    const compute::Lengths lengths = train["lengths"], phone_lengths = train["text_lengths"];
    const auto frames = train["frames"].get<int64_t>();
    TrainStep step;
    step.segment = train["segment_frames"].get<int64_t>();
    step.spec = train_spectrogram(lengths, frames);
    step.batch.spec = backend_.from_host(step.spec);
    step.batch.lengths = lengths;
    // The published trainer pads content features with zeros and quantises them too.
    std::vector<float> content = input("train_ssl").to_floats();
    zero_tail(content, config.ssl_dim, frames, lengths);
    step.batch.content = backend_.from_host(
        tensor::HostTensor::from_floats({2, config.ssl_dim, frames}, std::move(content)));
    std::vector<int64_t> phones = input("train_text").to_ints();
    const auto width = int64_t(phones.size() / 2);
    std::fill(phones.begin() + width + phone_lengths[1], phones.end(), 0);
    step.batch.phones = backend_.from_host(tensor::HostTensor::from_ints({2, width}, phones));
    step.batch.phone_lengths = phone_lengths;
    step.batch.noise = device("train_noise");
    if (config.is_pro()) step.batch.speaker = device("train_sv");
    const std::vector<float> draws = input("train_slice").to_floats();
    for (size_t b = 0; b < draws.size(); ++b) {
      step.begins.push_back(int64_t(double(draws[b]) * double(lengths[b] - step.segment + 1)));
    }
    return step;
  }

  /// One training step up to the generated segment, its mel and KL losses.
  void check_training_forward() {
    const TrainStep step = train_step();
    EXPECT_EQ(step.begins, golden_.stored<int64_t>("train.ids_slice"));
    const models::SovitsForward forward = sovits_.forward_train(step.batch);
    const compute::Tensor wav = sovits_.decode_segment(
        sovits_.slice_rows(forward.posterior.z, step.begins, step.segment), forward.style);
    expect("train.y_hat", wav);

    const double mel = check_mels(backend_.to_host(wav), step.spec, step.begins, step.segment);
    const auto losses = golden_.stored<float>("train.losses");
    const auto& row = golden_.row("train.losses");
    const double atol = row["atol"], rtol = row["rtol"];
    EXPECT_NEAR(45.0 * mel, losses[3], atol + rtol * std::abs(losses[3])) << "mel loss";
    EXPECT_NEAR(kl(forward, step.batch.lengths), losses[5], atol + rtol * std::abs(losses[5]))
        << "KL loss";
  }

  const nlohmann::json& train_case() const { return case_["train"]; }
  const std::string& input_prefix() const { return input_prefix_; }

 private:
  static std::string prefix_of(const nlohmann::json& manifest) {
    const std::string first = manifest["inputs"][0]["name"];  // "input.CASE.codes"
    return first.substr(0, first.rfind('.') + 1);
  }
  static models::SovitsConfig config_of(const nlohmann::json& row, const std::string& group) {
    nlohmann::json json = row["config"];
    json["model"]["version"] = row["version"];
    json["model"]["n_symbols"] = row["n_symbols"];
    return models::SovitsConfig::from_json(json, group);
  }
  static models::SovitsOptions options() {
    models::SovitsOptions options;
    options.precision = models::SovitsPrecision::exact();
    options.posterior = true;
    return options;
  }
  /// Zeroes [2, channels, frames] at and beyond each row's length.
  static void zero_tail(std::vector<float>& values, int64_t channels, int64_t frames,
                        const compute::Lengths& lengths) {
    for (size_t b = 0; b < lengths.size(); ++b) {
      for (int64_t c = 0; c < channels; ++c) {
        const int64_t row = (int64_t(b) * channels + c) * frames;
        std::fill(values.begin() + row + lengths[b], values.begin() + row + frames, 0.0f);
      }
    }
  }

  /// Spectrograms of the two recordings, each of its own length, padded with zeros.
  tensor::HostTensor train_spectrogram(const compute::Lengths& lengths, int64_t frames) const {
    const models::SovitsConfig& config = sovits_.config();
    const int64_t bins = config.spec_bins(), hop = config.hop_length;
    std::vector<float> spec(size_t(2 * bins * frames), 0.0f);
    for (size_t b = 0; b < 2; ++b) {
      const std::string name = input_prefix_ + "train_wav" + std::to_string(b);
      std::vector<float> wav =
          golden_wave(name, size_t(frames * hop), int(config.sampling_rate), 0.5);
      wav.resize(size_t(lengths[b] * hop));
      const audio::Matrix one =
          audio::linear_spectrogram(wav, {int(config.filter_length), int(hop)});
      EXPECT_EQ(one.cols, lengths[b]);
      for (int64_t k = 0; k < bins; ++k) {
        for (int64_t t = 0; t < one.cols; ++t) {
          spec[size_t((int64_t(b) * bins + k) * frames + t)] = one.at(k, t);
        }
      }
    }
    return tensor::HostTensor::from_floats({2, bins, frames}, std::move(spec));
  }

  /// Log mels of the generated and of the real segments; returns their mean absolute difference.
  double check_mels(const tensor::HostTensor& wav, const tensor::HostTensor& spec,
                    const std::vector<int64_t>& begins, int64_t segment) {
    const models::SovitsConfig& config = sovits_.config();
    const audio::MelBank bank =
        audio::slaney_mel_bank(int(config.sampling_rate), int(config.filter_length),
                               int(config.mel_channels), config.mel_fmin, config.mel_fmax);
    const int64_t bins = config.spec_bins(), frames = spec.dim(2);
    const auto samples = size_t(segment * config.hop_length);
    std::vector<float> made, real;
    for (size_t b = 0; b < begins.size(); ++b) {
      const audio::Matrix made_spec =
          audio::linear_spectrogram(wav.f32().subspan(b * samples, samples),
                                    {int(config.filter_length), int(config.hop_length)});
      const audio::Matrix made_mel = audio::log_mel(made_spec, bank);
      audio::Matrix slice(bins, segment);
      for (int64_t k = 0; k < bins; ++k) {
        for (int64_t t = 0; t < segment; ++t) {
          slice.at(k, t) = spec.f32()[size_t((int64_t(b) * bins + k) * frames + begins[b] + t)];
        }
      }
      const audio::Matrix real_mel = audio::log_mel(slice, bank);
      made.insert(made.end(), made_mel.values.begin(), made_mel.values.end());
      real.insert(real.end(), real_mel.values.begin(), real_mel.values.end());
    }
    golden_.expect_close("train.y_hat_mel", made, slack_);
    golden_.expect_close("train.y_mel", real, slack_);
    double sum = 0.0;
    for (size_t i = 0; i < made.size() && i < real.size(); ++i) sum += std::abs(made[i] - real[i]);
    return sum / double(made.size());
  }

  /// KL divergence of posterior and prior per valid frame, summed over channels.
  double kl(const models::SovitsForward& forward, const compute::Lengths& lengths) {
    const tensor::HostTensor z_p = backend_.to_host(forward.z_p);
    const tensor::HostTensor logs_q = backend_.to_host(forward.posterior.log_std);
    const tensor::HostTensor m_p = backend_.to_host(forward.prior.mean);
    const tensor::HostTensor logs_p = backend_.to_host(forward.prior.log_std);
    const int64_t channels = z_p.dim(1), frames = z_p.dim(2);
    double sum = 0.0, valid = 0.0;
    for (size_t b = 0; b < lengths.size(); ++b) {
      valid += double(lengths[b]);
      for (int64_t c = 0; c < channels; ++c) {
        for (int64_t t = 0; t < lengths[b]; ++t) {
          const auto i = size_t((int64_t(b) * channels + c) * frames + t);
          const double distance = double(z_p.f32()[i]) - m_p.f32()[i];
          sum += double(logs_p.f32()[i]) - logs_q.f32()[i] - 0.5 +
                 0.5 * distance * distance * std::exp(-2.0 * double(logs_p.f32()[i]));
        }
      }
    }
    return sum / valid;
  }

  compute::Tensor batch_style(int64_t rows) {
    return backend_.concat(std::vector<compute::Tensor>(size_t(rows), style1_), 0);
  }

  compute::Backend& backend_;
  GoldenGroup golden_;
  std::string case_name_;
  nlohmann::json case_;
  std::string input_prefix_;
  GoldenSource source_;
  models::Sovits sovits_;
  double slack_;
  compute::Tensor style1_, style12_;
};

}  // namespace myna::testing
