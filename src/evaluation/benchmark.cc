#include "evaluation/benchmark.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "base/random.h"
#include "compute/cpu/cpu_backend.h"
#include "evaluation/official_job.h"
#include "evaluation/official_weights.h"
#include "models/hubert.h"
#include "models/roberta.h"
#include "models/sovits.h"
#include "models/t2s.h"
#include "voice/engine.h"
#include "voice/reference_cache.h"
#include "voice/synthesizer.h"

namespace myna::evaluation {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const auto& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Arithmetic of the official HiFi-GAN in a second of speech: 410 million products in each of 50
/// latent frames.
constexpr double kDecoderOperations = 41e9;

class Benchmark {
 public:
  Benchmark(const BenchOptions& options, const CancelToken& cancel,
            const ProgressCallback& progress)
      : options_(options), cancel_(cancel), progress_(progress) {
    compute::CpuOptions cpu;
    cpu.threads = options.threads;
    backend_ = compute::make_cpu_backend(cpu);
  }

  BenchReport run() {
    // These come first, so that their peak memory is their own.
    if (options_.starter) starter();
    if (options_.official) official_job();
    step("machine floor");
    const int threads =
        options_.threads > 0 ? options_.threads : int(std::thread::hardware_concurrency());
    report_.floor = measure_floor(*backend_, std::max(1, threads));
    if (options_.official) {
      official_t2s();
      official_sovits();
      official_roberta();
      official_hubert();
      add("official networks, peak memory", "MB", peak_memory_mb(), peak_memory_mb());
    }
    for (BenchFigure& figure : report_.figures) set_floor(figure);
    return std::move(report_);
  }

 private:
  void step(const char* name) {
    cancel_.check("measuring");
    myna::report(progress_, "measuring", 0, 0, name);
  }

  /// One warm-up, then the repetitions; `scale` turns seconds into the figure's unit.
  void measure(const std::string& name, const std::string& unit, double scale, const auto& work,
               double weight_bytes = 0, double operations = 0) {
    work();
    std::vector<double> values;
    for (int i = 0; i < options_.repetitions; ++i) {
      cancel_.check("measuring");
      values.push_back(scale * seconds_of(work));
    }
    std::sort(values.begin(), values.end());
    add(name, unit, values[values.size() / 2], values.front());
    floors_.push_back({report_.figures.size() - 1, scale, weight_bytes, operations});
  }

  void add(const std::string& name, const std::string& unit, double value, double best) {
    report_.figures.push_back({name, unit, value, best, 0});
  }

  void set_floor(BenchFigure& figure) {
    for (const Floor& floor : floors_) {
      if (&report_.figures[floor.figure] != &figure) continue;
      const double memory = floor.bytes / (report_.floor.memory_gb_per_second * 1e9);
      const double arithmetic = floor.operations / (report_.floor.gflops_convolution * 1e9);
      figure.floor = floor.scale * std::max(memory, arithmetic);
    }
  }

  void starter();
  void official_t2s();
  void official_sovits();
  void official_roberta();
  void official_hubert();
  void official_job();

  struct Floor {
    size_t figure;
    double scale, bytes, operations;
  };
  const BenchOptions& options_;
  const CancelToken& cancel_;
  const ProgressCallback& progress_;
  std::shared_ptr<compute::Backend> backend_;
  BenchReport report_;
  std::vector<Floor> floors_;
};

void Benchmark::starter() {
  step("starter");
  const auto start = Clock::now();
  voice::EngineOptions engine_options;
  engine_options.threads = options_.threads;
  const auto engine = voice::Engine::load_starter(engine_options);
  const double load = std::chrono::duration<double>(Clock::now() - start).count();
  add("starter, load", "s", load, load);

  const std::vector<voice::Recording> recordings = voice::find_recordings("slt");
  measure("starter, reference processing", "s", 1.0, [&] {
    engine->references().clear();
    voice::make_voice(*engine, "slt", recordings);
  });
  measure("starter, reference seen before", "ms", 1e3,
          [&] { voice::make_voice(*engine, "slt", recordings); });
  const voice::Voice voice = voice::make_voice(*engine, "slt", recordings);
  const voice::Synthesizer synthesizer(engine);
  const std::string text =
      "The teacher opened the window because the room was warm. We took the early train and "
      "reached the city before noon. A good story should surprise you at least once.";
  for (const bool check : {true, false}) {
    std::vector<double> factors, first;
    for (int i = 0; i <= options_.repetitions; ++i) {
      cancel_.check("measuring");
      voice::SpeakOptions speak;
      speak.seed = 1;
      speak.self_check = check;
      const voice::SpeakReport done = synthesizer.speak(
          voice, text, speak, [](std::span<const float>) {}, cancel_);
      if (i == 0) continue;  // warm-up
      factors.push_back(done.real_time_factor());
      first.push_back(done.first_audio_seconds);
    }
    std::sort(factors.begin(), factors.end());
    std::sort(first.begin(), first.end());
    const std::string suffix = check ? ", self-check on" : ", self-check off";
    add("starter, whole job" + suffix, "real-time factor", factors[factors.size() / 2], factors[0]);
    add("starter, first audio" + suffix, "s", first[first.size() / 2], first[0]);
  }
  add("starter, peak memory", "MB", peak_memory_mb(), peak_memory_mb());
}

void Benchmark::official_t2s() {
  step("official v2, T2S");
  models::FreshSource fresh(1);
  models::T2sConfig config;
  config.precision = compute::Precision::kInt8;
  const models::T2s t2s(backend_, fresh, config);
  constexpr int64_t kText = 120, kPrompt = 125, kSteps = 40;
  const auto ids = [&](int64_t count, int64_t limit) {
    std::vector<int64_t> values(static_cast<size_t>(count));
    Rng rng(7);
    for (int64_t& value : values) value = int64_t(rng.below(uint64_t(limit)));
    return backend_->from_host(tensor::HostTensor::from_ints({1, count}, std::move(values)));
  };
  const compute::Tensor phones = ids(kText, 700), prompt = ids(kPrompt, 1024);
  const auto fill = [&](int64_t rows) {
    auto cache = t2s.make_cache(rows, kText + kPrompt + kSteps + 1);
    for (int64_t row = 0; row < rows; ++row) t2s.prompt(*cache, row, phones, {}, prompt);
    return cache;
  };
  const double parameters = double(config.layers) * double(12 * config.width * config.width) +
                            double(config.vocab_size * config.width);
  measure(
      "official v2, T2S prompt pass, 245 positions", "ms", 1e3, [&] { fill(1); }, 0,
      2 * parameters * (kText + kPrompt));
  for (const int64_t rows : {1, 4}) {
    const auto cache = fill(rows);
    // Warm-up and repetitions continue the same sequences, which stay within the capacity below.
    const int64_t steps = kSteps / (options_.repetitions + 1);
    int64_t position = kPrompt;
    measure(
        fmt::format("official v2, T2S step, batch {}", rows), "ms/token", 1e3 / double(steps),
        [&] {
          for (int64_t i = 0; i < steps; ++i, ++position) {
            const std::vector<int64_t> tokens(size_t(rows), 5), positions(size_t(rows), position);
            backend_->to_host(t2s.step(*cache, tokens, positions));
          }
        },
        parameters * double(steps));
  }
}

void Benchmark::official_sovits() {
  step("official v2, SoVITS");
  models::FreshSource fresh(2);
  const models::SovitsConfig config =
      models::SovitsConfig::from_json(official_config("v2"), "official v2");
  const models::Sovits sovits(*backend_, fresh, config);
  constexpr int64_t kCodes = 250;  // 10 s
  std::vector<int64_t> codes(kCodes), phones(100);
  Rng rng(3);
  for (int64_t& code : codes) code = int64_t(rng.below(1024));
  for (int64_t& phone : phones) phone = int64_t(rng.below(700));
  std::vector<float> spec(size_t(config.spec_bins() * 250), 0.1f);
  const compute::Tensor spectrogram = backend_->from_host(
      tensor::HostTensor::from_floats({1, config.spec_bins(), 250}, std::move(spec)));
  const compute::Tensor style = sovits.style({spectrogram});
  const double seconds = double(kCodes) / 25.0;
  measure("official v2, SoVITS text side", "real-time factor", 1 / seconds,
          [&] { backend_->to_host(sovits.encode(codes, phones, style).mean); });
  const models::Prior prior = sovits.encode(codes, phones, style);
  const models::Spoken spoken = sovits.sample(prior, style, 1, 0.5f);
  measure(
      "official v2, SoVITS decode (flow, HiFi-GAN)", "real-time factor", 1 / seconds,
      [&] { sovits.decode_chunks(spoken, style, {}, [](std::span<const float>) { return true; }); },
      0, kDecoderOperations * seconds);
  measure("official v2, reference style", "s", 1.0,
          [&] { backend_->to_host(sovits.style({spectrogram})); });
}

void Benchmark::official_roberta() {
  step("RoBERTa");
  models::FreshSource fresh(4);
  const models::RobertaConfig config;
  const models::Roberta roberta(backend_, fresh, config, compute::Precision::kInt8);
  std::vector<int64_t> ids(32);  // 30 characters and the marks
  Rng rng(5);
  for (int64_t& id : ids) id = int64_t(rng.below(uint64_t(config.vocabulary)));
  const double weights =
      double(config.depth() * config.width) * double(4 * config.width + 2 * config.feed_forward);
  measure(
      "RoBERTa, 30 characters", "ms", 1e3, [&] { backend_->to_host(roberta.forward(ids)); },
      weights, 2 * weights * double(ids.size()));
}

void Benchmark::official_hubert() {
  step("HuBERT");
  models::FreshSource fresh(3);
  const models::HubertConfig config;
  const models::Hubert hubert(backend_, fresh, config);
  constexpr int64_t kSamples = 5 * 16000;
  const compute::Tensor wave = backend_->from_host(
      tensor::HostTensor::from_floats({1, 1, kSamples}, std::vector<float>(kSamples, 0.1f)));
  double products = 0;
  int64_t in = 1, frames = kSamples;
  for (size_t i = 0; i < config.conv_dim.size(); ++i) {
    frames = (frames - config.conv_kernel[i]) / config.conv_stride[i] + 1;
    products += double(frames * in * config.conv_dim[i] * config.conv_kernel[i]);
    in = config.conv_dim[i];
  }
  const int64_t layer = config.width * (4 * config.width + 2 * config.feed_forward);
  products += double(frames * layer * config.layers);
  measure(
      "HuBERT, 5 s", "ms", 1e3, [&] { backend_->to_host(hubert.forward(wave)); }, 0, 2 * products);
}

/// Through the whole pipeline. Its floor: the text network's weights are read once a token, 25
/// tokens a second of speech, and the decoder's products are done once.
void Benchmark::official_job() {
  step("official v2Pro, whole job");
  OfficialJob job = measure_official_job(options_.threads, options_.repetitions, cancel_);
  const auto add_sorted = [this](const char* name, const char* unit, std::vector<double>& values,
                                 double scale) {
    std::sort(values.begin(), values.end());
    add(name, unit, scale * values[values.size() / 2], scale * values.front());
  };
  add_sorted("official v2Pro, load, files in page cache", "s", job.load, 1);
  add_sorted("official v2Pro, reference processing", "s", job.reference, 1);
  add_sorted("official v2Pro, first audio, token streaming", "s", job.first_audio, 1);
  add_sorted("official v2Pro, 10 s of Chinese, token streaming", "real-time factor", job.spoken,
             1 / kSpokenSeconds);
  const double tokens = 25 * kSpokenSeconds, weights = 77e6;
  floors_.push_back({report_.figures.size() - 1, 1 / kSpokenSeconds, weights * tokens,
                     kDecoderOperations * kSpokenSeconds});
  add("official v2Pro, these four, peak memory", "MB", job.peak_memory_mb, job.peak_memory_mb);
}

}  // namespace

double peak_memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024.0;
}

void reset_peak_memory() {
#ifdef __GLIBC__
  malloc_trim(0);  // what has been freed is no part of what is needed from here on
#endif
  std::ofstream("/proc/self/clear_refs") << "5";
}

BenchReport run_benchmark(const BenchOptions& options, const CancelToken& cancel,
                          const ProgressCallback& progress) {
  return Benchmark(options, cancel, progress).run();
}

Json benchmark_json(const BenchReport& report) {
  Json figures = Json::array();
  for (const BenchFigure& figure : report.figures) {
    figures.push_back({{"name", figure.name},
                       {"unit", figure.unit},
                       {"value", figure.value},
                       {"best", figure.best},
                       {"floor", figure.floor}});
  }
  return {{"machine",
           {{"memory_gb_per_second", report.floor.memory_gb_per_second},
            {"gflops_f32", report.floor.gflops_f32},
            {"gflops_convolution", report.floor.gflops_convolution}}},
          {"figures", figures}};
}

std::string benchmark_table(const BenchReport& report) {
  std::string table = fmt::format(
      "machine: {:.1f} GB/s read, {:.0f} GFLOP/s f32 product, {:.0f} GFLOP/s convolution\n\n",
      report.floor.memory_gb_per_second, report.floor.gflops_f32, report.floor.gflops_convolution);
  table += fmt::format("{:<50}{:>10}{:>10}{:>10}  {}\n", "", "median", "best", "floor", "unit");
  for (const BenchFigure& figure : report.figures) {
    table += fmt::format(
        "{:<50}{:>10.3f}{:>10.3f}{:>10}  {}\n", figure.name, figure.value, figure.best,
        figure.floor > 0 ? fmt::format("{:.3f}", figure.floor) : std::string("-"), figure.unit);
  }
  return table;
}

}  // namespace myna::evaluation
