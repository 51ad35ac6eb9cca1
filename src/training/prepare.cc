#include "training/prepare.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "text/frontend.h"
#include "text/symbols.h"
#include "training/prepare_jobs.h"
#include "voice/front_end.h"

namespace myna::training {
namespace {

// Raised whenever this code makes other data from the same inputs.
constexpr int kPreparationVersion = 1;
constexpr size_t kJobsInFlight = 256;

std::string inputs_digest(const PrepareOptions& options, const DataRecipe& recipe) {
  Sha256 hash;
  hash.update("preparation " + std::to_string(kPreparationVersion) + recipe.digest);
  const auto add_file = [&](const std::filesystem::path& path) {
    const Digest digest = sha256_file(path);
    hash.update(std::span<const uint8_t>(digest));
  };
  add_file(options.corpus / "index.tsv");
  if (std::filesystem::exists(recipe.holdout)) add_file(recipe.holdout);
  for (const auto& [language, texts] : recipe.texts) {
    add_file(texts.templates);
    for (const auto& file : texts.fortune_files) add_file(file);
  }
  std::set<std::filesystem::path> lexicons;
  for (const auto& entry : std::filesystem::directory_iterator(options.lexicons)) {
    if (entry.is_regular_file()) lexicons.insert(entry.path());
  }
  for (const auto& path : lexicons) add_file(path);
  return hex(hash.finish());
}

/// Runs jobs[begin, end) on `threads` threads; the first failure is thrown here.
std::vector<std::vector<PreparedItem>> run_jobs(const std::vector<PrepareJob>& jobs, size_t begin,
                                                size_t end, int threads,
                                                const CancelToken& cancel) {
  std::vector<std::vector<PreparedItem>> results(end - begin);
  std::atomic<size_t> next{begin};
  std::exception_ptr failure;
  std::mutex mutex;
  const auto work = [&] {
    for (size_t i = next++; i < end && !cancel.cancelled(); i = next++) {
      try {
        results[i - begin] = jobs[i].run();
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = end;
      }
    }
  };
  std::vector<std::thread> workers;
  for (int t = 1; t < threads; ++t) workers.emplace_back(work);
  work();
  for (auto& worker : workers) worker.join();
  if (failure) std::rethrow_exception(failure);
  cancel.check("preparing the corpus");
  return results;
}

void run_all(const std::vector<PrepareJob>& jobs, const PrepareOptions& options,
             DatasetWriter& writer, const ProgressCallback& progress, const CancelToken& cancel) {
  for (size_t begin = 0; begin < jobs.size(); begin += kJobsInFlight) {
    report(progress, "preparing", static_cast<int64_t>(begin), static_cast<int64_t>(jobs.size()),
           jobs[begin].name);
    const size_t end = std::min(begin + kJobsInFlight, jobs.size());
    for (auto& items : run_jobs(jobs, begin, end, std::max(1, options.threads), cancel)) {
      for (auto& prepared : items) writer.add(std::move(prepared.item), prepared.samples);
    }
  }
}

}  // namespace

bool prepare(const PrepareOptions& options, const ProgressCallback& progress,
             const CancelToken& cancel) {
  const DataRecipe recipe = read_data_recipe(options.recipe);
  const bool drawn_before = std::filesystem::exists(recipe.holdout);
  if (!options.again && drawn_before &&
      dataset_inputs_digest(options.out) == inputs_digest(options, recipe)) {
    return false;
  }
  const auto recordings = evaluation::read_corpus_index(options.corpus);
  Holdout holdout =
      drawn_before ? evaluation::read_holdout(recipe.holdout) : draw_holdout(recordings, recipe);
  const text::Frontend frontend = voice::make_frontend(options.lexicons);
  Transcriber transcriber(frontend);
  report(progress, "planning", 0, 0, "texts and labels");
  const auto lines = plan_synthesis(recordings, recipe, holdout, transcriber);
  if (!drawn_before) {
    draw_synthetic_holdout(lines, recipe, holdout);
    evaluation::write_holdout(recipe.holdout, holdout);
  }
  auto jobs = plan_recordings(options.corpus, recordings, recipe, holdout, transcriber);
  const SyntheticStudio studio;
  auto spoken = synthesis_jobs(lines, recipe, holdout, studio);
  std::move(spoken.begin(), spoken.end(), std::back_inserter(jobs));
  DatasetWriter writer(options.out, recipe.sample_rate);
  run_all(jobs, options, writer, progress, cancel);
  writer.commit(inputs_digest(options, recipe), recipe.seed);
  return true;
}

DatasetSummary summarise(const Dataset& dataset) {
  DatasetSummary summary;
  std::map<std::string, std::set<std::string>> speakers;
  const auto& names = text::symbol_names(text::SymbolSet::kV2);
  for (const auto& item : dataset.items()) {
    const std::string key = item.source + " " + item.language;
    SourceSummary& source = summary.sources[key];
    const double hours = double(item.sample_count) / dataset.sample_rate() / 3600.0;
    ++source.items;
    (item.split == Split::kTrain ? source.train_hours : source.validation_hours) += hours;
    if (!item.phones.empty()) source.labelled_hours += hours;
    source.phones += static_cast<int64_t>(item.phones.size());
    speakers[key].insert(item.speaker);
    if (item.split != Split::kTrain) continue;
    for (const int32_t phone : item.phones) ++summary.phone_counts[names.at(size_t(phone))];
  }
  for (auto& [key, source] : summary.sources) source.speakers = speakers[key].size();
  return summary;
}

std::string to_text(const DatasetSummary& summary) {
  char line[200];
  std::snprintf(line, sizeof line, "%-22s %7s %8s %8s %8s %8s %9s\n", "source", "items", "speakers",
                "train h", "valid h", "phone h", "phones/s");
  std::string out = line;
  SourceSummary total;
  for (const auto& [name, source] : summary.sources) {
    std::snprintf(line, sizeof line, "%-22s %7lld %8zu %8.2f %8.2f %8.2f %9.1f\n", name.c_str(),
                  static_cast<long long>(source.items), source.speakers, source.train_hours,
                  source.validation_hours, source.labelled_hours,
                  double(source.phones) / std::max(1.0, source.labelled_hours * 3600));
    out += line;
    total.items += source.items;
    total.speakers += source.speakers;
    total.train_hours += source.train_hours;
    total.validation_hours += source.validation_hours;
    total.labelled_hours += source.labelled_hours;
  }
  std::snprintf(line, sizeof line, "%-22s %7lld %8zu %8.2f %8.2f %8.2f\n", "total",
                static_cast<long long>(total.items), total.speakers, total.train_hours,
                total.validation_hours, total.labelled_hours);
  out += line;
  std::vector<std::pair<int64_t, std::string>> counts;
  for (const auto& [name, count] : summary.phone_counts) counts.emplace_back(count, name);
  std::sort(counts.begin(), counts.end());
  out += std::to_string(counts.size()) + " symbols, rarest first:";
  for (const auto& [count, name] : counts) out += " " + name + ":" + std::to_string(count);
  return out + "\n";
}

}  // namespace myna::training
