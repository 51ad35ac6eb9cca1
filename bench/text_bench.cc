// Speed of the text front end.
//
//   text_bench [--benchmark_filter=...]
// "characters_per_second" counts code points of the input; the first row is the time from nothing
// to the first sentence, with the lexicons in the page cache.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "text/frontend.h"

namespace myna::text {
namespace {

std::filesystem::path lexicons() {
  return std::filesystem::path(MYNA_SOURCE_DIR) / "assets/lexicons";
}

struct BenchText {
  const char* text;
  int64_t characters;
};
constexpr BenchText kMandarin[] = {
    {"春天来了，公园里的花都开了，孩子们在草地上跑来跑去，笑声传得很远。", 33},
    {"会议定在2024年5月1日上午9:30，地点是三楼的会议室，请大家准时参加。", 38},
    {"这本书一共三百二十页，讲的是一个普通人怎样在海边的小镇上过完他的一生。", 34},
    {"他说不一定能来，不过要是天气好，他还是想跟我们一起去看一看。", 30}};
constexpr BenchText kEnglish[] = {
    {"The committee met on May 5, 2024, and spent $2.5 million on the new library.", 76},
    {"She read the letter aloud while the children listened by the window.", 68}};

template <size_t N>
void read_all(benchmark::State& state, const BenchText (&sentences)[N], Mode mode) {
  const Frontend frontend(lexicons());
  int64_t characters = 0;
  for (auto _ : state) {
    for (const BenchText& s : sentences) {
      benchmark::DoNotOptimize(frontend.analyse(s.text, mode));
      characters += s.characters;
    }
  }
  state.counters["characters_per_second"] =
      benchmark::Counter(double(characters), benchmark::Counter::kIsRate);
}

void start(benchmark::State& state) {
  for (auto _ : state) {
    const Frontend frontend(lexicons());
    benchmark::DoNotOptimize(frontend.analyse("你好。", Mode::kZh));
  }
}

void mandarin(benchmark::State& state) { read_all(state, kMandarin, Mode::kZh); }
void english(benchmark::State& state) { read_all(state, kEnglish, Mode::kEn); }

BENCHMARK(start)->Unit(benchmark::kMillisecond);
BENCHMARK(mandarin)->Unit(benchmark::kMillisecond);
BENCHMARK(english)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace myna::text

BENCHMARK_MAIN();
