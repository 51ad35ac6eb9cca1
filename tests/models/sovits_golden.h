// Checks a SoVITS network on any backend against the reference vectors: cases A to E (decoding),
// extract (semantic codes) and Q (posterior and flow). The manifest says what each case is.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

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
    const std::string full = input_prefix_ + name;
    for (const auto& row : golden_.manifest()["inputs"]) {
      if (row["name"] != full) continue;
      const auto shape = row["shape"].get<tensor::Shape>();
      const auto count = size_t(tensor::element_count(shape));
      const std::string kind = row["kind"];
      if (kind == "int64") {
        return tensor::HostTensor::from_ints(
            shape, GoldenGenerator(full).integers(count, row["lo"], row["hi"]));
      }
      auto values = GoldenGenerator(full).floats(count, row["offset"], row["scale"]);
      if (kind == "abs_float32") {
        for (float& v : values) v = std::abs(v);
      }
      return tensor::HostTensor::from_floats(shape, std::move(values));
    }
    throw Error(ErrorCode::kInternal, "no input " + full);
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
    expect("A.wav", sovits_.decode(prior.mean, style1_));

    compute::Tensor latents = sovits_.sample(prior, device("noise"), 0.5f);
    expect("B.z", sovits_.flow().reverse(backend_, latents, {}, style1_));
    expect("B.wav", sovits_.decode(latents, style1_));

    models::PriorOptions options;
    options.speed = 1.2;
    prior = sovits_.encode(codes, phones, style12_, options, &trace);
    expect("C.y", trace.resized);
    expect("C.m_p", prior.mean);
    expect("C.logs_p", prior.log_std);
    latents = sovits_.sample(prior, device("noise_speed"), 0.5f);
    expect("C.z", sovits_.flow().reverse(backend_, latents, {}, style12_));
    expect("C.wav", sovits_.decode(latents, style12_));

    options.speed = 0.8;
    prior = sovits_.encode(codes, phones, style1_, options);
    expect("D.wav", sovits_.decode(prior.mean, style1_));
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
    expect("E.wav", sovits_.decode(prior.mean, style1_));
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

  compute::Tensor style1() const { return style1_; }

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
