#include "training/guided_attention.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/error.h"
#include "compute/torch/torch_backend.h"
#include "training/dataset.h"

namespace myna::training {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kHeadDim = 8, kHeads = 2, kText = 8, kTokens = 6;

/// Two rows: eight phones and six tokens; four phones and three tokens. The first token is not a
/// guided target, so its place does not matter.
T2sBatch batch_of_two(bool second_is_aligned = true) {
  T2sBatch batch;
  batch.phones = at::zeros({2, kText}, at::kLong);
  batch.phone_lengths = {kText, 4};
  batch.inputs = at::zeros({2, kTokens}, at::kLong);
  batch.token_lengths = {kTokens, 3};
  batch.aligned = at::full({2, kTokens + 1}, -1, at::kLong);
  const std::vector<int64_t> first = {0, 0, 1, 3, 4, 6, 7}, second = {0, 1, 2, 3};
  for (size_t i = 0; i < first.size(); ++i) batch.aligned[0][int64_t(i)] = first[i];
  if (second_is_aligned)
    for (size_t i = 0; i < second.size(); ++i) batch.aligned[1][int64_t(i)] = second[i];
  return batch;
}

/// Queries and keys of heads that look at the wanted phone plus `shift` (around the text's end).
struct Pointers {
  at::Tensor q = at::zeros({2, kText + kTokens, kHeads* kHeadDim});
  at::Tensor k = at::zeros({2, kText + kTokens, kHeads* kHeadDim});
};

Pointers pointing(const T2sBatch& batch, int64_t shift) {
  Pointers out;
  for (int64_t head = 0; head < kHeads; ++head) {
    const int64_t at = head * kHeadDim;
    for (int64_t row = 0; row < 2; ++row) {
      for (int64_t j = 0; j < kText; ++j) out.k[row][j][at + j] = 10;
      for (int64_t t = 0; t < kTokens; ++t) {
        const int64_t wanted = batch.aligned[row][t + 1].item<int64_t>();
        if (wanted >= 0) out.q[row][kText + t][at + (wanted + shift) % kText] = 10;
      }
    }
  }
  return out;
}

double loss_of(const Pointers& p, const T2sBatch& batch, int64_t heads = kHeads) {
  return guided_attention_loss(p.q, p.k, kHeadDim, heads, batch).item<double>();
}

TEST(GuidedAttention, AlignedAttentionCostsLessThanMisaligned) {
  const T2sBatch batch = batch_of_two();
  const double right = loss_of(pointing(batch, 0), batch);
  const double beside = loss_of(pointing(batch, 1), batch);
  const double wrong = loss_of(pointing(batch, 4), batch);
  EXPECT_NEAR(right, 0.0, 1e-3);
  EXPECT_GT(beside, right + 0.5);
  EXPECT_GT(wrong, beside + 1.0);
  EXPECT_LE(wrong, -std::log(1e-4) + 1e-3);
}

TEST(GuidedAttention, EvenAttentionHasTheExpectedLoss) {
  const T2sBatch batch = batch_of_two();
  // Visible keys are the row's phones and the tokens so far.
  double sum = 0;
  for (const auto& [wanted, phones, visible] :
       std::vector<std::tuple<int64_t, int64_t, double>>{{0, 8, 9},
                                                         {1, 8, 10},
                                                         {3, 8, 11},
                                                         {4, 8, 12},
                                                         {6, 8, 13},
                                                         {7, 8, 14},
                                                         {1, 4, 5},
                                                         {2, 4, 6},
                                                         {3, 4, 7}}) {
    double caught = 0;
    for (int64_t j = 0; j < phones; ++j) {
      const int64_t away = std::abs(j - wanted);
      caught += away == 0 ? 1.0 : away == 1 ? 0.5 : away == 2 ? 0.1 : 0.0;
    }
    sum -= std::log(caught / visible + 1e-4);
  }
  EXPECT_NEAR(loss_of(Pointers(), batch), sum / 9, 1e-5);
}

TEST(GuidedAttention, RowsWithoutAlignmentAndOtherHeadsDoNotCount) {
  const T2sBatch both = batch_of_two(), one = batch_of_two(false);
  Pointers p = pointing(both, 0);
  p.q[1].zero_();
  p.q.narrow(2, kHeadDim, kHeadDim).zero_();  // the second head looks everywhere
  EXPECT_NEAR(loss_of(p, one, 1), 0.0, 1e-3);
  EXPECT_GT(loss_of(p, one, 2), 0.5);
  EXPECT_GT(loss_of(p, both, 1), 0.1);
  T2sBatch none = one;
  none.aligned = at::full_like(one.aligned, -1);
  EXPECT_EQ(loss_of(p, none), 0.0);
}

TEST(GuidedAttention, TheWeightStaysAndThenFades) {
  const models::T2sConfig config;
  const auto guided = GuidedAttention::from_json(
      {{"layer", 1}, {"heads", 2}, {"weight", 2.0}, {"until", 0.6}}, config, "recipe");
  EXPECT_DOUBLE_EQ(guided.weight_at(0), 2.0);
  EXPECT_DOUBLE_EQ(guided.weight_at(0.6), 2.0);
  EXPECT_NEAR(guided.weight_at(0.8), 1.1, 1e-12);
  EXPECT_NEAR(guided.weight_at(1), 0.2, 1e-12);
  for (const Json& wrong : {Json{{"layer", 24}}, Json{{"layer", 0}, {"heads", 17}},
                            Json{{"layer", 0}, {"weight", 0.0}}, Json{{"heads", 1}}})
    EXPECT_THROW(GuidedAttention::from_json(wrong, config, "recipe"), Error) << wrong.dump();
}

TEST(GuidedAttention, ANetworkLearnsToLookWhereItIsTold) {
  models::T2sConfig config;
  config.width = 16, config.heads = 2, config.layers = 2, config.feed_forward = 32;
  config.vocab_size = 9, config.eos = 8, config.phoneme_vocab_size = 12, config.bert_dim = 0;
  const auto backend =
      std::make_shared<compute::TorchBackend>(compute::TorchOptions{.training = true});
  models::FreshSource fresh(3);
  const models::T2s model(backend, fresh, config);
  backend->set_training(false);  // no dropout; the parameters still require gradients

  T2sBatch batch = batch_of_two();
  batch.phones = at::arange(2 * kText, at::kLong).view({2, kText}).remainder(11);
  batch.inputs = at::arange(2 * kTokens, at::kLong).view({2, kTokens}).remainder(7);
  const auto pass = [&](models::T2s::Trace* trace) {
    return backend->unwrap(model.train(backend->wrap(batch.phones), batch.phone_lengths, {},
                                       backend->wrap(batch.inputs), batch.token_lengths, trace));
  };
  std::vector<double> losses;
  for (int step = 0; step < 60; ++step) {
    models::T2s::Trace trace;
    trace.layer = 1;
    const at::Tensor logits = pass(&trace);
    ASSERT_TRUE(at::equal(logits, pass(nullptr)));
    const at::Tensor loss =
        guided_attention_loss(backend->unwrap(trace.q), backend->unwrap(trace.k), 8, 1, batch);
    loss.backward();
    losses.push_back(loss.item<double>());
    const at::NoGradGuard no_grad;
    for (const auto& [name, parameter] : backend->parameters()) {
      at::Tensor gradient = parameter.grad();
      if (!gradient.defined()) continue;
      parameter.sub_(gradient * 0.3);
      gradient.zero_();
    }
  }
  EXPECT_LT(losses.back(), 0.5 * losses.front());
}

TEST(T2sData, AlignmentsFollowPrompts) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "t2s_alignment";
  std::filesystem::remove_all(folder);
  DatasetWriter writer(folder, 16000);
  Item item;
  item.id = item.speaker = item.source = "a";
  item.phones = {10, 11, 12};
  writer.add(item, std::vector<int16_t>(16));
  item.id = "b", item.speaker = "other";
  writer.add(item, std::vector<int16_t>(16));
  writer.commit("inputs", 1);
  write_codes(Dataset(folder), {{1, 2, 3, 4}, {5, 6}}, "codebook", {{0, 0, 1, 2}, {}});

  const Dataset dataset(folder);
  T2sDataOptions options;
  options.prompt = 1.0;
  const T2sData data(dataset, 8, options);
  const auto row = [](const T2sBatch& batch, int64_t at) {
    const at::Tensor values = batch.aligned[at].contiguous();
    return std::vector<int64_t>(values.data_ptr<int64_t>(),
                                values.data_ptr<int64_t>() + values.size(0));
  };
  const T2sBatch plain = data.make({0, 1}, Rng(1), true);
  EXPECT_THAT(row(plain, 0), ElementsAre(0, 0, 1, 2, 2));
  EXPECT_THAT(row(plain, 1), ElementsAre(-1, -1, -1, -1, -1));
  EXPECT_EQ(plain.aligned.sizes(), plain.targets.sizes());
  const T2sBatch prompted = data.make({0}, Rng(1));  // the speaker's only item comes twice
  EXPECT_THAT(row(prompted, 0), ElementsAre(0, 0, 1, 2, 3, 3, 4, 5, 5));

  options.spread = true;  // one phone per code; what is not aligned cannot be used
  const T2sData spread(dataset, 8, options);
  ASSERT_EQ(spread.units(Split::kTrain).size(), 1u);
  EXPECT_EQ(spread.units(Split::kTrain)[0].length, 8);
  const T2sBatch timed = spread.make({0}, Rng(1));
  EXPECT_THAT(row(timed, 0), ElementsAre(0, 1, 2, 3, 3));
  const at::Tensor phones = timed.phones[0].contiguous();
  EXPECT_THAT(std::vector<int64_t>(phones.data_ptr<int64_t>(), phones.data_ptr<int64_t>() + 4),
              ElementsAre(10, 10, 11, 12));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace myna::training
