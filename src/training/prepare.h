// Preparation of a dataset: recordings and synthetic speech in, one folder out (dataset.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/progress.h"
#include "training/dataset.h"

namespace myna::training {

struct PrepareOptions {
  std::filesystem::path corpus;    ///< folder with index.tsv
  std::filesystem::path recipe;    ///< data.json; the holdout list lies beside it
  std::filesystem::path out;       ///< dataset folder
  std::filesystem::path lexicons;  ///< of the text front end
  int threads = 2;
  bool again = false;  ///< prepare although the folder holds the result of the same inputs
};

struct SourceSummary {
  int64_t items = 0;
  size_t speakers = 0;
  double train_hours = 0, validation_hours = 0;
  double labelled_hours = 0;  ///< with phones
  int64_t phones = 0;
};

struct DatasetSummary {
  std::map<std::string, SourceSummary> sources;  ///< by Item::source and language, "flite en"
  std::map<std::string, int64_t> phone_counts;   ///< by symbol name, of the training split
};

DatasetSummary summarise(const Dataset& dataset);
/// A table of sources, then the symbols from rare to frequent.
std::string to_text(const DatasetSummary& summary);

/// Makes the dataset, or leaves it alone when it was made from the same inputs (false). The
/// held-out list is drawn and written when the recipe has none yet, otherwise used as it is.
/// Deterministic: the same inputs give the same digest. Nothing valid is left behind by a failure
/// or a cancel.
bool prepare(const PrepareOptions& options, const ProgressCallback& progress = {},
             const CancelToken& cancel = {});

}  // namespace myna::training
