// Speaks several sentences at once: prompt passes, then steps of all unfinished sentences together;
// a finished one leaves the batch. Every sentence has its own random stream, so what it becomes
// does not depend on which others are decoded with it (up to the backend's rounding).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/progress.h"
#include "models/sampling.h"
#include "models/t2s.h"

namespace myna::models {

struct T2sRequest {
  std::vector<int64_t> phones;  ///< of the prompt's transcript and the text to speak, in that order
  HostTensor bert;              ///< [phones, bert_dim], or empty for zeros
  std::vector<int64_t> prompt;  ///< semantic tokens of the reference recording; may be empty
  SamplingOptions sampling;
  uint64_t seed = 0;
};

struct T2sResult {
  std::vector<int64_t> tokens;  ///< generated ones only, without the end token
  bool complete = false;        ///< ended by itself; false: stopped by max_tokens or the listener
};

/// Called after every token with the request's index, in order of generation. Returning false stops
/// that sentence.
using TokenListener = std::function<bool(size_t request, int64_t token)>;

/// Throws Error(kUsage) for sampling options out of range, Error(kInvalidText) for a request
/// without phones, Error(kUnsupported) when text, prompt and tokens exceed the model's positions,
/// Error(kInvalidModel) for ids outside the tables or when the network gives no finite numbers,
/// Error(kCancelled) between steps.
std::vector<T2sResult> decode_t2s(const T2s& model, std::span<const T2sRequest> requests,
                                  const TokenListener& listener = {},
                                  const CancelToken& cancel = {});

}  // namespace myna::models
