#include "compute/torch/attention_function.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include "compute/torch/attention_kernels.h"
#include "compute/torch/onednn_base.h"

namespace myna::compute::onednn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Settings {
  int64_t heads = 1, window = 0;
  double scale = 1;
  bool bf16 = false;
  AttentionMask mask;
};

kernels::Visible visible(const AttentionMask& mask, int64_t batch, int64_t query, int64_t keys) {
  const auto row = size_t(batch);
  const int64_t valid =
      mask.key_lengths.empty() ? keys : std::clamp<int64_t>(mask.key_lengths[row], 0, keys);
  if (mask.kind == AttentionMask::Kind::kNone) return {valid, keys, keys};
  const int64_t past = std::min(query + 1, valid);
  if (mask.kind == AttentionMask::Kind::kCausal) return {past, keys, keys};
  const int64_t prompt = mask.prefix_lengths.empty()
                             ? mask.prefix
                             : std::clamp<int64_t>(mask.prefix_lengths[row], 0, mask.prefix);
  return {std::min(prompt, valid), mask.prefix, std::max(mask.prefix, past)};
}

/// Calls f(n, query, row) for every row of the scores of [N = B * heads, Tq, Tk].
template <typename F>
void for_rows(const Settings& s, int64_t batch, int64_t queries, int64_t keys, F f) {
  at::parallel_for(0, batch * s.heads * queries, 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t query = i % queries;
      const auto see = visible(s.mask, i / (queries * s.heads), query, keys);
      f(i, kernels::AttentionRow{query, keys, s.window, float(s.scale), see});
    }
  });
}

Tensor split_heads(const Tensor& x, const Settings& s) {
  const auto type = s.bf16 ? torch::kBFloat16 : torch::kFloat;
  const int64_t head_dim = x.size(2) / s.heads;
  return contiguous_as(x.view({x.size(0), x.size(1), s.heads, head_dim}).transpose(1, 2), type)
      .view({x.size(0) * s.heads, x.size(1), head_dim});
}

Tensor merge_heads(const Tensor& x, const Settings& s) {
  return x.view({-1, s.heads, x.size(1), x.size(2)})
      .transpose(1, 2)
      .reshape({-1, x.size(1), s.heads * x.size(2)});
}

/// All rows of all heads as one matrix.
Tensor flat(const Tensor& x) { return x.view({1, -1, x.size(2)}); }

template <typename Stored>
Stored* data(const Tensor& x) {
  return x.defined() ? static_cast<Stored*>(x.data_ptr()) : nullptr;
}

template <typename Pointer>
Pointer* at_row(Pointer* begin, int64_t row, int64_t width) {
  return begin ? begin + row * width : nullptr;
}

template <typename Stored>
void softmax(const Settings& s, int64_t batch, const Tensor& scores, const Tensor& terms,
             const Tensor& probabilities, const Tensor& band) {
  const int64_t queries = scores.size(1), keys = scores.size(2), width = 2 * s.window + 1;
  for_rows(s, batch, queries, keys, [&](int64_t i, const kernels::AttentionRow& row) {
    kernels::softmax_row(row, data<float>(scores) + i * keys, at_row(data<float>(terms), i, width),
                         data<Stored>(probabilities) + i * keys,
                         at_row(data<Stored>(band), i, width));
  });
}

template <typename Stored>
void softmax_dx(const Settings& s, int64_t batch, const Tensor& probabilities,
                const Tensor& gradient, const Tensor& band_gradient, const Tensor& score_gradient,
                const Tensor& term_gradient) {
  const int64_t queries = gradient.size(1), keys = gradient.size(2), width = 2 * s.window + 1;
  for_rows(s, batch, queries, keys, [&](int64_t i, const kernels::AttentionRow& row) {
    kernels::softmax_row_dx(
        row, data<Stored>(probabilities) + i * keys, data<float>(gradient) + i * keys,
        at_row(data<float>(band_gradient), i, width), data<Stored>(score_gradient) + i * keys,
        at_row(data<Stored>(term_gradient), i, width));
  });
}

class Attention : public torch::autograd::Function<Attention> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& q, const Tensor& k, const Tensor& v,
                        const c10::optional<Tensor>& emb_k, const c10::optional<Tensor>& emb_v,
                        const Settings* settings) {
    const Settings& s = *settings;
    const int64_t batch = q.size(0), queries = q.size(1), keys = k.size(1);
    const Tensor qh = split_heads(q, s), kh = split_heads(k, s), vh = split_heads(v, s);
    const auto stored = qh.options();
    const int64_t rows = batch * s.heads, width = 2 * s.window + 1;
    Tensor ek, ev, terms, band;
    if (emb_k) {
      ek = contiguous_as(*emb_k, qh.scalar_type());
      ev = contiguous_as(*emb_v, qh.scalar_type());
      terms = products(flat(qh), ek.transpose(1, 2));
      band = torch::empty({rows, queries, width}, stored);
    }
    const Tensor scores = products(qh, kh.transpose(1, 2));
    const Tensor probabilities = torch::empty({rows, queries, keys}, stored);
    if (s.bf16) {
      softmax<uint16_t>(s, batch, scores, terms, probabilities, band);
    } else {
      softmax<float>(s, batch, scores, terms, probabilities, band);
    }
    Tensor out = products(probabilities, vh);
    if (emb_k) out.add_(products(flat(band), ev).view(out.sizes()));
    ctx->save_for_backward({qh, kh, vh, probabilities, ek, ev, band});
    ctx->saved_data["shape"] = std::vector<int64_t>{s.heads, s.window, s.bf16};
    ctx->saved_data["scale"] = s.scale;
    ctx->saved_data["kind"] = int64_t(s.mask.kind);
    ctx->saved_data["prefix"] = s.mask.prefix;
    ctx->saved_data["prefix_lengths"] = s.mask.prefix_lengths;
    ctx->saved_data["key_lengths"] = s.mask.key_lengths;
    return merge_heads(out, s);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const Tensor &qh = saved[0], &kh = saved[1], &vh = saved[2], &probabilities = saved[3],
                 &ek = saved[4], &ev = saved[5], &band = saved[6];
    const Settings s = settings_of(ctx);
    const int64_t batch = qh.size(0) / s.heads;
    const Tensor dy = split_heads(grads[0], s);
    const Tensor dv = products(probabilities.transpose(1, 2), dy);
    const Tensor dp = products(dy, vh.transpose(1, 2));
    const Tensor ds = torch::empty(probabilities.sizes(), probabilities.options());
    Tensor d_band, d_terms, d_ek, d_ev;
    if (ek.defined()) {
      d_band = products(flat(dy), ev.transpose(1, 2));
      d_ev = products(flat(band).transpose(1, 2), flat(dy));
      d_terms = torch::empty(band.sizes(), band.options());
    }
    if (s.bf16) {
      softmax_dx<uint16_t>(s, batch, probabilities, dp, d_band, ds, d_terms);
    } else {
      softmax_dx<float>(s, batch, probabilities, dp, d_band, ds, d_terms);
    }
    Tensor dq = products(ds, kh);
    if (ek.defined()) {
      dq.add_(products(flat(d_terms), ek).view(dq.sizes()));
      d_ek = products(flat(d_terms).transpose(1, 2), flat(qh));
    }
    const Tensor dk = products(ds.transpose(1, 2), qh);
    return {merge_heads(dq, s), merge_heads(dk, s), merge_heads(dv, s), d_ek, d_ev, {}};
  }

 private:
  static Settings settings_of(AutogradContext* ctx) {
    const auto shape = ctx->saved_data["shape"].toIntVector();
    Settings s;
    s.heads = shape[0], s.window = shape[1], s.bf16 = shape[2] != 0;
    s.scale = ctx->saved_data["scale"].toDouble();
    s.mask.kind = AttentionMask::Kind(ctx->saved_data["kind"].toInt());
    s.mask.prefix = ctx->saved_data["prefix"].toInt();
    s.mask.prefix_lengths = ctx->saved_data["prefix_lengths"].toIntVector();
    s.mask.key_lengths = ctx->saved_data["key_lengths"].toIntVector();
    return s;
  }
};

}  // namespace

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& emb_k,
                 const Tensor& emb_v, int64_t heads, double scale, const AttentionMask& mask,
                 int64_t window, bool bf16) {
  Settings s;
  s.heads = heads, s.window = window, s.scale = scale, s.bf16 = bf16, s.mask = mask;
  if (!emb_k.defined()) return Attention::apply(q, k, v, c10::nullopt, c10::nullopt, &s);
  return Attention::apply(q, k, v, c10::make_optional(emb_k), c10::make_optional(emb_v), &s);
}

}  // namespace myna::compute::onednn
