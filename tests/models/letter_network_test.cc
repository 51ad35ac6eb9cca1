#include "models/letter_network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::models {
namespace {

LetterConfig tiny() {
  LetterConfig config;
  config.dim = 16;
  config.layers = 2;
  config.heads = 2;
  config.ffn = 24;
  config.conv_kernel = 5;
  config.history = 3;
  config.history_dim = 4;
  config.sounds = {"", "AA1", "AH0", "B", "K S"};
  return config;
}

class LetterNetworkTest : public ::testing::Test {
 protected:
  LetterNetworkTest()
      : backend_(compute::make_cpu_backend({.bf16 = false})),
        source_(5),
        network_(*backend_, source_, tiny()) {}
  std::shared_ptr<Backend> backend_;
  FreshSource source_;
  LetterNetwork network_;
};

TEST(LetterConfigTest, HistoryIsTheNewestSoundsAndTheStress) {
  const LetterConfig config = tiny();
  using Sounds = std::vector<int64_t>;
  EXPECT_EQ(config.history_of(Sounds{}), (Sounds{5, 5, 5, 6}));
  EXPECT_EQ(config.history_of(Sounds{3, 2}), (Sounds{2, 3, 5, 7}));
  EXPECT_EQ(config.history_of(Sounds{1, 3, 0, 4}), (Sounds{4, 0, 3, 8}));
  EXPECT_EQ(config.history_rows(), 9);
  EXPECT_EQ(letters_of("b-a"), (Sounds{1, 0}));
}

TEST(LetterConfigTest, ConfigurationsComeBackAndBadOnesAreRefused) {
  EXPECT_EQ(LetterConfig::from_json(tiny().to_json(), "test").to_json(), tiny().to_json());
  for (const auto& [key, value] : {std::pair{"conv_kernel", 4}, {"heads", 3}, {"history", 0}}) {
    Json bad = tiny().to_json();
    bad[key] = value;
    EXPECT_THROW(LetterConfig::from_json(bad, "test"), Error) << key;
  }
  Json silent = tiny().to_json();
  silent["sounds"] = Json::array();
  EXPECT_THROW(LetterConfig::from_json(silent, "test"), Error);
}

TEST_F(LetterNetworkTest, APaddedWordIsWhatTheWordAloneIs) {
  const auto batch = network_.encode(
      backend_->from_host(HostTensor::from_ints({2, 4}, {2, 5, 0, 19, 3, 7, 0, 0})), {4, 2});
  const auto alone = network_.encode(backend_->from_host(HostTensor::from_ints({1, 2}, {3, 7})));
  EXPECT_EQ(batch.shape(), (Shape{2, 4, 16}));
  const auto both = backend_->to_host(batch).to_floats();
  const auto one = backend_->to_host(alone).to_floats();
  for (size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(both[64 + i], one[i], 1e-4f) << i;
}

TEST_F(LetterNetworkTest, WordsAreReadAloneAsTogether) {
  const std::vector<std::vector<int64_t>> words = {
      letters_of("bax"), letters_of("ab"), {}, letters_of("xaxab")};
  const auto together = read_words(network_, words, 3);
  ASSERT_EQ(together.size(), words.size());
  EXPECT_TRUE(together[2].empty());
  for (size_t i = 0; i < words.size(); ++i)
    EXPECT_EQ(read_words(network_, {words[i]}, 3).front(), together[i]) << i;
}

/// ln probability of the sounds, by walking them.
double score(const LetterNetwork& network, const std::vector<int64_t>& letters,
             const std::vector<int64_t>& sounds) {
  Backend& b = network.backend();
  const auto count = int64_t(letters.size());
  std::vector<int64_t> history;
  for (size_t i = 0; i < sounds.size(); ++i) {
    const auto past = network.config().history_of(std::span(sounds).first(i));
    history.insert(history.end(), past.begin(), past.end());
  }
  const auto encoded = network.encode(b.from_host(HostTensor::from_ints({1, count}, letters)));
  const auto logits =
      network.choose(encoded, b.from_host(HostTensor::from_ints(
                                  {1, count, network.config().history + 1}, std::move(history))));
  const auto shares = b.to_host(b.softmax(logits)).to_floats();
  double sum = 0;
  for (size_t i = 0; i < sounds.size(); ++i)
    sum += std::log(shares[i * size_t(network.config().classes()) + size_t(sounds[i])]);
  return sum;
}

TEST_F(LetterNetworkTest, AWideBeamFindsTheMostProbableReading) {
  const auto letters = letters_of("abx");
  const LetterConfig config = tiny();
  const int64_t classes = config.classes();
  std::vector<int64_t> best;
  double best_score = -1e9;
  for (int64_t code = 0; code < classes * classes * classes; ++code) {
    const std::vector<int64_t> sounds = {code / classes / classes, code / classes % classes,
                                         code % classes};
    const double value = score(network_, letters, sounds);
    if (value > best_score) {
      best_score = value;
      best = sounds;
    }
  }
  std::string wanted;
  for (const int64_t sound : best) {
    const std::string& phones = config.sounds[size_t(sound)];
    if (!phones.empty()) wanted += phones + " ";
  }
  std::string said, plain;
  const auto read = read_words(network_, {letters}, classes * classes);
  for (const std::string& phone : read.front()) said += phone + " ";
  // The stress is put in order afterwards; the sounds are those of the best reading.
  for (const char c : said)
    if (c < '0' || c > '9') plain += c;
  std::string wanted_plain;
  for (const char c : wanted)
    if (c < '0' || c > '9') wanted_plain += c;
  EXPECT_EQ(plain, wanted_plain);
}

}  // namespace
}  // namespace myna::models
