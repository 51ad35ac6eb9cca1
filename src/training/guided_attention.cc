#include "training/guided_attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace myna::training {
namespace {

constexpr float kNearness[] = {0.1f, 0.5f, 1.0f, 0.5f, 0.1f};  // about a Gaussian
constexpr int64_t kReach = 2;
constexpr double kFloor = 1e-4;  // bounds the loss of a hopeless position
constexpr double kFinalShare = 0.1;
constexpr double kHidden = -1e30;

/// What a token may not see: padding of the text and later tokens. [B, 1, Ty, Tx + Ty].
at::Tensor hidden_keys(const at::Tensor& phone_lengths, int64_t text, int64_t tokens) {
  const auto ids = phone_lengths.options();
  const at::Tensor key = at::arange(text + tokens, ids).view({1, 1, 1, -1});
  const at::Tensor query = at::arange(tokens, ids).view({1, 1, -1, 1}) + text;
  const at::Tensor padding = at::logical_and(key < text, key >= phone_lengths.view({-1, 1, 1, 1}));
  return at::logical_or(padding, at::logical_and(key >= text, key > query));
}

}  // namespace

GuidedAttention GuidedAttention::from_json(const Json& json, const models::T2sConfig& config,
                                           const std::string& subject) {
  GuidedAttention out;
  out.layer = require<int64_t>(json, "layer", subject, ErrorCode::kUsage);
  out.heads = value_or<int64_t>(json, "heads", out.heads, subject, ErrorCode::kUsage);
  out.weight = value_or<double>(json, "weight", out.weight, subject, ErrorCode::kUsage);
  out.until = value_or<double>(json, "until", out.until, subject, ErrorCode::kUsage);
  const auto fail = [&](const char* key, const std::string& range) {
    throw Error(ErrorCode::kUsage, std::string("key \"") + key + "\" must be " + range, subject);
  };
  if (out.layer < 0 || out.layer >= config.layers)
    fail("layer", "between 0 and " + std::to_string(config.layers - 1));
  if (out.heads < 1 || out.heads > config.heads)
    fail("heads", "between 1 and " + std::to_string(config.heads));
  if (!(out.weight > 0)) fail("weight", "positive");
  if (!(out.until >= 0 && out.until <= 1)) fail("until", "between 0 and 1");
  return out;
}

double GuidedAttention::weight_at(double progress) const {
  if (progress <= until) return weight;
  const double faded = std::min(1.0, (progress - until) / (1.0 - until));
  return weight * (1.0 - (1.0 - kFinalShare) * faded);
}

at::Tensor guided_attention_loss(const at::Tensor& q, const at::Tensor& k, int64_t head_dim,
                                 int64_t guided_heads, const T2sBatch& batch, bool bf16) {
  const int64_t rows = q.size(0), text = batch.phones.size(1), tokens = batch.inputs.size(1);
  const auto ids = at::TensorOptions().dtype(at::kLong).device(q.device());
  const auto heads_of = [&](const at::Tensor& x) {
    const at::Tensor guided =
        x.narrow(2, 0, guided_heads * head_dim).to(bf16 ? at::kBFloat16 : at::kFloat);
    return guided.reshape({rows, -1, guided_heads, head_dim}).transpose(1, 2).contiguous();
  };
  const at::Tensor phone_lengths =
      at::tensor(batch.phone_lengths, at::TensorOptions().dtype(at::kLong)).to(q.device());
  const at::Tensor scores =
      at::matmul(heads_of(q.narrow(1, text, tokens)), heads_of(k).transpose(2, 3)).to(at::kFloat) *
      (1.0 / std::sqrt(double(head_dim)));
  const at::Tensor attention =
      scores.masked_fill(hidden_keys(phone_lengths, text, tokens), kHidden).softmax(3);

  // The token at position t is the query for target t + 1.
  const at::Tensor wanted = batch.aligned.narrow(1, 1, tokens).to(q.device());  // [B, Ty]
  const at::Tensor near = wanted.unsqueeze(2) + at::arange(-kReach, kReach + 1, ids);
  const at::Tensor exists = at::logical_and(near >= 0, near < phone_lengths.view({-1, 1, 1}));
  const at::Tensor nearness =
      at::tensor(at::ArrayRef<float>(kNearness), attention.options().requires_grad(false)) * exists;
  const at::Tensor index =
      near.clamp(0, text - 1).unsqueeze(1).expand({rows, guided_heads, tokens, 2 * kReach + 1});
  const at::Tensor caught = (attention.gather(3, index) * nearness.unsqueeze(1)).sum(3);
  const at::Tensor known = (wanted >= 0).unsqueeze(1);  // [B, 1, Ty]
  const at::Tensor count = known.sum().clamp_min(1) * guided_heads;
  return -(caught + kFloor).log().masked_fill(at::logical_not(known), 0).sum() / count;
}

}  // namespace myna::training
