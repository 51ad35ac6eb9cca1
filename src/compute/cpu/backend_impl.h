// The class behind make_cpu_backend; its methods are spread over backend_*.cc by kind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compute/backend.h"
#include "compute/cpu/conv.h"
#include "compute/cpu/cpu_backend.h"
#include "compute/cpu/cpu_tensor.h"
#include "compute/cpu/kernels/elementwise.h"
#include "compute/cpu/memory_pool.h"
#include "compute/cpu/thread_pool.h"

namespace myna::compute::cpu {

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(const CpuOptions& options);

  /// Of memory that is kept for the next operations.
  void give_back_memory() {
    memory_->give_back();
    sequences_->give_back();
  }

  Tensor from_host(const HostTensor& host) override;
  HostTensor to_host(const Tensor& x) override;
  Tensor parameter(const Parameter& p) override { return from_host(p.value); }
  Tensor buffer(const Parameter& p) override { return from_host(p.value); }
  WeightsPtr linear_weights(const LinearSpec& spec, const Parameter& weight,
                            const Parameter& bias) override;
  WeightsPtr conv_weights(const ConvSpec& spec, const WeightParameter& weight,
                          const Parameter& bias) override;

  Tensor linear(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) override;
  Tensor conv1d(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) override;
  Tensor embedding(const Tensor& ids, const Tensor& table) override;
  Tensor layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                    float epsilon) override;
  Tensor channel_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                      float epsilon) override;
  Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& gain, const Tensor& bias,
                    float epsilon) override;
  Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, int64_t heads,
                   const AttentionMask& mask, const RelativePosition* relative,
                   float scale) override;

  std::unique_ptr<KvCache> make_kv_cache(int64_t layers, int64_t rows, int64_t width, int64_t heads,
                                         int64_t capacity) override;
  void cache_fill(KvCache& cache, int64_t layer, int64_t row, const Tensor& k,
                  const Tensor& v) override;
  Tensor cached_attention(KvCache& cache, int64_t layer, const Tensor& q, const Tensor& k,
                          const Tensor& v) override;

  Tensor add(const Tensor& a, const Tensor& b) override {
    return binary("add", Binary::kAdd, a, b);
  }
  Tensor sub(const Tensor& a, const Tensor& b) override {
    return binary("sub", Binary::kSub, a, b);
  }
  Tensor mul(const Tensor& a, const Tensor& b) override {
    return binary("mul", Binary::kMul, a, b);
  }
  Tensor affine(const Tensor& x, float scale, float shift) override;
  Tensor activate(const Tensor& x, Activation activation, float slope) override;
  Tensor clamp(const Tensor& x, float low, float high) override;
  Tensor gated(const Tensor& x, Gate gate) override;
  Tensor filtered_snake(const Tensor& x, const Tensor& alpha, const Tensor& beta,
                        std::span<const float> filter) override;
  Tensor softmax(const Tensor& x) override;
  Tensor mask_frames(const Tensor& x, const Lengths& lengths) override;
  Tensor mean_frames(const Tensor& x, const Lengths& lengths) override;
  Tensor dropout(const Tensor& x, float) override { return x; }

  Tensor reshape(const Tensor& x, const Shape& shape) override;
  Tensor transpose(const Tensor& x, int axis_a, int axis_b) override;
  Tensor concat(const std::vector<Tensor>& parts, int axis) override;
  Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end) override;
  Tensor flip(const Tensor& x, int axis) override;
  Tensor pad(const Tensor& x, int64_t left, int64_t right, PadMode mode) override;
  Tensor repeat_frames(const Tensor& x, int64_t factor) override;
  Tensor resize_linear(const Tensor& x, int64_t frames) override;

 private:
  enum class Order { kPlain, kSwapped, kAny };

  /// An unfilled tensor. `swapped` is dropped where it makes no difference.
  std::shared_ptr<CpuTensor> make(Shape shape, bool swapped = false,
                                  Element element = Element::kFloat) const;
  /// The tensor as stored by this backend. Throws Error(kInternal) naming `op` when absent, of
  /// another backend, or of the wrong element kind.
  CpuTensorPtr get(const char* op, const Tensor& x, Element element = Element::kFloat) const;
  /// As get(), in the wanted order and with no pending activation (copies where needed).
  CpuTensorPtr read(const char* op, const Tensor& x, Order order) const;
  CpuTensorPtr settled(const CpuTensorPtr& x) const;  // no pending activation
  CpuTensorPtr reordered(const CpuTensorPtr& x, bool swapped) const;
  /// The values of a per-channel parameter of `size` elements, null when absent.
  CpuTensorPtr channel_values(const char* op, const Tensor& x, int64_t size) const;
  Tensor binary(const char* op, Binary kind, const Tensor& a, const Tensor& b) const;
  CpuTensorPtr residual_for(const char* op, const Epilogue& epilogue, const Shape& shape,
                            bool swapped) const;

  template <typename Fn>
  void over_values(int64_t count, const Fn& fn) const {
    threads_.run_ranges(count, kGrain, fn);
  }
  /// Attention on AMX tiles, every query seeing the keys of its item; false where it does not pay.
  bool attend_tiles(const CpuTensor& q, const CpuTensor& k, const CpuTensor& v, int64_t heads,
                    const Lengths& key_lengths, float scale, CpuTensor& out);
  /// Rows of `width` values, some at a time.
  template <typename Fn>
  void over_rows(int64_t rows, int64_t width, const Fn& fn) const {
    threads_.run_ranges(rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, width)), fn);
  }

  static constexpr int64_t kGrain = 32768;  // values per piece of elementwise work

  Hardware hardware_;
  std::shared_ptr<MemoryPool> memory_;     // activations
  std::shared_ptr<MemoryPool> sequences_;  // cached keys and values
  mutable ThreadPool threads_;
};

inline Tensor wrap(std::shared_ptr<CpuTensor> x) { return Tensor(std::move(x)); }
/// Handles are shared as mutable TensorData by the Tensor type; nothing writes to them any more.
inline Tensor wrap(const CpuTensorPtr& x) { return Tensor(std::const_pointer_cast<CpuTensor>(x)); }

}  // namespace myna::compute::cpu
