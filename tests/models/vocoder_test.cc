#include "models/vocoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "compute/cpu/cpu_backend.h"
#include "models/bigvgan.h"
#include "models/exact_backend.h"
#include "models/golden_support.h"
#include "models/hifigan.h"
#include "models/upsampling.h"
#include "support/temp_dir.h"
#include "support/tiny_base.h"
#include "support/torch_writer.h"

namespace myna::models {
namespace {

using myna::testing::golden_group;
using myna::testing::GoldenGroup;
using myna::testing::GoldenSource;
using myna::testing::RecordingSource;
using ::testing::Each;
using ::testing::HasSubstr;

/// The configuration of a case, in the words of config.json.
VocoderConfig config_of(const GoldenGroup& group, const std::string& model) {
  nlohmann::json json = group.manifest().at("cases").at(model).at("config");
  if (model.starts_with("bigvgan"))
    return VocoderConfig::from_json(VocoderKind::kBigvgan, json, model);
  json["num_mels"] = json.at("initial_channel");
  json["use_bias_at_final"] = json.at("is_bias");
  return VocoderConfig::from_json(VocoderKind::kHifigan, json, model);
}

Tensor golden_mel(compute::Backend& backend) {
  return myna::testing::golden_floats(backend, "input.vocoder.mel", {1, 100, 8}, -5.0, 3.0);
}

void check_bigvgan(const std::string& group_name, const std::string& model) {
  const GoldenGroup group = golden_group(group_name);
  GoldenSource source(group_name, model);
  const auto backend = exact_backend();
  const VocoderConfig config = config_of(group, model);
  const Bigvgan network(*backend, source, "", config.network, config.mels, config.final_tanh,
                        Precision::kF32);
  EXPECT_THAT(source.unused(), Each(HasSubstr(".filter")));
  std::vector<std::string> checked;
  const Tensor wav = network.decode(
      *backend, golden_mel(*backend), [&](const std::string& stage, const Tensor& value) {
        if (stage != "conv_pre" && stage != "ups0" && stage != "res0" && stage != "act_post")
          return;
        checked.push_back(stage);
        myna::testing::expect_golden(group, *backend, model + "." + stage, value);
      });
  EXPECT_EQ(checked.size(), 4u);
  myna::testing::expect_golden(group, *backend, model + ".wav", wav);
  const auto filter = kaiser_sinc_filter();
  group.expect_close(model + ".filter", filter);
}

void check_v4(const std::string& group_name, const std::string& model) {
  const GoldenGroup group = golden_group(group_name);
  GoldenSource source(group_name, model);
  const auto backend = exact_backend();
  const VocoderConfig config = config_of(group, model);
  const Hifigan network(*backend, source, "", config.network, config.mels, 0, Precision::kF32);
  EXPECT_THAT(source.unused(), ::testing::IsEmpty());
  std::vector<std::string> checked;
  const Tensor wav = network.decode(
      *backend, golden_mel(*backend), {}, [&](const std::string& stage, const Tensor& value) {
        if (stage != "conv_pre" && stage != "ups0") return;
        checked.push_back(stage);
        myna::testing::expect_golden(group, *backend, model + "." + stage, value);
      });
  EXPECT_EQ(checked.size(), 2u);
  myna::testing::expect_golden(group, *backend, model + ".wav", wav);
}

TEST(Vocoder, BigvganMatchesTheReferenceVectorsReduced) {
  MYNA_REQUIRE_GROUP("vocoders_small");
  check_bigvgan("vocoders_small", "bigvgan_small");
}
TEST(Vocoder, BigvganMatchesTheReferenceVectorsFull) {
  MYNA_REQUIRE_GROUP("vocoders");
  check_bigvgan("vocoders", "bigvgan_full");
}
TEST(Vocoder, V4MatchesTheReferenceVectorsReduced) {
  MYNA_REQUIRE_GROUP("vocoders_small");
  check_v4("vocoders_small", "v4voc_small");
}
TEST(Vocoder, V4MatchesTheReferenceVectorsFull) {
  MYNA_REQUIRE_GROUP("vocoders");
  check_v4("vocoders", "v4voc_full");
}

Json reduced(VocoderKind kind) {
  Json json = {{"num_mels", 6},
               {"upsample_initial_channel", 32},
               {"upsample_rates", {4, 2}},
               {"upsample_kernel_sizes", {8, 4}},
               {"resblock", "1"},
               {"resblock_kernel_sizes", {3, 5}},
               {"resblock_dilation_sizes", {{1, 3, 5}, {1, 3, 5}}},
               {"use_bias_at_final", kind == VocoderKind::kHifigan},
               {"sampling_rate", 16000},
               {"hop_size", 8}};
  if (kind == VocoderKind::kBigvgan) {
    json["activation"] = "snakebeta";
    json["snake_logscale"] = true;
    json["use_tanh_at_final"] = false;
  }
  return json;
}

Tensor some_mel(compute::Backend& backend, int64_t frames) {
  return myna::testing::golden_floats(backend, "mel", {1, 6, frames}, -3.0, 3.0);
}

/// Fresh weights a hundred times those of a new network, whose samples would be nearly silent.
class LoudSource : public ParameterSource {
 public:
  bool contains(const std::string& name) const override { return fresh_.contains(name); }
  Parameter get(const std::string& name, const Shape& shape, Init init) override {
    const bool gain = name.ends_with("weight_g");
    if (gain)
      return {name, HostTensor::from_floats(
                        shape, std::vector<float>(size_t(tensor::element_count(shape)), 0.7f))};
    if (name.ends_with("alpha") || name.ends_with("beta")) init = Init::uniform(1.0f);
    return fresh_.get(name, shape, init);
  }

 private:
  FreshSource fresh_{3};
};

TEST(Vocoder, ChunksGiveTheSamplesOfTheWhole) {
  for (const VocoderKind kind : {VocoderKind::kBigvgan, VocoderKind::kHifigan}) {
    const auto backend = exact_backend();
    LoudSource source;
    const VocoderConfig config = VocoderConfig::from_json(kind, reduced(kind), "test");
    EXPECT_EQ(config.hop_length(), 8);
    EXPECT_EQ(config.frame_rate(), 2000.0);
    const Vocoder vocoder(*backend, source, config, Precision::kF32);
    const int64_t frames = 5 * vocoder.context_frames();
    const Tensor mel = some_mel(*backend, frames);
    const std::vector<float> whole = backend->to_host(vocoder.decode(mel)).to_floats();
    ASSERT_EQ(int64_t(whole.size()), frames * 8);
    double power = 0;
    for (const float v : whole) power += double(v) * double(v);
    EXPECT_GT(power / double(whole.size()), 1e-4);

    std::vector<float> chunked;
    size_t calls = 0;
    vocoder.decode_chunks(mel, {.first_frames = 5, .chunk_frames = 17},
                          [&](std::span<const float> samples) {
                            ++calls;
                            chunked.insert(chunked.end(), samples.begin(), samples.end());
                            return true;
                          });
    EXPECT_GT(calls, size_t(frames) / 20);
    ASSERT_EQ(chunked.size(), whole.size());
    float worst = 0;
    for (size_t i = 0; i < whole.size(); ++i)
      worst = std::max(worst, std::abs(whole[i] - chunked[i]));
    EXPECT_LT(worst, 2e-6f) << int(kind);

    // Without the context the samples differ.
    const int64_t near = 1, begin = 2 * vocoder.context_frames();
    const Tensor cut = backend->slice(mel, 2, begin - near, begin + 1 + near);
    const std::vector<float> off = backend->to_host(vocoder.decode(cut)).to_floats();
    float difference = 0;
    for (size_t i = 0; i < 8; ++i)
      difference =
          std::max(difference, std::abs(off[size_t(near) * 8 + i] - whole[size_t(begin) * 8 + i]));
    EXPECT_GT(difference, 1e-4f) << int(kind);
  }
}

double decibels(const std::vector<float>& actual, const std::vector<float>& wanted) {
  double error = 0, power = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    power += double(wanted[i]) * double(wanted[i]);
    error += (double(actual[i]) - wanted[i]) * (double(actual[i]) - wanted[i]);
  }
  return 10 * std::log10(power / error);
}

// What users get, on machines with bf16 products too.
TEST(Vocoder, DefaultPrecisionIsNearTheReferenceFull) {
  MYNA_REQUIRE_GROUP("vocoders");
  for (const auto& [model, floor] : {std::pair{"bigvgan_full", 80.0}, {"v4voc_full", 45.0}}) {
    const GoldenGroup group = golden_group("vocoders");
    GoldenSource source("vocoders", model);
    const auto backend = compute::make_cpu_backend();
    const Vocoder vocoder(*backend, source, config_of(group, model));
    const std::vector<float> wav =
        backend->to_host(vocoder.decode(golden_mel(*backend))).to_floats();
    EXPECT_GT(decibels(wav, group.stored<float>(std::string(model) + ".wav")), floor) << model;
  }
}

TEST(Vocoder, StopsWhenToldTo) {
  const auto backend = exact_backend();
  LoudSource source;
  const Vocoder vocoder(
      *backend, source,
      VocoderConfig::from_json(VocoderKind::kHifigan, reduced(VocoderKind::kHifigan), "test"));
  int calls = 0;
  vocoder.decode_chunks(some_mel(*backend, 40), {.first_frames = 4, .chunk_frames = 8},
                        [&](std::span<const float>) { return ++calls < 2; });
  EXPECT_EQ(calls, 2);
  EXPECT_THROW(vocoder.decode(backend->from_host(HostTensor::zeros({1, 5, 4}))), Error);
  EXPECT_THROW(vocoder.decode_range(some_mel(*backend, 4), 2, 5), Error);
}

TEST(Vocoder, StagesInPiecesGiveTheSamplesOfTheWhole) {
  const auto backend = exact_backend();
  const Tensor x = myna::testing::golden_floats(*backend, "x", {1, 3, 50});
  const auto smooth = [&](const Tensor& part) {  // looks two frames to each side
    const Tensor padded = backend->pad(part, 2, 2, compute::PadMode::kZero);
    const int64_t frames = part.dim(2);
    return backend->add(backend->slice(padded, 2, 0, frames),
                        backend->slice(padded, 2, 4, 4 + frames));
  };
  const std::vector<float> whole = backend->to_host(smooth(x)).to_floats();
  EXPECT_EQ(backend->to_host(in_pieces(*backend, x, 7, 2, smooth)).to_floats(), whole);
  EXPECT_NE(backend->to_host(in_pieces(*backend, x, 7, 1, smooth)).to_floats(), whole);
}

TEST(Vocoder, RefusesOtherNetworksByName) {
  const auto refusal = [](const char* key, const Json& value) {
    Json json = reduced(VocoderKind::kBigvgan);
    json[key] = value;
    try {
      VocoderConfig::from_json(VocoderKind::kBigvgan, json, "config.json");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal("num_mels", 100), "");
  EXPECT_THAT(refusal("activation", "snake"), HasSubstr("snakebeta"));
  EXPECT_THAT(refusal("snake_logscale", false), HasSubstr("snake_logscale"));
  EXPECT_THAT(refusal("resblock", "2"), HasSubstr("resblock"));
  EXPECT_THAT(refusal("hop_size", 256), HasSubstr("8 samples per frame"));
  EXPECT_THAT(refusal("upsample_rates", {4}), HasSubstr("upsample"));
  EXPECT_THAT(refusal("num_mels", 0), HasSubstr("num_mels"));
  Json huge = reduced(VocoderKind::kBigvgan);
  huge["upsample_initial_channel"] = 1 << 20;
  huge["upsample_rates"] = huge["upsample_kernel_sizes"] = std::vector<int>(20, 1 << 19);
  EXPECT_THROW(VocoderConfig::from_json(VocoderKind::kBigvgan, huge, "config.json"), Error);
  huge["upsample_rates"] = huge["upsample_kernel_sizes"] = std::vector<int>(64, 2);
  EXPECT_THROW(VocoderConfig::from_json(VocoderKind::kBigvgan, huge, "config.json"), Error);
}

TEST(Vocoder, TheSizesOfV4FollowFromItsTensors) {
  const auto backend = exact_backend();
  RecordingSource source(4);
  VocoderConfig config =
      VocoderConfig::from_json(VocoderKind::kHifigan, reduced(VocoderKind::kHifigan), "test");
  Vocoder(*backend, source, config);
  myna::testing::TempDir folder;
  const auto write = [&] {
    myna::testing::PickleWriter writer;
    writer.tensors(source.tensors);
    write_file(folder / "vocoder.pth", writer.zip());
    return Checkpoint::open(folder / "vocoder.pth");
  };
  const Json found = v4_vocoder_config(write());
  Json wanted = reduced(VocoderKind::kHifigan);
  wanted.erase("hop_size");
  wanted["sampling_rate"] = 48000;
  EXPECT_EQ(found, wanted);
  source.tensors.erase("resblocks.3.convs1.0.bias");
  EXPECT_THROW(v4_vocoder_config(write()), Error);
}

}  // namespace
}  // namespace myna::models
