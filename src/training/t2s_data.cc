#include "training/t2s_data.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "base/error.h"
#include "training/content_data.h"

namespace myna::training {
T2sData::T2sData(const Dataset& dataset, int64_t eos, const T2sDataOptions& options)
    : dataset_(dataset), eos_(eos), options_(options) {
  if (dataset.tokeniser_digest().empty())
    throw Error(ErrorCode::kUsage, "has no semantic codes yet; run `myna-train tokenise` on it",
                dataset.folder().string());
  for (size_t i = 0; i < dataset.items().size(); ++i) {
    const Item& item = dataset.items()[i];
    if (item.split == Split::kTrain && usable(item))
      by_speaker_[item.speaker].push_back(int64_t(i));
  }
}

bool T2sData::usable(const Item& item) const {
  return !item.phones.empty() && item.code_count > 0 &&
         double(item.sample_count) <= options_.max_seconds * dataset_.sample_rate() &&
         (!options_.spread || !dataset_.alignment(item).empty());
}

std::vector<SampleUnit> T2sData::units(Split split) const {
  std::vector<SampleUnit> out;
  for (size_t i = 0; i < dataset_.items().size(); ++i) {
    const Item& item = dataset_.items()[i];
    if (item.split == split && usable(item))
      out.push_back(
          {int64_t(i),
           item.code_count + (options_.spread ? item.code_count : int64_t(item.phones.size())),
           sampling_group(item)});
  }
  return out;
}

T2sBatch T2sData::make(const std::vector<int64_t>& items, Rng random, bool plain) const {
  std::vector<std::vector<int64_t>> phones, codes, aligned;
  for (size_t row = 0; row < items.size(); ++row) {
    Rng rng = random.split(row);
    const Item& item = dataset_.items()[size_t(items[row])];
    phones.emplace_back();
    codes.emplace_back();
    aligned.emplace_back();
    const auto append = [&](const Item& from) {
      const auto first = int64_t(phones.back().size());
      const auto c = dataset_.codes(from);
      codes.back().insert(codes.back().end(), c.begin(), c.end());
      for (const uint16_t phone : dataset_.alignment(from)) {
        if (options_.spread) phones.back().push_back(from.phones[phone]);
        aligned.back().push_back(options_.spread ? int64_t(phones.back().size()) - 1
                                                 : first + phone);
      }
      if (options_.spread) return;
      phones.back().insert(phones.back().end(), from.phones.begin(), from.phones.end());
      aligned.back().resize(codes.back().size(), -1);
    };
    if (!plain && !options_.spread && rng.uniform() < float(options_.prompt)) {
      const auto same = by_speaker_.find(item.speaker);
      if (same != by_speaker_.end())
        append(dataset_.items()[size_t(same->second[rng.below(same->second.size())])]);
    }
    append(item);
    const bool known = !dataset_.alignment(item).empty();
    aligned.back().push_back(known ? int64_t(phones.back().size()) - 1 : -1);
  }
  T2sBatch batch;
  size_t most_phones = 1, most_codes = 1;
  for (size_t row = 0; row < items.size(); ++row) {
    batch.phone_lengths.push_back(int64_t(phones[row].size()));
    batch.token_lengths.push_back(int64_t(codes[row].size()));
    most_phones = std::max(most_phones, phones[row].size());
    most_codes = std::max(most_codes, codes[row].size());
  }
  const int64_t rows = int64_t(items.size());
  batch.phones = at::zeros({rows, int64_t(most_phones)}, at::kLong);
  batch.inputs = at::full({rows, int64_t(most_codes)}, eos_, at::kLong);
  batch.targets = at::full({rows, int64_t(most_codes) + 1}, T2sBatch::kIgnored, at::kLong);
  batch.aligned = at::full({rows, int64_t(most_codes) + 1}, -1, at::kLong);
  Rng noise = random.split(~uint64_t{0});
  for (size_t row = 0; row < items.size(); ++row) {
    std::copy(phones[row].begin(), phones[row].end(),
              batch.phones.data_ptr<int64_t>() + row * most_phones);
    std::copy(aligned[row].begin(), aligned[row].end(),
              batch.aligned.data_ptr<int64_t>() + row * (most_codes + 1));
    int64_t* inputs = batch.inputs.data_ptr<int64_t>() + row * most_codes;
    int64_t* targets = batch.targets.data_ptr<int64_t>() + row * (most_codes + 1);
    for (size_t t = 0; t < codes[row].size(); ++t) {
      targets[t] = codes[row][t];
      const bool replace = !plain && noise.uniform() < float(options_.input_noise);
      inputs[t] = replace ? int64_t(noise.below(uint64_t(eos_))) : codes[row][t];
    }
    targets[codes[row].size()] = eos_;
  }
  return batch;
}

}  // namespace myna::training
