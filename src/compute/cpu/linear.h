// Prepared linear layers. Weights are kept once, in the form their precision asks for:
//   kDefault, kF32  f32: oneDNN; with AMX as two bf16 parts whose three tile products come within
//                   about 2^-16 of f32
//   kBf16           bf16 panels; f32 input, or bf16 for many rows with AMX
//   kInt8           8-bit panels with a scale per output; f32 input, or 16-bit integers with a
//                   scale per row with AMX; weights that come in 8 bits are not copied, so those
//                   of a mapped file stay there
// Without AMX, and for few rows of bf16 (a decoder's step), Highway kernels read the panels.
#pragma once

#include <memory>

#include "compute/backend.h"
#include "compute/cpu/conv.h"

namespace myna::compute::cpu {

class LinearLayer final : public Weights {
 public:
  /// weight [out, in], or that matrix in 8 bits (tensor/int8_matrix.h); bias [out] or empty.
  LinearLayer(const LinearSpec& spec, const HostTensor& weight, const HostTensor& bias,
              const Hardware& hardware, ThreadPool& threads);

  const LinearSpec& spec() const { return spec_; }
  /// x [rows, in] -> y [rows, out].
  void run(ThreadPool& threads, MemoryPool& memory, const float* x, int64_t rows,
           const Finish& finish, float* y) const;

 private:
  /// Calls fn(panel, its rows [columns][in] as f32, columns) for every panel.
  template <typename Fn>
  void over_panels(ThreadPool& threads, const HostTensor& weight, const Fn& fn) const;
  void prepare_tiles(ThreadPool& threads, const HostTensor& weight, bool low);
  void prepare_int8(ThreadPool& threads, const HostTensor& weight);
  void keep_int8(const HostTensor& packed);
  template <typename Fn>
  void over_pieces(ThreadPool& threads, int64_t rows, int64_t row_bytes, const Fn& fn) const;
  void run_few(ThreadPool& threads, const float* x, int64_t rows, const Finish& finish,
               float* y) const;
  void run_amx(ThreadPool& threads, MemoryPool& memory, const float* x, int64_t rows,
               const Finish& finish, float* y) const;
  void run_amx_int8(ThreadPool& threads, MemoryPool& memory, const float* x, int64_t rows,
                    const Finish& finish, float* y) const;
  void finish_columns(const float* product, int64_t product_stride, int64_t row, int64_t rows,
                      int64_t column, int64_t columns, const Finish& finish, float* y) const;
  /// Panels whose weights are worth handing to another thread.
  int64_t panels_per_piece() const;

  LinearSpec spec_;
  bool amx_ = false;
  int64_t depth_ = 0;   // in, padded to 32 (bf16) or 64 (8 bits)
  int64_t panels_ = 0;  // of 16 outputs
  std::vector<float> bias_;
  WeightVector<uint16_t> tiles_, tiles_low_;  // bf16: [panel][depth / 32][512]
  const int8_t* integers_ = nullptr;          // tensor/int8_matrix.h; in own_integers_ or given_
  WeightVector<int8_t> own_integers_;
  HostTensor given_;
  std::vector<float> scales_;         // of integers_, per output
  std::unique_ptr<ConvLayer> dense_;  // f32
};

}  // namespace myna::compute::cpu
