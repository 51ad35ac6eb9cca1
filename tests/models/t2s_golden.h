// Checks of the text-to-semantic decoder against the reference vectors, for any backend.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "models/golden_support.h"
#include "models/t2s_decoder.h"

namespace myna::testing {

/// One model of the vectors with the inputs of its case.
class T2sGolden {
 public:
  T2sGolden(std::shared_ptr<compute::Backend> backend, const std::string& group,
            const std::string& name)
      : group_(golden_group(group)),
        name_(name),
        case_(group_.manifest().at("cases").at(name)),
        source_(group, name),
        config_(models::T2sConfig::from_json(case_.at("config"), group)),
        model_(backend, source_, config_) {
    text_ = case_.at("text_len");
    text_b_ = case_.at("batch").at("text_lens").at(1);
    prompt_ = case_.at("prompt_len");
  }

  /// The prompt pass and greedy decoding only: enough for a second full-size model.
  void check_decoding() {
    check_prompt_pass();
    check_greedy("prompt", 1.0f, true);
  }

  void check_all() {
    EXPECT_THAT(source_.unused(), ::testing::IsEmpty());
    check_prompt_pass();
    check_greedy("prompt", 1.0f, true);
    check_greedy("rp135", 1.35f, true);
    check_greedy("noprompt", 1.0f, false);
    check_batch();
    check_training_loss();
  }

  /// Logits of the training pass over the case's two rows, with their targets. The reference takes
  /// a row's padding to be on the left, while the vectors were made with padding on the right: its
  /// row 1 sees the last x_lens[1] of the padded positions. Turning the embedded row brings these
  /// to the front.
  struct TrainingBatch {
    compute::Tensor logits;
    models::T2sTargets targets;
  };
  TrainingBatch training_batch() {
    const Json& train = case_.at("train");
    const std::vector<int64_t> x_lens = train.at("x_lens"), y_lens = train.at("y_lens");
    const auto rows = int64_t(x_lens.size());
    const int64_t text = x_lens[0], length = y_lens[0];

    std::vector<int64_t> phone_ids = phones(), second = phones_b();
    second.resize(size_t(text), 0);
    phone_ids.insert(phone_ids.end(), second.begin(), second.end());
    std::vector<float> features = bert_a(), second_features = bert_b();
    second_features.resize(size_t(text * 1024), 0.0f);
    features.insert(features.end(), second_features.begin(), second_features.end());

    const auto drawn = ids("train_y", rows * length, 1024);
    std::vector<std::vector<int64_t>> tokens;
    for (int64_t row = 0; row < rows; ++row) {
      const auto begin = drawn.begin() + row * length;
      tokens.emplace_back(begin, begin + y_lens[size_t(row)]);
    }
    const auto padded = models::t2s_targets(tokens, config_.eos);
    auto& b = backend();
    const auto embedded =
        model_.embed_text(ints({rows, text}, phone_ids), floats({rows, text, 1024}, features));
    const auto second_row = b.slice(embedded, 0, 1, 2);
    const int64_t hidden = text - x_lens[1];
    const auto turned =
        b.concat({b.slice(second_row, 1, hidden, text), b.slice(second_row, 1, 0, hidden)}, 1);
    const auto logits = model_.train_embedded(b.concat({b.slice(embedded, 0, 0, 1), turned}, 0),
                                              x_lens, ints({rows, length}, padded.inputs), y_lens);
    return {logits, padded};
  }

  const GoldenGroup& group() const { return group_; }
  /// The configuration, lengths and parameter order of the case.
  const Json& info() const { return case_; }

 private:
  compute::Backend& backend() { return model_.backend(); }
  std::string input(const char* what) const { return "input.t2s." + name_ + "." + what; }

  std::vector<int64_t> ids(const char* what, int64_t count, int64_t limit) const {
    return GoldenGenerator(input(what)).integers(size_t(count), 0, limit);
  }
  std::vector<int64_t> phones() const { return ids("phones", text_, config_.phoneme_vocab_size); }
  std::vector<int64_t> phones_b() const {
    return ids("phones_b", text_b_, config_.phoneme_vocab_size);
  }
  std::vector<int64_t> prompt_tokens() const { return ids("prompt", prompt_, 1024); }

  /// [phones, 1024] from a generated [1024, phones]; columns from `zero_from` on are zero.
  std::vector<float> bert(const char* what, int64_t length, int64_t zero_from) const {
    const auto columns =
        GoldenGenerator(input(what)).floats(size_t(1024 * length), 0, std::sqrt(3.0));
    std::vector<float> rows(columns.size(), 0.0f);
    for (int64_t t = 0; t < std::min(length, zero_from); ++t) {
      for (int64_t c = 0; c < 1024; ++c) {
        rows[size_t(t * 1024 + c)] = columns[size_t(c * length + t)];
      }
    }
    return rows;
  }
  std::vector<float> bert_a() const { return bert("bert", text_, case_.at("bert_zero_from")); }
  std::vector<float> bert_b() const { return bert("bert_b", text_b_, text_b_); }

  compute::Tensor ints(const tensor::Shape& shape, std::vector<int64_t> values) {
    return backend().from_host(tensor::HostTensor::from_ints(shape, std::move(values)));
  }
  compute::Tensor floats(const tensor::Shape& shape, std::vector<float> values) {
    return backend().from_host(tensor::HostTensor::from_floats(shape, std::move(values)));
  }

  void check_prompt_pass() {
    const auto phones_in = ints({1, text_}, phones());
    const auto bert_in = floats({1, text_, 1024}, bert_a());
    const auto tokens_in = ints({1, prompt_}, prompt_tokens());
    expect(".text_in", model_.embed_text(phones_in, bert_in));
    expect(".audio_in", model_.embed_tokens(tokens_in));
    const auto cache = model_.make_cache(1, text_ + prompt_ + 1);
    const auto pass = model_.prompt(*cache, 0, phones_in, bert_in, tokens_in);
    EXPECT_EQ(cache->length(0), text_ + prompt_);
    expect(".prompt.hidden", pass.hidden);
    expect(".prompt.k_last", pass.k_last);
    expect(".prompt.v_first", pass.v_first);
  }

  models::SamplingOptions greedy(float penalty, int steps) const {
    models::SamplingOptions options;
    options.top_k = 1;
    options.repetition_penalty = penalty;
    options.max_tokens = steps;
    return options;
  }

  /// Greedy decoding through decode_t2s, and the logits of the listed steps.
  void check_greedy(const std::string& mode, float penalty, bool with_prompt) {
    const std::string key = mode == "prompt"  ? "greedy"
                            : mode == "rp135" ? "greedy_rp"
                                              : "greedy_noprompt";
    const int steps = case_.at(key).at("steps");
    const auto wanted = group_.stored<int64_t>(name_ + "." + mode + ".tokens");
    models::T2sRequest request;
    request.phones = phones();
    request.bert = tensor::HostTensor::from_floats({text_, 1024}, bert_a());
    if (with_prompt) request.prompt = prompt_tokens();
    request.sampling = greedy(penalty, steps);
    const auto result = models::decode_t2s(model_, std::span(&request, 1));
    EXPECT_EQ(result[0].tokens, wanted) << name_ << "." << mode;
    EXPECT_FALSE(result[0].complete);

    const std::string output = name_ + "." + mode + ".logits";
    const std::vector<int> listed = case_.at(key).at("logit_steps");
    const auto text =
        model_.embed_text(ints({1, text_}, phones()), floats({1, text_, 1024}, bert_a()));
    group_.expect_close(output, logits_at_once(text, request.prompt, wanted, listed));
    expect_near_in_deviations(output, logits_by_step(request, wanted, listed));
  }

  /// Logits of the listed steps from one pass over all tokens.
  std::vector<float> logits_at_once(const compute::Tensor& text, const std::vector<int64_t>& prompt,
                                    const std::vector<int64_t>& generated,
                                    const std::vector<int>& listed) {
    std::vector<int64_t> tokens = prompt;
    tokens.insert(tokens.end(), generated.begin(), generated.end());
    const auto length = int64_t(tokens.size());
    const auto all = model_.train_embedded(text, {}, ints({1, length}, tokens), {});
    std::vector<float> logits;
    for (const int step : listed) {
      const int64_t at = int64_t(prompt.size()) + step;
      const auto row = backend().to_host(backend().slice(all, 1, at, at + 1)).to_floats();
      logits.insert(logits.end(), row.begin(), row.end());
    }
    return logits;
  }

  /// The same through the cache, one token at a time.
  std::vector<float> logits_by_step(const models::T2sRequest& request,
                                    const std::vector<int64_t>& generated,
                                    const std::vector<int>& listed) {
    const auto prompt = int64_t(request.prompt.size());
    const auto cache = model_.make_cache(1, text_ + prompt + int64_t(generated.size()));
    compute::Tensor next =
        model_
            .prompt(*cache, 0, ints({1, text_}, phones()), floats({1, text_, 1024}, bert_a()),
                    prompt > 0 ? ints({1, prompt}, request.prompt) : compute::Tensor())
            .logits;
    std::vector<float> logits;
    for (int i = 0; i <= listed.back(); ++i) {
      if (std::find(listed.begin(), listed.end(), i) != listed.end()) {
        const auto row = backend().to_host(next).to_floats();
        logits.insert(logits.end(), row.begin(), row.end());
      }
      const int64_t position = prompt + i;
      next = model_.step(*cache, std::span(&generated[size_t(i)], 1), std::span(&position, 1));
    }
    return logits;
  }

  /// A backend may keep the cache in half floats: keys and values are then off by 2^-12 of
  /// themselves, and logits by some 2.5e-4 of their deviation. Four times that is allowed.
  void expect_near_in_deviations(const std::string& output, const std::vector<float>& actual) {
    const auto want = group_.stored<float>(output);
    const double allowed = 1e-3 * double(group_.row(output).at("std"));
    ASSERT_EQ(actual.size(), want.size());
    double worst = 0;
    for (size_t i = 0; i < want.size(); ++i) {
      worst = std::max(worst, std::fabs(double(actual[i]) - double(want[i])));
    }
    EXPECT_LE(worst, allowed) << output << " through the cache";
  }

  void check_batch() {
    std::vector<models::T2sRequest> requests(2);
    requests[0].phones = phones();
    requests[0].bert = tensor::HostTensor::from_floats({text_, 1024}, bert_a());
    requests[1].phones = phones_b();
    requests[1].bert = tensor::HostTensor::from_floats({text_b_, 1024}, bert_b());
    for (auto& request : requests) {
      request.prompt = prompt_tokens();
      request.sampling = greedy(1.0f, 39);
    }
    const auto results = models::decode_t2s(model_, requests);
    for (size_t i = 0; i < 2; ++i) {
      const std::string output = name_ + ".batch.tokens" + std::to_string(i);
      EXPECT_EQ(results[i].tokens, group_.stored<int64_t>(output)) << output;
    }
  }

  /// Summed cross entropy and top-3 accuracy of the training pass.
  void check_training_loss() {
    const auto batch = training_batch();
    const auto logits = backend().to_host(batch.logits);
    const auto& padded = batch.targets;
    ASSERT_EQ(logits.shape(), (tensor::Shape{padded.rows, padded.columns + 1, config_.vocab_size}));

    const auto values = logits.to_floats();
    double loss = 0;
    int right = 0, counted = 0;
    for (size_t i = 0; i < padded.targets.size(); ++i) {
      const std::span row(values.data() + i * size_t(config_.vocab_size),
                          size_t(config_.vocab_size));
      const float target = row[size_t(padded.targets[i])];
      const float highest = *std::max_element(row.begin(), row.end());
      double sum = 0;
      for (const float x : row) sum += std::exp(double(x) - highest);
      loss += std::log(sum) + highest - target;
      if (padded.targets[i] == config_.eos) continue;
      ++counted;
      right += std::count_if(row.begin(), row.end(), [&](float x) { return x > target; }) < 3;
    }
    const auto want = group_.stored<float>(name_ + ".train.loss");
    const auto& info = group_.row(name_ + ".train.loss");
    const double atol = info.at("atol"), rtol = info.at("rtol");
    EXPECT_NEAR(loss, want[0], atol + rtol * std::fabs(want[0])) << name_;
    EXPECT_NEAR(double(right) / counted, want[1], 1e-6) << name_;
  }

  void expect(const char* output, const compute::Tensor& actual) {
    expect_golden(group_, backend(), name_ + output, actual);
  }

  GoldenGroup group_;
  std::string name_;
  Json case_;
  GoldenSource source_;
  models::T2sConfig config_;
  models::T2s model_;
  int64_t text_ = 0, text_b_ = 0, prompt_ = 0;
};

}  // namespace myna::testing
