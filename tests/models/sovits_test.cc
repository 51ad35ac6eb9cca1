// SoVITS on the CPU backend: the reference vectors of every version, decoding in chunks, errors.
#include "models/sovits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "models/exact_backend.h"
#include "models/small_sovits.h"
#include "models/sovits_golden.h"

namespace myna::models {
namespace {

using ::testing::HasSubstr;
using testing::SovitsGolden;

class SovitsReference : public ::testing::TestWithParam<const char*> {};

TEST_P(SovitsReference, EveryStageMatches) {
  MYNA_REQUIRE_GROUP(GetParam());
  const auto backend = exact_backend();
  SovitsGolden golden(*backend, GetParam());
  golden.check_styles();
  golden.check_codes();
  golden.check_decoding();
  if (golden.sovits().config().version != "v1") golden.check_streaming_step();
  golden.check_posterior_and_flow();
  golden.check_training_forward();
  for (const std::string& name : golden.unused()) {
    EXPECT_THAT(name, HasSubstr("_codebook")) << "a tensor that the network does not use";
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, SovitsReference,
                         ::testing::Values("sovits_small", "sovits_v1", "sovits_v2", "sovits_v2pro",
                                           "sovits_v2proplus"));

Json istft_decoder(const char* mode, bool modulated, bool harmonic = false) {
  return {{"type", "istft"},
          {"dim", 24},
          {"layers", 3},
          {"ffn", 48},
          {"kernel", 7},
          {"upsample", 2},
          {"n_fft", 64},
          {"hop", 16},
          {"modulated", modulated},
          {"harmonic", harmonic},
          {"upsample_mode", mode}};
}

std::vector<float> floats(Backend& backend, const Tensor& x) {
  return backend.to_host(x).to_floats();
}

Tensor random_tensor(Backend& backend, uint64_t seed, const Shape& shape, float scale = 1.0f) {
  std::vector<float> values(size_t(tensor::element_count(shape)));
  Rng(seed).fill_normal(values);
  for (float& v : values) v *= scale;
  return backend.from_host(HostTensor::from_floats(shape, std::move(values)));
}

/// A decoder whose weights are large enough for every tap to matter: fresh parameters of the
/// generator are so small that a missing context could hide below any tolerance.
class LoudSource : public FreshSource {
 public:
  using FreshSource::FreshSource;
  Parameter get(const std::string& name, const Shape& shape, Init init) override {
    if (init.kind == Init::Kind::kZeros || init.kind == Init::Kind::kNormal) {
      init = Init::normal(0.5f / std::sqrt(float(tensor::element_count(shape)) / float(shape[0])));
    }
    return FreshSource::get(name, shape, init);
  }
};

class SovitsChunks : public ::testing::TestWithParam<Json> {};

TEST_P(SovitsChunks, EqualTheWholeDecode) {
  const auto backend = exact_backend();
  LoudSource source(7);
  const Sovits sovits(*backend, source,
                      SovitsConfig::from_json(small_sovits_config(GetParam()), "test"),
                      {.precision = SovitsPrecision::exact()});
  const int64_t frames = 100;
  const Tensor latents = random_tensor(*backend, 1, {1, 16, frames});
  const Tensor style = random_tensor(*backend, 2, {1, 24, 1});
  Spoken spoken{latents, {}};
  if (sovits.config().has_pitch())
    spoken.excitation = random_tensor(*backend, 5, {1, 2, frames * 32});
  const std::vector<float> whole = floats(*backend, sovits.decode(spoken, style));
  ASSERT_EQ(whole.size(), size_t(frames * 32));
  double energy = 0.0;
  for (float v : whole) energy += double(v) * v;
  ASSERT_GT(energy / double(whole.size()), 1e-4);

  for (const ChunkOptions options : {ChunkOptions{3, 11}, {32, 128}, {90, 10}}) {
    std::vector<float> pieces;
    sovits.decode_chunks(spoken, style, options, [&](std::span<const float> samples) {
      EXPECT_LE(samples.size(), size_t(32 * (options.chunk_frames * 5 / 4 + options.first_frames)));
      pieces.insert(pieces.end(), samples.begin(), samples.end());
      return true;
    });
    ASSERT_EQ(pieces.size(), whole.size());
    // Same products in f32, summed in an order that may depend on the length.
    for (size_t i = 0; i < whole.size(); ++i) ASSERT_NEAR(pieces[i], whole[i], 1e-5) << i;
  }
}

TEST_P(SovitsChunks, ContextIsWhatAFrameDependsOn) {
  const auto backend = exact_backend();
  LoudSource source(8);
  const SovitsConfig config = SovitsConfig::from_json(small_sovits_config(GetParam()), "test");
  const auto decoder = make_wave_decoder(*backend, source, "dec", config, Precision::kF32);
  const int64_t context = decoder->context_frames(), frames = 2 * context + 9;
  const int64_t middle = context + 4;
  const Tensor style = random_tensor(*backend, 3, {1, 24, 1});
  const HostTensor z = backend->to_host(random_tensor(*backend, 4, {1, 16, frames}));
  Tensor excitation;
  if (config.has_pitch()) excitation = random_tensor(*backend, 5, {1, 2, frames * 32});
  const auto samples_with = [&](int64_t changed) {
    std::vector<float> values = z.to_floats();
    for (int64_t c = 0; c < 16; ++c) values[size_t(c * frames + changed)] += 3.0f;
    const Tensor x = backend->from_host(HostTensor::from_floats({1, 16, frames}, values));
    const Tensor wav = decoder->decode(*backend, x, style, excitation);
    return floats(*backend, backend->slice(wav, 2, middle * 32, (middle + 1) * 32));
  };
  const std::vector<float> before = samples_with(middle - context - 1);
  EXPECT_EQ(before, samples_with(middle - context - 2));
  EXPECT_EQ(before, samples_with(middle + context + 1));
  EXPECT_NE(before, samples_with(middle));
}

INSTANTIATE_TEST_SUITE_P(Decoders, SovitsChunks,
                         ::testing::Values(Json{{"type", "hifigan"}},
                                           istft_decoder("repeat", false),
                                           istft_decoder("repeat", true),
                                           istft_decoder("transposed", false),
                                           istft_decoder("repeat", true, true)));

/// Stages of 16 and 8 channels at 8 and 32 samples a frame: pieces of 8192 and 16384 frames.
TEST(Hifigan, PiecesOfAStageJoinWithoutASeam) {
  const auto backend = exact_backend();
  FreshSource source(7);
  const SovitsConfig config =
      SovitsConfig::from_json(small_sovits_config({{"type", "hifigan"}}), "t");
  const auto decoder = make_wave_decoder(*backend, source, "dec", config, Precision::kF32);
  const Tensor style = random_tensor(*backend, 3, {1, 24, 1});
  const int64_t frames = 2400, context = decoder->context_frames();
  const Tensor z = random_tensor(*backend, 4, {1, 16, frames});
  const Tensor whole = decoder->decode(*backend, z, style, {});
  for (const int64_t seam : {512, 1024, 1536, 2048}) {
    const int64_t begin = seam - 8, end = seam + 8;
    const Tensor part =
        decoder->decode(*backend, backend->slice(z, 2, begin - context, end + context), style, {});
    EXPECT_EQ(floats(*backend, backend->slice(part, 2, context * 32, (context + 16) * 32)),
              floats(*backend, backend->slice(whole, 2, begin * 32, end * 32)))
        << seam;
  }
}

TEST(Sovits, StopsWhenTheListenerStops) {
  const auto backend = exact_backend();
  FreshSource source(7);
  const Sovits sovits(
      *backend, source,
      SovitsConfig::from_json(small_sovits_config(istft_decoder("repeat", false)), "t"));
  int calls = 0;
  sovits.decode_chunks({random_tensor(*backend, 1, {1, 16, 40}), {}},
                       random_tensor(*backend, 2, {1, 24, 1}), {4, 4},
                       [&](std::span<const float>) { return ++calls < 3; });
  EXPECT_EQ(calls, 3);
}

TEST(Sovits, NoiseIsAFunctionOfTheSeed) {
  const auto backend = exact_backend();
  FreshSource source(7);
  const Sovits sovits(
      *backend, source,
      SovitsConfig::from_json(small_sovits_config(istft_decoder("repeat", false)), "t"));
  const std::vector<int64_t> codes = {1, 5, 29}, phones = {3, 4, 39, 0};
  const Tensor style = random_tensor(*backend, 2, {1, 24, 1});
  const Prior prior = sovits.encode(codes, phones, style);
  EXPECT_EQ(prior.mean.shape(), (Shape{1, 16, 6}));
  EXPECT_EQ(floats(*backend, sovits.noise(3, prior)), floats(*backend, sovits.noise(3, prior)));
  EXPECT_NE(floats(*backend, sovits.noise(3, prior)), floats(*backend, sovits.noise(4, prior)));
}

TEST(Sovits, AHarmonicDecoderSpeaksAtThePredictedPitch) {
  const auto backend = exact_backend();
  FreshSource source(7);
  Json config = small_sovits_config(istft_decoder("repeat", true, true));
  const Sovits sovits(*backend, source, SovitsConfig::from_json(config, "t"));
  const Tensor style = random_tensor(*backend, 2, {1, 24, 1});
  PriorOptions slow;
  slow.speed = 0.5;
  const std::vector<int64_t> codes = {1, 5, 29, 7}, phones = {3, 4, 39, 0};
  const Prior prior = sovits.encode(codes, phones, style, slow);
  const Spoken spoken = sovits.sample(prior, style, 3, 0.5f);
  EXPECT_EQ(spoken.excitation.shape(), (Shape{1, 2, prior.mean.dim(2) * 32}));
  EXPECT_EQ(sovits.decode(spoken, style).dim(2), prior.mean.dim(2) * 32);
  EXPECT_EQ(floats(*backend, sovits.sample(prior, style, 3, 0.5f).excitation),
            floats(*backend, spoken.excitation));
}

TEST(Sovits, RefusesCodesAndPhonesItDoesNotHave) {
  const auto backend = exact_backend();
  FreshSource source(7);
  const Sovits sovits(
      *backend, source,
      SovitsConfig::from_json(small_sovits_config(istft_decoder("repeat", false)), "t"));
  const Tensor style = random_tensor(*backend, 2, {1, 24, 1});
  const auto message = [&](std::vector<int64_t> codes, std::vector<int64_t> phones) {
    try {
      sovits.encode(codes, phones, style);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(message({30}, {1}), HasSubstr("30 semantic codes"));
  EXPECT_THAT(message({-1}, {1}), HasSubstr("number -1"));
  EXPECT_THAT(message({1}, {40}), HasSubstr("40 phones"));
  EXPECT_THAT(message({}, {1}), HasSubstr("no semantic codes"));
}

/// Two rows of 12 and 8 frames; `fill` is what stands in the padding of the second.
SovitsBatch padded_batch(Backend& backend, float fill) {
  SovitsBatch batch;
  const auto floats_with_padding = [&](uint64_t seed, int64_t channels) {
    std::vector<float> values(size_t(2 * channels * 12));
    Rng(seed).fill_uniform(values);
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t t = 8; t < 12; ++t) values[size_t((channels + c) * 12 + t)] = fill;
    }
    return backend.from_host(HostTensor::from_floats({2, channels, 12}, std::move(values)));
  };
  const int64_t code = int64_t(fill), phone = int64_t(fill) + 1;
  batch.spec = floats_with_padding(1, 33);
  batch.lengths = {12, 8};
  batch.codes =
      backend.from_host(HostTensor::from_ints({2, 6}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, code, code}));
  batch.phones = backend.from_host(HostTensor::from_ints({2, 3}, {1, 2, 3, 4, 5, phone}));
  batch.phone_lengths = {3, 2};
  batch.noise = floats_with_padding(2, 16);
  return batch;
}

TEST(Sovits, TrainingPassDoesNotSeePadding) {
  const auto backend = exact_backend();
  LoudSource source(7);
  const Sovits sovits(
      *backend, source,
      SovitsConfig::from_json(small_sovits_config(istft_decoder("repeat", true)), "t"),
      {.precision = SovitsPrecision::exact(), .posterior = true});
  const SovitsForward a = sovits.forward_train(padded_batch(*backend, 0.0f));
  const SovitsForward b = sovits.forward_train(padded_batch(*backend, 9.0f));
  const auto expect_same = [&](const char* what, const Tensor& x, const Tensor& y) {
    EXPECT_EQ(floats(*backend, x), floats(*backend, y)) << what;
    if (x.dim(2) < 12) return;
    const Tensor padding = backend->slice(backend->slice(x, 0, 1, 2), 2, 8, 12);
    EXPECT_THAT(floats(*backend, padding), ::testing::Each(0.0f)) << what;
  };
  expect_same("style", a.style, b.style);
  expect_same("prior mean", a.prior.mean, b.prior.mean);
  expect_same("prior log std", a.prior.log_std, b.prior.log_std);
  expect_same("posterior mean", a.posterior.mean, b.posterior.mean);
  expect_same("posterior log std", a.posterior.log_std, b.posterior.log_std);
  expect_same("z", a.posterior.z, b.posterior.z);
  expect_same("z_p", a.z_p, b.z_p);
}

TEST(Sovits, TrainingSegmentsComeFromTheirOwnFrames) {
  const auto backend = exact_backend();
  FreshSource source(7);
  const Sovits sovits(
      *backend, source,
      SovitsConfig::from_json(small_sovits_config(istft_decoder("repeat", true)), "t"),
      {.precision = SovitsPrecision::exact(), .posterior = true});
  const SovitsForward forward = sovits.forward_train(padded_batch(*backend, 0.0f));
  const Tensor segment = sovits.slice_rows(forward.posterior.z, {7, 2}, 4);
  const Tensor row = backend->slice(forward.posterior.z, 0, 1, 2);
  EXPECT_EQ(floats(*backend, backend->slice(segment, 0, 1, 2)),
            floats(*backend, backend->slice(row, 2, 2, 6)));
  EXPECT_EQ(sovits.decode_segment(segment, forward.style).shape(), (Shape{2, 1, 4 * 32}));
}

TEST(SovitsConfig, SaysWhatIsWrong) {
  const auto message = [](const char* section, const char* key, const Json& value) {
    Json json = small_sovits_config({{"type", "hifigan"}});
    if (value.is_null()) {
      json[section].erase(key);
    } else {
      json[section][key] = value;
    }
    try {
      SovitsConfig::from_json(json, "voice.json");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(message("data", "hop_length", nullptr), HasSubstr("hop_length"));
  EXPECT_THAT(message("data", "hop_length", 33), HasSubstr("32 samples per frame"));
  EXPECT_THAT(message("data", "sampling_rate", -5), HasSubstr("sampling_rate"));
  EXPECT_THAT(message("model", "version", "v9"), HasSubstr("v9"));
  EXPECT_THAT(message("model", "n_heads", 3), HasSubstr("n_heads"));
  EXPECT_THAT(message("model", "inter_channels", "many"), HasSubstr("inter_channels"));
  EXPECT_THAT(message("model", "inter_channels", int64_t(1) << 40), HasSubstr("inter_channels"));
  EXPECT_THAT(message("model", "upsample_kernel_sizes", {16}), HasSubstr("upsample_kernel_sizes"));
  EXPECT_THAT(message("model", "resblock_kernel_sizes", {3, 4}), HasSubstr("odd"));
  EXPECT_THAT(message("model", "decoder", {{"type", "wavelet"}}), HasSubstr("wavelet"));
  EXPECT_THAT(message("model", "decoder", 7), HasSubstr("hifigan"));
}

}  // namespace
}  // namespace myna::models
