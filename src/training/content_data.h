// Batches for the content encoder: augmented log-mel frames and the phones that they say.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "training/dataset.h"
#include "training/mel_store.h"
#include "training/sampler.h"

namespace myna::training {

struct ContentBatch {
  at::Tensor mel;                             ///< [B, bins, frames], zero behind each row's end
  std::vector<int64_t> lengths;               ///< frames per row
  std::vector<std::vector<int32_t>> targets;  ///< spoken phones
  std::vector<int64_t> items;
};

/// "real" corpora by name, synthetic speech by language: what sampling shares are given for.
std::string sampling_group(const Item& item);

/// Items of a split that have phones and last at most `max_seconds`, with their mel frames.
std::vector<SampleUnit> phone_units(const Dataset& dataset, Split split, double max_seconds,
                                    const audio::MelConfig& mel);

/// `augment` null: the recordings as they are. `seed` decides the augmentation together with the
/// batch number.
ContentBatch make_content_batch(const Dataset& dataset, const MelStore& store,
                                const std::vector<int64_t>& items, const MelAugmentOptions* augment,
                                uint64_t seed, int64_t number);

}  // namespace myna::training
