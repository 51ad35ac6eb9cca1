// Every trainer learns a tiny data set made here: the losses of its log must fall, and its exported
// model must open. Sizes are the smallest that still exercise every part.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <sstream>

#include "base/files.h"
#include "base/json.h"
#include "compute/torch/torch_backend.h"
#include "models/content_encoder.h"
#include "models/duration_predictor.h"
#include "models/model_file.h"
#include "support/temp_dir.h"
#include "training/content_trainer.h"
#include "training/curves.h"
#include "training/dataset.h"
#include "training/duration_trainer.h"
#include "training/export.h"
#include "training/listening_losses.h"
#include "training/mel_store.h"
#include "training/sovits_trainer.h"
#include "training/t2s_trainer.h"
#include "training/tokeniser.h"
#include "training/verifier_trainer.h"

namespace myna::training {
namespace {

namespace fs = std::filesystem;

/// "Phones" are tones: symbol 25 + k is a tone of its own height; a speaker shifts all of them.
std::vector<int16_t> say(const std::vector<int32_t>& phones, int speaker) {
  std::vector<int16_t> out;
  for (const int32_t phone : phones) {
    const double hz = (300.0 + 350.0 * double(phone % 4)) * (speaker == 0 ? 1.0 : 1.15);
    for (int i = 0; i < 4800; ++i) {
      const double t = double(i) / 16000, fade = std::sin(std::numbers::pi * i / 4800);
      out.push_back(int16_t(9000 * fade *
                            (std::sin(2 * std::numbers::pi * hz * t) +
                             0.3 * std::sin(4 * std::numbers::pi * hz * t))));
    }
  }
  return out;
}

void write_tiny_dataset(const fs::path& folder) {
  DatasetWriter writer(folder, 16000);
  const int32_t b = 24;  // a consonant of the table; the next three are spoken phones too
  for (int i = 0; i < 8; ++i) {
    Item item;
    item.id = "tiny/" + std::to_string(i);
    item.speaker = i % 2 ? "tiny/two" : "tiny/one";
    item.language = "en";
    item.source = "tiny";
    item.split = i >= 6 ? Split::kValidation : Split::kTrain;
    item.phones = {b + i % 4, b + (i + 1) % 4, b + (i * 2) % 4, b + (i + 3) % 4};
    writer.add(item, say(item.phones, i % 2));
  }
  writer.commit("test", 1);
}

RunOptions short_run(const fs::path& out, int64_t steps) {
  RunOptions options;
  options.out = out;
  options.max_steps = steps;
  options.log_steps = 5;
  options.threads = 1;
  options.bf16 = false;
  return options;
}

/// First and last logged value of a figure.
std::pair<double, double> ends(const fs::path& run, const std::string& figure) {
  std::istringstream lines(read_text(run / "log.jsonl"));
  std::vector<double> values;
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line);
    if (json.contains(figure)) values.push_back(json[figure]);
  }
  EXPECT_GE(values.size(), 2u) << figure;
  return {values.front(), values.back()};
}

const char* kOptimizer =
    R"({"learning_rate": 0.003, "warmup_steps": 5, "ema_decay": 0.8, "weight_decay": 0.0})";

class Trainers : public ::testing::Test {
 protected:
  void SetUp() override { write_tiny_dataset(folder_ / "data"); }

  Json content_recipe() const {
    return {{"model",
             {{"dim", 32},
              {"layers", 2},
              {"heads", 2},
              {"ffn", 48},
              {"conv_kernel", 5},
              {"tap_layer", 1},
              {"dropout", 0.0}}},
            {"optimizer", Json::parse(kOptimizer)},
            {"augment", {{"probability", 0.0}, {"frequency_masks", 0}, {"time_masks", 0}}},
            {"data", {{"batch_seconds", 8.0}}}};
  }

  /// Content run, codebook and codes.
  void tokenise_tiny() {
    train_content(folder_ / "data", content_recipe(), short_run(folder_ / "content", 20));
    TokeniseOptions options;
    options.data = folder_ / "data";
    options.content = folder_ / "content";
    options.codebook = folder_ / "codebook.safetensors";
    options.clusters = 16;
    options.threads = 1;
    options.bf16 = false;
    const Json figures = tokenise(options);
    EXPECT_EQ(figures["frames"].get<double>(), 8 * 30);  // 1.2 s at 25 Hz each
    EXPECT_GT(figures["perplexity"].get<double>(), 4.0);
  }

  /// Says when each phone is spoken, as the data set was made.
  void align_exactly() {
    const Dataset dataset(folder_ / "data");
    std::vector<std::vector<uint16_t>> codes, alignments;
    for (const Item& item : dataset.items()) {
      const auto known = dataset.codes(item);
      codes.emplace_back(known.begin(), known.end());
      alignments.emplace_back();
      for (size_t t = 0; t < known.size(); ++t)
        alignments.back().push_back(
            uint16_t(std::min(t * item.phones.size() / known.size(), item.phones.size() - 1)));
    }
    write_codes(dataset, codes, dataset.tokeniser_digest(), alignments);
  }

  Json verifier_recipe() const {
    return {{"model",
             {{"channels", 16},
              {"kernels", {3, 3}},
              {"dilations", {1, 2}},
              {"pooled_channels", 16},
              {"embedding", 8}}},
            {"optimizer", Json::parse(kOptimizer)},
            {"data",
             {{"rows", 8},
              {"seconds_low", 0.4},
              {"seconds_high", 0.8},
              {"min_seconds_per_speaker", 1.0}}},
            {"margin", 0.1},
            {"scale", 10.0}};
  }

  /// The recipe of the starter base, small.
  Json sovits_recipe() const;

  myna::testing::TempDir folder_;
};

TEST_F(Trainers, ContentLearns) {
  EXPECT_TRUE(train_content(folder_ / "data", content_recipe(), short_run(folder_ / "run", 120)));
  const auto [first, last] = ends(folder_ / "run", "ctc");
  EXPECT_LT(last, 0.6 * first);

  const Json record = export_model(folder_ / "run", {}, folder_ / "content.safetensors");
  EXPECT_EQ(record["steps"], 120);
  const models::ModelFile file =
      models::open_model_file(folder_ / "content.safetensors", "content");
  EXPECT_EQ(models::ContentConfig::from_json(file.config, "file").dim, 32);
  EXPECT_EQ(file.record["seed"], 1);
  EXPECT_EQ(file.record["corpus"], Dataset(folder_ / "data").digest());

  EXPECT_TRUE(fs::exists(folder_ / "run/curves.png"));
}

TEST_F(Trainers, T2sLearns) {
  tokenise_tiny();
  const Json recipe = {{"model",
                        {{"embedding_dim", 32},
                         {"hidden_dim", 32},
                         {"head", 2},
                         {"n_layer", 2},
                         {"ffn_dim", 64},
                         {"vocab_size", 17},
                         {"phoneme_vocab_size", 732},
                         {"EOS", 16},
                         {"bert_dim", 0}}},
                       {"optimizer", Json::parse(kOptimizer)},
                       {"data", {{"max_positions", 400}, {"prompt", 0.5}, {"input_noise", 0.05}}},
                       {"label_smoothing", 0.0}};
  EXPECT_TRUE(train_t2s(folder_ / "data", recipe, short_run(folder_ / "t2s", 60)));
  const auto [first, last] = ends(folder_ / "t2s", "cross_entropy");
  EXPECT_LT(last, 0.6 * first);
  export_model(folder_ / "t2s", {}, folder_ / "t2s.safetensors");
  EXPECT_NO_THROW(models::open_model_file(folder_ / "t2s.safetensors", "t2s"));
}

Json Trainers::sovits_recipe() const {
  Json recipe = Json::parse(read_text(fs::path(MYNA_SOURCE_DIR) / "recipes/starter/sovits.json"));
  recipe["model"]["model"].update({{"inter_channels", 16},
                                   {"hidden_channels", 16},
                                   {"filter_channels", 32},
                                   {"n_layers", 2},
                                   {"gin_channels", 16},
                                   {"ssl_dim", 32},
                                   {"codebook_size", 16},
                                   {"style_hidden", 16},
                                   {"mrte_channels", 16},
                                   {"flow_couplings", 2},
                                   {"posterior_layers", 2},
                                   {"decoder",
                                    {{"type", "istft"},
                                     {"dim", 24},
                                     {"layers", 2},
                                     {"ffn", 48},
                                     {"kernel", 7},
                                     {"upsample", 2},
                                     {"harmonic", true},
                                     {"n_fft", 640},
                                     {"hop", 160}}}});
  recipe["model"]["train"]["segment_size"] = 5120;
  recipe["discriminators"] = {
      {"periods", {2, 3}}, {"period_channels", {4, 8}}, {"scales", 1}, {"scale_channels", {4, 8}}};
  recipe["optimizer"] = Json::parse(kOptimizer);
  recipe["losses"]["adversarial_from"] = 0.7;
  recipe["data"].update(
      {{"rows", 4}, {"window_frames", 40}, {"style_min_seconds", 0.5}, {"style_max_seconds", 1.0}});
  return recipe;
}

TEST_F(Trainers, SovitsLearnsWithAndWithoutTheGame) {
  tokenise_tiny();
  Json recipe = sovits_recipe();
  recipe["model"]["model"]["spread_text"] = false;
  recipe["losses"].update({{"content", 0}, {"phones", 0}, {"reading", 0}, {"likeness", 0}});
  EXPECT_TRUE(train_sovits(folder_ / "data", {.codebook = folder_ / "codebook.safetensors"}, recipe,
                           short_run(folder_ / "sovits", 60)));
  const auto [first, last] = ends(folder_ / "sovits", "mel");
  EXPECT_LT(last, 0.8 * first);
  ends(folder_ / "sovits", "discriminator");  // the game was on
  EXPECT_TRUE(fs::exists(folder_ / "sovits/samples/step-60-0.wav"));
  EXPECT_THROW(export_model(folder_ / "sovits", {}, folder_ / "s.safetensors"), Error);
  export_model(folder_ / "sovits", folder_ / "codebook.safetensors", folder_ / "s.safetensors");
  const auto file = models::open_model_file(folder_ / "s.safetensors", "sovits");
  EXPECT_TRUE(file.tensors->contains("quantizer.vq.layers.0._codebook.embed"));
  for (const std::string& name : file.tensors->names()) {
    EXPECT_FALSE(name.starts_with("enc_q.")) << name;
    EXPECT_FALSE(name.starts_with("discriminators.")) << name;
  }
}

TEST_F(Trainers, SovitsLearnsByListening) {
  tokenise_tiny();
  align_exactly();
  EXPECT_TRUE(
      train_verifier(folder_ / "data", verifier_recipe(), short_run(folder_ / "likeness", 20)));
  SovitsTrainFiles files;
  files.codebook = folder_ / "codebook.safetensors";
  EXPECT_THROW(
      train_sovits(folder_ / "data", files, sovits_recipe(), short_run(folder_ / "sovits", 1)),
      Error);  // losses without listeners
  files.content = folder_ / "content";
  files.verifier = folder_ / "likeness";
  Json recipe = sovits_recipe();
  recipe["losses"].update({{"mel", 3}, {"adversarial", 0}});
  recipe["data"]["shares"] = Json::object();
  EXPECT_TRUE(train_sovits(folder_ / "data", files, recipe, short_run(folder_ / "sovits", 60)));
  for (const char* figure : {"content", "phones", "likeness"}) {
    const auto [first, last] = ends(folder_ / "sovits", figure);
    EXPECT_LT(last, first) << figure;
  }
}

TEST_F(Trainers, ContentLossTellsWhatIsSaid) {
  train_content(folder_ / "data", content_recipe(), short_run(folder_ / "content", 120));
  const ContentLoss loss(folder_ / "content", 16000, {});
  const Dataset dataset(folder_ / "data");
  const auto wave_of = [&](size_t item) {
    const std::vector<float> samples = item_samples(dataset, dataset.items()[item]);
    return at::tensor(at::ArrayRef<float>(samples)).reshape({1, 1, -1});
  };
  const std::vector<std::vector<int32_t>> own = {dataset.items()[0].phones};
  const std::vector<std::vector<int32_t>> other = {dataset.items()[1].phones};
  const ContentLoss::Parts same = loss(wave_of(0), wave_of(0), own);
  EXPECT_EQ(same.features.item<float>(), 0.0f);
  EXPECT_NEAR(same.phones.item<float>(), 0.0f, 1e-6);
  EXPECT_LT(same.reading.item<float>(), loss(wave_of(0), wave_of(0), other).reading.item<float>());
  EXPECT_EQ(loss(wave_of(0), wave_of(0), {{}}).reading.item<float>(), 0.0f);  // not known

  at::Tensor fake = wave_of(0).clone().set_requires_grad(true);
  const ContentLoss::Parts different = loss(fake, wave_of(1), own);
  EXPECT_GT(different.features.item<float>(), 0.05f);
  EXPECT_GT(different.phones.item<float>(), 0.05f);
  (different.features + different.phones + different.reading).backward();
  EXPECT_GT(fake.grad().abs().sum().item<float>(), 0.0f);
}

TEST_F(Trainers, DurationsAreLearnt) {
  tokenise_tiny();
  align_exactly();
  const Json recipe = {{"model", {{"dim", 16}, {"layers", 2}, {"kernel", 3}, {"dropout", 0.0}}},
                       {"optimizer", Json::parse(kOptimizer)},
                       {"data", Json::object()}};
  EXPECT_TRUE(train_durations(folder_ / "data", recipe, short_run(folder_ / "durations", 80)));
  const auto [first, last] = ends(folder_ / "durations", "loss");
  EXPECT_LT(last, first);
  export_model(folder_ / "durations", {}, folder_ / "d.safetensors");
  const auto file = models::open_model_file(folder_ / "d.safetensors", "durations");
  compute::TorchBackend backend({.training = false});
  const auto config = models::DurationConfig::from_json(file.config, "file");
  const models::DurationPredictor net(backend, *file.source(), config);
  for (const float tokens : net.tokens(std::vector<int64_t>{24, 25, 24, 27}))
    EXPECT_NEAR(tokens, 7.5f, 1.0f);  // 0.3 s at 25 Hz
}

TEST_F(Trainers, SovitsNeedsCodes) {
  const Json recipe =
      Json::parse(read_text(fs::path(MYNA_SOURCE_DIR) / "recipes/starter/sovits.json"));
  EXPECT_THROW(train_sovits(folder_ / "data", {.codebook = folder_ / "codebook.safetensors"},
                            recipe, short_run(folder_ / "sovits", 1)),
               Error);
}

TEST_F(Trainers, VerifierLearns) {
  EXPECT_TRUE(train_verifier(folder_ / "data", verifier_recipe(), short_run(folder_ / "v", 60)));
  const auto [first, last] = ends(folder_ / "v", "loss");
  EXPECT_LT(last, first);
  export_model(folder_ / "v", {}, folder_ / "v.safetensors");
  EXPECT_NO_THROW(models::open_model_file(folder_ / "v.safetensors", "verifier"));
}

TEST(RunCurves, RepeatedStepsOfAResumedRunCountOnce) {
  const myna::testing::TempDir folder;
  std::ofstream(folder / "log.jsonl") << R"({"step": 10, "ctc": 5.0})"
                                      << "\n"
                                      << R"({"step": 20, "ctc": 4.0})"
                                      << "\n"
                                      << R"({"step": 10, "event": "resumed"})"
                                      << "\n"
                                      << R"({"step": 20, "ctc": 3.0})"
                                      << "\n"
                                      << R"({"step": 30, "ctc": 2.0})"
                                      << "\n";
  draw_run_curves(folder / "log.jsonl", folder / "curves.png");
  EXPECT_GT(fs::file_size(folder / "curves.png"), 200u);
}

}  // namespace
}  // namespace myna::training
