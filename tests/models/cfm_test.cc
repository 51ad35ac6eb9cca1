// Flow matching of SoVITS v3 and v4 on the CPU backend: the reference vectors, what guidance,
// batches and cancelling do, configurations.
#include "models/cfm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "models/exact_backend.h"
#include "models/golden_support.h"
#include "models/sovits_cfm.h"

namespace myna::models {
namespace {

using myna::testing::expect_golden;
using myna::testing::golden_input;
using myna::testing::GoldenGroup;
using myna::testing::GoldenSource;
using ::testing::HasSubstr;

std::vector<float> floats(Backend& backend, const Tensor& x) {
  return backend.to_host(x).to_floats();
}

/// Sizes of an estimator as the vectors' manifest names them.
Json estimator_sizes(const nlohmann::json& kwargs) {
  return {{"dim", kwargs["dim"]},
          {"depth", kwargs["depth"]},
          {"heads", kwargs["heads"]},
          {"ffn", kwargs["dim"].get<int64_t>() * kwargs["ff_mult"].get<int64_t>()},
          {"text_layers", kwargs["conv_layers"]},
          {"conditions", kwargs["text_dim"]}};
}

/// The reduced estimator of the vectors.
class CfmReference : public ::testing::Test {
 protected:
  static constexpr const char* kGroup = "cfm_small";
  void SetUp() override {
    MYNA_REQUIRE_GROUP(kGroup);
    golden_.emplace(myna::testing::golden_group(kGroup));
    CfmConfig config = CfmConfig::from_json(
        estimator_sizes(golden_->manifest()["cases"][kGroup]["kwargs"]), "v3", kGroup);
    config.prompt_frames = 10;
    config.chunk_frames = 24;
    source_.emplace(kGroup, kGroup);
    cfm_.emplace(*backend_, *source_, "cfm", config, Precision::kF32);
  }
  Tensor input(const std::string& name) const {
    return backend_->from_host(golden_input(*golden_, std::string("input.cfm_small.") + name));
  }
  void expect(const std::string& name, const Tensor& actual) const {
    expect_golden(*golden_, *backend_, name, actual);
  }
  Tensor zeros(const Shape& shape) const { return backend_->from_host(HostTensor::zeros(shape)); }
  /// The vectors hold the prompt's frames too, as zeros.
  Tensor with_blank_prompt(const Tensor& mel, int64_t frames) const {
    return backend_->concat({zeros({1, 100, frames}), mel}, 2);
  }

  std::shared_ptr<Backend> backend_ = exact_backend();
  std::optional<GoldenGroup> golden_;
  std::optional<GoldenSource> source_;
  std::optional<Cfm> cfm_;
};

TEST_F(CfmReference, EstimatorMatchesInEveryStage) {
  const Dit& dit = cfm_->estimator();
  const std::vector<float> times = floats(*backend_, input("t2")), steps(2, 0.25f);
  DitTrace trace;
  const DitModulation modulation = dit.modulation(*backend_, times, steps, &trace);
  // The reference adds in place, so that its vector of the time holds both.
  expect("step.time_embed", backend_->add(trace.time, trace.step));
  expect("step.d_embed", trace.step);
  const Tensor embedded = dit.embed(*backend_, input("mu2"));
  expect("step.text_embed", embedded);
  const Tensor velocity =
      dit.velocity(*backend_, input("x2"), input("cond2"), embedded, modulation, {26, 19}, &trace);
  expect("step.input_embed", trace.input);
  expect("step.block0", trace.block);
  expect("step.velocity", velocity);
  const Tensor nothing = dit.embed(*backend_, zeros({2, 512, 26}));
  expect("step.velocity_drop",
         dit.velocity(*backend_, input("x2"), zeros({2, 100, 26}), nothing, modulation, {26, 19}));
  EXPECT_THAT(source_->unused(), ::testing::ElementsAre("cfm.estimator.rotary_embed.inv_freq"));
}

TEST_F(CfmReference, SamplesMatch) {
  const Tensor conditions = backend_->transpose(input("mu"), 1, 2);
  const auto sample = [&](const CfmOptions& options) {
    return with_blank_prompt(cfm_->sample(conditions, input("prompt"), input("noise"), options), 9);
  };
  expect("sample4", sample({.steps = 4}));
  expect("sample8", sample({.steps = 8}));
  expect("sample4_cfg", sample({.steps = 4, .guidance = 0.5f}));
}

TEST_F(CfmReference, PartsContinueEachOther) {
  std::vector<Tensor> parts;
  cfm_->continue_mel(
      input("chunk_mel"), input("chunk_fea_ref"), input("chunk_fea_todo"),
      [&](int64_t part, int64_t frames) {
        const Tensor noise = input("chunk_noise" + std::to_string(part));
        EXPECT_EQ(noise.dim(2), frames);
        return noise;
      },
      {.steps = 4}, [&](const Tensor& mel) { parts.push_back(mel); });
  ASSERT_EQ(parts.size(), 3u);
  expect("chunked", backend_->concat(parts, 2));
}

TEST_F(CfmReference, RowsOfABatchDoNotSeeEachOther) {
  const Tensor prompt = backend_->slice(input("cond2"), 2, 0, 5);
  const Tensor both = cfm_->sample(input("mu2"), prompt, input("x2"), {.steps = 2});
  for (int64_t row = 0; row < 2; ++row) {
    const auto one = [&](const Tensor& x) { return backend_->slice(x, 0, row, row + 1); };
    const Tensor alone =
        cfm_->sample(one(input("mu2")), one(prompt), one(input("x2")), {.steps = 2});
    const auto got = floats(*backend_, one(both)), wanted = floats(*backend_, alone);
    ASSERT_EQ(got.size(), wanted.size());
    // The same sums, in pieces that depend on the number of rows.
    for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], wanted[i], 2e-5) << row;
  }
}

TEST_F(CfmReference, StopsBetweenSteps) {
  CancelToken cancel;
  cancel.cancel();
  try {
    cfm_->sample(backend_->transpose(input("mu"), 1, 2), input("prompt"), input("noise"), {},
                 cancel);
    ADD_FAILURE() << "did not stop";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
}

/// The full-size networks on their side of the text, and for v3 the estimator.
class SovitsCfmReference : public ::testing::TestWithParam<const char*> {
 protected:
  tensor::HostTensor host(const GoldenGroup& golden, const std::string& name) const {
    return golden_input(golden, "input." + std::string(GetParam()) + "." + name);
  }
};

/// The estimator of v4 is that of v3 and not in its vectors: a small one stands in its place.
class WithoutEstimator : public ParameterSource {
 public:
  explicit WithoutEstimator(ParameterSource& source) : source_(source) {}
  bool contains(const std::string& name) const override {
    return name.starts_with("cfm.") ? fresh_.contains(name) : source_.contains(name);
  }
  Parameter get(const std::string& name, const Shape& shape, Init init) override {
    return name.starts_with("cfm.") ? fresh_.get(name, shape, init)
                                    : source_.get(name, shape, init);
  }

 private:
  ParameterSource& source_;
  FreshSource fresh_{1};
};

TEST_P(SovitsCfmReference, EveryStageMatches) {
  const std::string version = GetParam();
  MYNA_REQUIRE_GROUP(version);
  const auto backend = exact_backend();
  const GoldenGroup golden = myna::testing::golden_group(version);
  const auto& row = golden.manifest()["cases"][version];
  const bool whole = row.contains("dit");
  Json config = {{"data", {{"sampling_rate", 32000}, {"filter_length", 2048}, {"hop_length", 640}}},
                 {"model", row["config"]}};
  config["model"]["version"] = version;
  config["model"]["cfm"] =
      whole ? estimator_sizes(row["dit"]) : Json{{"dim", 32}, {"depth", 1}, {"heads", 2}};
  GoldenSource source(version, whole ? version : "v4_without_estimator");
  WithoutEstimator part(source);
  ParameterSource& taken = whole ? static_cast<ParameterSource&>(source) : part;
  const SovitsCfm net(*backend, taken, SovitsConfig::from_json(config, version),
                      {.estimator = Precision::kF32});
  const auto expect = [&](const char* name, const Tensor& actual) {
    expect_golden(golden, *backend, name, actual);
  };

  const Tensor style = net.style({backend->from_host(host(golden, "refer"))});
  expect("ge", style);
  const auto codes = host(golden, "codes").to_ints(), text = host(golden, "text").to_ints();
  const Tensor bridged = net.bridge(net.encode(codes, text, style).resized);
  expect("bridge", bridged);
  const Tensor now = net.conditions(codes, text, style);
  expect("fea", now);
  const Tensor prompt = net.conditions(host(golden, "prompt_codes").to_ints(),
                                       host(golden, "prompt_text").to_ints(), style);
  expect("fea_ref", prompt);
  // The reference counts the valid frames from the codes, which at other speeds may be fewer than
  // there are: its last frames are then zero. Here they are speech (conditions).
  PriorOptions faster;
  faster.speed = 1.1;
  const Tensor wide = net.widen(net.bridge(net.encode(codes, text, style, faster).resized));
  const int64_t silent = row["fea_speed_zero_tail_frames"];
  expect("fea_speed", net.refine(wide, {wide.dim(2) - silent}, style));
  EXPECT_EQ(net.conditions(codes, text, style, 1.1).dim(2), wide.dim(2));

  std::vector<float> ramp(200);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = float(i);
  const auto nearest =
      floats(*backend, net.widen(backend->from_host(HostTensor::from_floats({1, 1, 200}, ramp))));
  const auto wanted = golden.stored<int64_t>("nearest_index");
  EXPECT_EQ(std::vector<int64_t>(nearest.begin(), nearest.end()), wanted);
  if (!whole) return;

  const Dit& dit = net.cfm().estimator();
  DitTrace trace;
  const DitModulation modulation =
      dit.modulation(*backend, std::vector<float>{0.0f}, std::vector<float>{0.25f}, &trace);
  expect("time_embed", backend->add(trace.time, trace.step));  // added in place, as above
  const Tensor both = backend->concat({prompt, now}, 2);
  const Tensor embedded = dit.embed(*backend, both);
  expect("text_embed", embedded);
  const Tensor mel = backend->from_host(host(golden, "prompt_mel"));
  const Tensor noise = backend->from_host(host(golden, "noise"));
  const int64_t known = mel.dim(2), frames = both.dim(2);
  const auto zeros = [&](int64_t n) { return backend->from_host(HostTensor::zeros({1, 100, n})); };
  const Tensor x = backend->concat({zeros(known), backend->slice(noise, 2, known, frames)}, 2);
  const Tensor shown = backend->concat({mel, zeros(frames - known)}, 2);
  const Tensor velocity = dit.velocity(*backend, x, shown, embedded, modulation, {}, &trace);
  expect("input_embed", trace.input);
  expect("block0", trace.block);
  expect("velocity", velocity);
  const Tensor made = net.cfm().sample(both, mel, noise, {.steps = 4});
  expect("sample4", backend->concat({zeros(known), made}, 2));
  for (const std::string& name : source.unused()) {
    EXPECT_THAT(name, ::testing::AnyOf(HasSubstr("_codebook"), HasSubstr("linear_mel"),
                                       HasSubstr("inv_freq")))
        << "a tensor that the network does not use";
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, SovitsCfmReference, ::testing::Values("v3", "v4"));

TEST(CfmConfig, FollowsTheVersion) {
  const CfmConfig v3 = CfmConfig::from_json(nullptr, "v3", "t");
  const CfmConfig v4 = CfmConfig::from_json(nullptr, "v4", "t");
  // Latent frames are 50 a second; so many mel frames are the mel's own rate.
  EXPECT_EQ(50 * v3.frames_up * v3.mel_hop, v3.mel_rate * v3.frames_down);
  EXPECT_EQ(50 * v4.frames_up * v4.mel_hop, v4.mel_rate * v4.frames_down);
  EXPECT_EQ(v3.output_hop(), 256);
  EXPECT_EQ(v4.output_hop(), 480);
  EXPECT_EQ(CfmConfig::from_json(v4.to_json(), "v4", "t").to_json(), v4.to_json());
}

TEST(CfmConfig, SaysWhatIsWrong) {
  const auto message = [](const Json& json) {
    try {
      CfmConfig::from_json(json, "v3", "sizes");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(message({{"depth", 0}}), HasSubstr("depth"));
  EXPECT_THAT(message({{"dim", int64_t(1) << 40}}), HasSubstr("dim"));
  EXPECT_THAT(message({{"heads", 3}}), HasSubstr("heads"));
  EXPECT_THAT(message({{"position_kernel", 30}}), HasSubstr("position_kernel"));
  EXPECT_THAT(message({{"position_groups", 15}}), HasSubstr("position_groups"));
  EXPECT_THAT(message(7), HasSubstr("object"));
}

}  // namespace
}  // namespace myna::models
