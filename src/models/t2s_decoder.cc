#include "models/t2s_decoder.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace myna::models {
namespace {

/// A sentence in the making; the order of active ones is that of the cache's rows.
struct Row {
  size_t request = 0;
  std::vector<int64_t> previous;  ///< prompt and generated tokens
  Rng rng{0};
  int generated = 0;
};

void check_ids(const std::vector<int64_t>& ids, int64_t limit, const char* what) {
  for (const int64_t id : ids) {
    if (id < 0 || id >= limit) {
      throw Error(ErrorCode::kInvalidModel,
                  std::string(what) + " id " + std::to_string(id) + " is outside the model's " +
                      std::to_string(limit) + "; text front end and model do not belong together");
    }
  }
}

void check_request(const T2s& model, const T2sRequest& request) {
  const T2sConfig& config = model.config();
  request.sampling.check();
  if (request.phones.empty()) {
    throw Error(ErrorCode::kInvalidText, "there is nothing to speak: the text has no phones");
  }
  check_ids(request.phones, config.phoneme_vocab_size, "phone");
  check_ids(request.prompt, config.vocab_size, "prompt token");
  if (request.bert.empty()) return;
  const Shape wanted = {int64_t(request.phones.size()), config.bert_dim};
  if (request.bert.shape() != wanted) {
    throw Error(ErrorCode::kInternal, "BERT features of shape " +
                                          tensor::shape_string(request.bert.shape()) + " where " +
                                          tensor::shape_string(wanted) + " belongs");
  }
}

/// Most tokens that a request may generate, by its own limit and by the model's positions.
int64_t token_limit(const T2s& model, const T2sRequest& request) {
  const int64_t room = model.config().max_positions - int64_t(request.prompt.size());
  return std::min<int64_t>(request.sampling.max_tokens, room);
}

Tensor ids_tensor(Backend& backend, const std::vector<int64_t>& ids) {
  return backend.from_host(HostTensor::from_ints({1, int64_t(ids.size())}, ids));
}

std::vector<float> prompt_logits(const T2s& model, compute::KvCache& cache, int64_t row,
                                 const T2sRequest& request) {
  Backend& backend = model.backend();
  Tensor bert, tokens;
  if (!request.bert.empty() && model.config().bert_dim > 0) {
    bert = backend.from_host(request.bert.reshaped({1, request.bert.dim(0), request.bert.dim(1)}));
  }
  if (!request.prompt.empty()) tokens = ids_tensor(backend, request.prompt);
  const auto pass = model.prompt(cache, row, ids_tensor(backend, request.phones), bert, tokens);
  return backend.to_host(pass.logits).to_floats();
}

void check_finite(std::span<const float> logits) {
  for (const float logit : logits) {
    if (!std::isfinite(logit)) {
      throw Error(ErrorCode::kInvalidModel,
                  "the text-to-semantic network gave numbers that are not finite; its weights are "
                  "damaged");
    }
  }
}

}  // namespace

std::vector<T2sResult> decode_t2s(const T2s& model, std::span<const T2sRequest> requests,
                                  const TokenListener& listener, const CancelToken& cancel) {
  std::vector<T2sResult> results(requests.size());
  if (requests.empty()) return results;
  int64_t capacity = 0;
  for (const T2sRequest& request : requests) {
    check_request(model, request);
    capacity = std::max(capacity, int64_t(request.phones.size() + request.prompt.size()) +
                                      std::max<int64_t>(token_limit(model, request), 0));
  }
  const auto cache = model.make_cache(int64_t(requests.size()), capacity);
  const auto vocabulary = size_t(model.config().vocab_size);
  const int64_t end_token = model.config().eos;

  std::vector<Row> rows;
  std::vector<float> logits;
  for (size_t i = 0; i < requests.size(); ++i) {
    cancel.check("speaking");
    const auto first = prompt_logits(model, *cache, int64_t(i), requests[i]);
    logits.insert(logits.end(), first.begin(), first.end());
    rows.push_back({i, requests[i].prompt, Rng(requests[i].seed), 0});
  }

  // Chooses a token for every row from `logits`; returns whether the row goes on.
  const auto advance = [&](Row& row, std::span<float> row_logits) {
    check_finite(row_logits);
    const T2sRequest& request = requests[row.request];
    T2sResult& result = results[row.request];
    if (row.generated >= token_limit(model, request)) return false;
    const Choice choice =
        choose_token(row_logits, row.previous, row.generated, end_token, request.sampling, row.rng);
    if (choice.end) {
      result.complete = true;
      return false;
    }
    row.previous.push_back(choice.token);
    result.tokens.push_back(choice.token);
    ++row.generated;
    if (listener && !listener(row.request, choice.token)) return false;
    return row.generated < token_limit(model, request);
  };

  while (true) {
    std::vector<Row> active;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (advance(rows[i], std::span(logits).subspan(i * vocabulary, vocabulary))) {
        active.push_back(std::move(rows[i]));
      } else {
        cache->drop_row(int64_t(active.size()));
      }
    }
    rows = std::move(active);
    if (rows.empty()) return results;
    cancel.check("speaking");
    std::vector<int64_t> tokens, positions;
    for (const Row& row : rows) {
      tokens.push_back(row.previous.back());
      positions.push_back(int64_t(row.previous.size()) - 1);
    }
    logits = model.backend().to_host(model.step(*cache, tokens, positions)).to_floats();
  }
}

}  // namespace myna::models
