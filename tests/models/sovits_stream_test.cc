#include "models/sovits_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/error.h"
#include "compute/cpu/cpu_backend.h"
#include "models/small_sovits.h"

namespace myna::models {
namespace {

constexpr int64_t kHop = 32;

Json small_config(bool harmonic) {
  Json decoder = {{"type", "hifigan"}};
  if (harmonic) {
    decoder = {{"type", "istft"}, {"dim", 24},   {"layers", 3}, {"ffn", 48},       {"kernel", 7},
               {"upsample", 2},   {"n_fft", 64}, {"hop", 16},   {"harmonic", true}};
  }
  return small_sovits_config(decoder);
}

/// A small network with audible weights, and a sentence for it.
class StreamTest : public ::testing::Test {
 protected:
  explicit StreamTest(bool harmonic = false)
      : backend_(compute::make_cpu_backend()),
        source_(7),
        sovits_(*backend_, source_, SovitsConfig::from_json(small_config(harmonic), "test"),
                {.precision = SovitsPrecision::exact()}) {
    Rng rng(3);
    for (int64_t& code : codes_) code = int64_t(rng.below(30));
    for (int64_t& phone : phones_) phone = int64_t(rng.below(40));
    std::vector<float> style(24);
    rng.fill_normal(style);
    style_ = backend_->from_host(HostTensor::from_floats({1, 24, 1}, std::move(style)));
  }

  std::vector<float> offline(size_t codes, double speed) {
    PriorOptions options;
    options.speed = speed;
    const Prior prior = sovits_.encode(std::span(codes_).first(codes), phones_, style_, options);
    return backend_->to_host(sovits_.decode(sovits_.sample(prior, style_, 5, 0.5f), style_))
        .to_floats();
  }

  struct Streamed {
    std::vector<float> samples;
    std::vector<int64_t> joins;
    std::vector<size_t> codes_when_heard;
  };
  Streamed streamed(size_t codes, double speed, StreamPace pace) {
    Streamed out;
    size_t given = 0;
    SovitsStream stream(sovits_, {phones_, style_, 5, 0.5f, speed, pace},
                        [&](std::span<const float> part) {
                          out.samples.insert(out.samples.end(), part.begin(), part.end());
                          out.codes_when_heard.push_back(given);
                        });
    for (size_t i = 0; i < codes; ++i) {
      given = i + 1;
      stream.push(codes_[i]);
    }
    stream.finish();
    out.joins = stream.joins();
    return out;
  }

  std::shared_ptr<compute::Backend> backend_;
  FreshSource source_;
  Sovits sovits_;
  std::vector<int64_t> codes_ = std::vector<int64_t>(60);
  std::vector<int64_t> phones_ = std::vector<int64_t>(20);
  Tensor style_;
};

class SovitsStreamTest : public StreamTest, public ::testing::WithParamInterface<bool> {
 protected:
  SovitsStreamTest() : StreamTest(GetParam()) {}
};

TEST_P(SovitsStreamTest, AShortSentenceIsTheOfflineOne) {
  const std::vector<float> whole = offline(10, 1.0);
  const Streamed short_one = streamed(10, 1.0, {});
  EXPECT_TRUE(short_one.joins.empty());
  ASSERT_EQ(short_one.samples.size(), whole.size());
  // The latents are put together on the host, in f32 as well.
  for (size_t i = 0; i < whole.size(); ++i) ASSERT_NEAR(short_one.samples[i], whole[i], 1e-4) << i;
}

TEST_P(SovitsStreamTest, LastsAsLongAsOffline) {
  for (const double speed : {0.5, 0.8, 1.0, 2.0}) {
    for (const size_t codes : {1u, 17u, 40u}) {
      for (const StreamPace pace : {StreamPace{}, {1, 1, 2, 1}}) {
        const Streamed out = streamed(codes, speed, pace);
        EXPECT_EQ(out.samples.size(), offline(codes, speed).size())
            << codes << " codes at " << speed << ", first " << pace.first;
      }
    }
  }
}

TEST_P(SovitsStreamTest, IsHeardWhileCodesAreStillComing) {
  const StreamPace pace{6, 3, 12, 6};
  const Streamed out = streamed(60, 1.0, pace);
  ASSERT_GE(out.codes_when_heard.size(), 4u);
  EXPECT_LE(out.codes_when_heard.front(), 10u);
  EXPECT_TRUE(std::is_sorted(out.codes_when_heard.begin(), out.codes_when_heard.end()));
  ASSERT_EQ(out.joins.size() + 1, out.codes_when_heard.size());
  for (const int64_t join : out.joins) EXPECT_EQ(join % kHop, 0);
}

TEST_P(SovitsStreamTest, IsAFunctionOfItsArguments) {
  EXPECT_EQ(streamed(60, 1.0, {}).samples, streamed(60, 1.0, {}).samples);
}

/// (The pulses of a harmonic decoder would be compared by their phase, which nobody hears.)
TEST_F(StreamTest, MoreAheadComesCloserToOffline) {
  const std::vector<float> whole = offline(60, 1.0);
  const auto distance = [&](int64_t ahead) {
    const Streamed out = streamed(60, 1.0, {4, ahead, 8, ahead});
    double difference = 0, power = 0;
    for (size_t i = 0; i < whole.size(); ++i) {
      difference += std::pow(double(out.samples[i]) - whole[i], 2);
      power += std::pow(double(whole[i]), 2);
    }
    return std::sqrt(difference / power);
  };
  const double near = distance(2), far = distance(30);
  EXPECT_GT(near, far);
  EXPECT_LT(far, 0.05);
}

TEST_P(SovitsStreamTest, StopsWithTheListener) {
  SovitsStream stream(sovits_, {phones_, style_, 5, 0.5f, 1.0, {2, 1, 4, 2}},
                      [](std::span<const float>) { throw std::runtime_error("enough"); });
  const auto push_all = [&] {
    for (const int64_t code : codes_) stream.push(code);
  };
  EXPECT_THROW(push_all(), std::runtime_error);
}

TEST_P(SovitsStreamTest, NoiseOfAFrameDoesNotDependOnTheLength) {
  const auto noise = [&](size_t codes) {
    const Prior prior = sovits_.encode(std::span(codes_).first(codes), phones_, style_);
    return sovits_.noise(9, prior);
  };
  const Tensor longer = noise(20);
  EXPECT_EQ(backend_->to_host(backend_->slice(longer, 2, 0, 10)).to_floats(),
            backend_->to_host(noise(5)).to_floats());
}

INSTANTIATE_TEST_SUITE_P(Decoders, SovitsStreamTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "harmonic" : "hifigan"; });

}  // namespace
}  // namespace myna::models
