#include "training/sampler.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/random.h"

namespace myna::training {
namespace {

template <typename T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[rng.below(i)]);
}

}  // namespace

BatchSampler::BatchSampler(std::vector<SampleUnit> units, SamplerOptions options, uint64_t seed)
    : options_(std::move(options)), seed_(seed) {
  std::map<std::string, Group> groups;
  for (SampleUnit& unit : units) {
    if (unit.length <= 0) continue;
    groups[unit.group].units.push_back(std::move(unit));
  }
  if (groups.empty())
    throw Error(ErrorCode::kUsage, "no item of the data set fits this training; prepare more data");

  double named = 0, unnamed_frames = 0;
  for (auto& [name, group] : groups) {
    double frames = 0;
    for (const SampleUnit& unit : group.units) frames += double(unit.length);
    group.mean_length = frames / double(group.units.size());
    const auto share = options_.shares.find(name);
    if (share != options_.shares.end())
      named += group.share = share->second;
    else
      unnamed_frames += group.share = frames;
  }
  const double rest = std::max(0.0, 1.0 - named);
  double total = 0;
  for (auto& [name, group] : groups) {
    if (!options_.shares.contains(name)) group.share *= rest / unnamed_frames;
    total += group.share;
  }
  if (total <= 0)
    throw Error(ErrorCode::kUsage, "the sampling shares give every group of the data set nothing");
  for (auto& [name, group] : groups) {
    group.share /= total;
    if (group.share > 0) groups_.push_back(std::move(group));
  }
}

std::vector<std::vector<int64_t>> BatchSampler::make_pool(int64_t pool) const {
  Rng rng(seed_, uint64_t(pool));
  // Probability of a group per draw, so that the shares hold in frames.
  std::vector<double> weights;
  for (const Group& group : groups_) weights.push_back(group.share / group.mean_length);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);

  std::vector<SampleUnit> drawn;
  const int64_t rows = options_.fixed_rows;
  const int64_t wanted_frames = options_.max_frames * options_.pool_batches * 5 / 4;
  int64_t frames = 0;
  while (rows > 0 ? int64_t(drawn.size()) < rows * options_.pool_batches : frames < wanted_frames) {
    double pick = double(rng.uniform()) * sum;
    size_t g = 0;
    while (g + 1 < groups_.size() && pick >= weights[g]) pick -= weights[g++];
    const Group& group = groups_[g];
    drawn.push_back(group.units[rng.below(group.units.size())]);
    frames += drawn.back().length;
  }

  std::vector<std::vector<int64_t>> batches;
  if (rows == 0)
    std::stable_sort(drawn.begin(), drawn.end(),
                     [](const auto& a, const auto& b) { return a.length > b.length; });
  std::vector<int64_t> current;
  int64_t longest = 0;
  const auto full = [&](int64_t length) {
    const int64_t next = int64_t(current.size()) + 1;
    if (rows > 0) return next > rows;
    return next > options_.max_rows || next * std::max(longest, length) > options_.max_frames;
  };
  for (const SampleUnit& unit : drawn) {
    if (!current.empty() && full(unit.length)) {
      batches.push_back(std::move(current));
      current.clear();
      longest = 0;
    }
    current.push_back(unit.item);
    longest = std::max(longest, unit.length);
  }
  if (!current.empty()) batches.push_back(std::move(current));
  shuffle(batches, rng);
  // A pool has exactly pool_batches batches, so that a batch number names one batch.
  const size_t made = batches.size();
  for (size_t i = 0; int64_t(batches.size()) < options_.pool_batches; ++i)
    batches.push_back(batches[i % made]);
  batches.resize(size_t(options_.pool_batches));
  return batches;
}

std::vector<int64_t> BatchSampler::batch(int64_t number) const {
  const int64_t pool = number / options_.pool_batches;
  if (pool != cached_pool_) {
    cached_ = make_pool(pool);
    cached_pool_ = pool;
  }
  return cached_[size_t(number % options_.pool_batches)];
}

}  // namespace myna::training
