#include "models/eres2net.h"

#include <gtest/gtest.h>

#include "audio/spectrum.h"
#include "base/error.h"
#include "base/random.h"
#include "compute/cpu/cpu_backend.h"
#include "models/exact_backend.h"
#include "models/golden_support.h"

namespace myna::models {
namespace {

using myna::testing::golden_group;
using myna::testing::golden_wave;
using myna::testing::GoldenSource;

/// [frames, bands] -> [bands, 1, frames]
HostTensor as_map(const audio::Matrix& features) {
  std::vector<float> values;
  for (int64_t band = 0; band < features.cols; ++band)
    for (int64_t frame = 0; frame < features.rows; ++frame)
      values.push_back(features.at(frame, band));
  return HostTensor::from_floats({features.cols, 1, features.rows}, std::move(values));
}

/// Appends a map [bands, channels, frames] as the reference orders it, [channels, bands, frames].
void append(std::vector<float>& to, const HostTensor& map) {
  const int64_t bands = map.dim(0), channels = map.dim(1), frames = map.dim(2);
  const std::vector<float> values = map.to_floats();
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t b = 0; b < bands; ++b)
      for (int64_t t = 0; t < frames; ++t)
        to.push_back(values[size_t((b * channels + c) * frames + t)]);
}

/// Checks the stages that the group has.
void check_case(const std::string& group_name, const std::string& model) {
  const auto group = golden_group(group_name);
  const Json weights = read_json(myna::testing::golden_group_dir(group_name) / "weights.json");
  std::map<std::string, Shape> shapes;
  for (const Json& row : weights.at(model))
    shapes[row.at(0).get<std::string>()] = row.at(1).get<Shape>();
  const auto config =
      Eres2netConfig::from_weights([&](const std::string& name) { return shapes[name]; }, model);
  const Json& info = group.manifest().at("cases").at(model);
  const auto backend = exact_backend();
  GoldenSource source(group_name, model);
  const Eres2net network(*backend, source, config);
  for (const std::string& name : source.unused()) {
    EXPECT_TRUE(name.starts_with("seg_1.") || name.ends_with("num_batches_tracked")) << name;
  }

  std::map<std::string, std::vector<float>> found;
  const size_t samples = info.at("samples");
  for (int item = 0; item < info.at("batch").get<int>(); ++item) {
    const auto wave =
        golden_wave("input.sv." + model + ".wav" + std::to_string(item), samples, 16000);
    const audio::Matrix features = audio::kaldi_fbank(wave);
    EXPECT_EQ(features.rows, info.at("frames").get<int64_t>());
    auto& bank = found["fbank"];
    bank.insert(bank.end(), features.values.begin(), features.values.end());
    const Tensor vector = network.embed(backend->from_host(as_map(features)),
                                        [&](const std::string& stage, const Tensor& value) {
                                          append(found[stage], backend->to_host(value));
                                        });
    EXPECT_EQ(vector.shape(), (Shape{1, config.vector_size()}));
    const std::vector<float> values = backend->to_host(vector).to_floats();
    found["emb3"].insert(found["emb3"].end(), values.begin(), values.end());
  }
  size_t checked = 0;
  for (const Json& row : group.manifest().at("outputs")) {
    const std::string name = row.at("name");
    const auto stage = found.find(name.substr(model.size() + 1));
    if (!name.starts_with(model + ".") || stage == found.end()) continue;
    group.expect_close(name, stage->second);
    ++checked;
  }
  EXPECT_GE(checked, 5U);
}

TEST(Eres2net, MatchesTheReferenceVectorsReduced) { check_case("sv_small", "small"); }

TEST(Eres2net, MatchesTheReferenceVectorsOfFullSize) {
  MYNA_REQUIRE_GROUP("sv");
  check_case("sv", "small");
  check_case("sv", "full");
}

std::vector<float> random_values(uint64_t seed, int64_t count) {
  std::vector<float> values(static_cast<size_t>(count));
  Rng(seed).fill_normal(values);
  return values;
}

// Against the definition of a two-dimensional convolution.
TEST(BandConv, IsAConvolutionOverBandsAndFrames) {
  const auto backend = exact_backend();
  const struct {
    int64_t in, out, kernel, stride, bands, frames;
  } cases[] = {{3, 4, 3, 1, 6, 9}, {3, 4, 3, 2, 6, 9}, {2, 5, 3, 2, 5, 8},
               {4, 3, 1, 1, 5, 7}, {4, 3, 1, 2, 5, 7}, {1, 4, 3, 1, 4, 6}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.kernel * 10 + c.stride);
    const auto w = random_values(1, c.out * c.in * c.kernel * c.kernel);
    const auto bias = random_values(2, c.out), x = random_values(3, c.bands * c.in * c.frames);
    const BandConv conv(*backend, HostTensor::from_floats({c.out, c.in, c.kernel, c.kernel}, w),
                        HostTensor::from_floats({c.out}, bias), c.stride);
    const int64_t bands = (c.bands + c.stride - 1) / c.stride;
    const int64_t frames = (c.frames + c.stride - 1) / c.stride, pad = c.kernel / 2;
    const auto residual = random_values(4, bands * c.out * frames);
    const Tensor y =
        conv(*backend, backend->from_host(HostTensor::from_floats({c.bands, c.in, c.frames}, x)),
             {.residual =
                  backend->from_host(HostTensor::from_floats({bands, c.out, frames}, residual))});
    ASSERT_EQ(y.shape(), (Shape{bands, c.out, frames}));
    const std::vector<float> got = backend->to_host(y).to_floats();
    for (int64_t b = 0; b < bands; ++b)
      for (int64_t o = 0; o < c.out; ++o)
        for (int64_t t = 0; t < frames; ++t) {
          const auto at = size_t((b * c.out + o) * frames + t);
          double want = double(bias[size_t(o)]) + double(residual[at]);
          for (int64_t i = 0; i < c.in; ++i)
            for (int64_t kb = 0; kb < c.kernel; ++kb)
              for (int64_t kt = 0; kt < c.kernel; ++kt) {
                const int64_t sb = b * c.stride + kb - pad, st = t * c.stride + kt - pad;
                if (sb < 0 || sb >= c.bands || st < 0 || st >= c.frames) continue;
                want += double(w[size_t(((o * c.in + i) * c.kernel + kb) * c.kernel + kt)]) *
                        double(x[size_t((sb * c.in + i) * c.frames + st)]);
              }
          ASSERT_NEAR(got[at], want, 1e-4);
        }
  }
}

Eres2netConfig tiny() {
  Eres2netConfig config;
  config.channels = 4;
  config.blocks = {1, 1, 2, 1};
  config.widths = {2, 3, 4, 8};
  config.outputs = {8, 12, 16, 24};
  config.groups = 2;
  return config;
}

TEST(Eres2net, GivesAVectorThatTellsRecordingsApart) {
  const auto backend = compute::make_cpu_backend();
  FreshSource source(5);
  const Eres2net network(*backend, source, tiny());
  EXPECT_EQ(tiny().vector_size(), 240);
  const auto embed = [&](const char* name) {
    const auto features = audio::kaldi_fbank(golden_wave(name, 5000, 16000));
    return backend->to_host(network.embed(backend->from_host(as_map(features)))).to_floats();
  };
  const std::vector<float> one = embed("one"), again = embed("one"), other = embed("other");
  ASSERT_EQ(one.size(), 240U);
  EXPECT_EQ(one, again);
  double difference = 0;
  for (size_t i = 0; i < one.size(); ++i) difference += std::abs(double(one[i]) - other[i]);
  EXPECT_GT(difference, 1e-3);
}

TEST(Eres2netConfig, IsReadOffTheWeightsAndKept) {
  EXPECT_EQ(Eres2netConfig().vector_size(), 20480);
  const Json json = tiny().to_json();
  const auto back = Eres2netConfig::from_json(json, "test");
  EXPECT_EQ(back.to_json(), json);
  Json bad = json;
  bad["widths"] = {1, 2};
  EXPECT_THROW(Eres2netConfig::from_json(bad, "test"), Error);
  bad = json;
  bad["channels"] = 0;
  EXPECT_THROW(Eres2netConfig::from_json(bad, "test"), Error);
  EXPECT_THROW(Eres2netConfig::from_weights([](const std::string&) { return Shape{}; }, "test"),
               Error);
}

}  // namespace
}  // namespace myna::models
