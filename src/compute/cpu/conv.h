// Prepared convolution and linear layers. Every dense layer is run the same way: the output frames
// are cut into pieces whose size depends on the layer and the number of frames alone; a piece
// gathers its input (padding, pending activation, number format), multiplies, and finishes its rows
// (bias, activation, residual) while they are in cache. A transposed convolution of stride s is an
// ordinary one with s times the channels, whose channels-last output rows are the s phases.
#pragma once

#include <memory>
#include <vector>

#include "compute/backend.h"
#include "compute/cpu/amx_conv.h"
#include "compute/cpu/memory_pool.h"
#include "compute/cpu/onednn.h"
#include "compute/cpu/thread_pool.h"

namespace myna::compute::cpu {

/// What layers may use of the machine.
struct Hardware {
  bool amx = false;  ///< bf16 products on AMX tiles
  bool int8 = true;  ///< int8 weights where they are asked for
};

/// How rows are finished; residual and the result are [items, frames, out].
struct Finish {
  Activation activation = Activation::kNone;
  float slope = 0;
  const float* residual = nullptr;
};

/// Channels-last input of a layer: [items, frames, in].
struct FramesIn {
  const float* x = nullptr;
  int64_t items = 1, frames = 0;
  Activation pending = Activation::kNone;  ///< applied to x first; maps 0 to 0
  float slope = 0;
};

class ConvLayer final : public Weights {
 public:
  /// weight: as Backend::conv_weights; bias may be empty. Throws Error(kInternal) on wrong shapes.
  ConvLayer(const ConvSpec& spec, const HostTensor& weight, const HostTensor& bias,
            const Hardware& hardware, ThreadPool& threads);

  const ConvSpec& spec() const { return spec_; }
  /// T' of Backend::conv1d; throws Error(kInternal) if there is no output frame.
  int64_t frames_out(int64_t frames) const;
  /// y [items, frames_out, out].
  void run(ThreadPool& threads, const FramesIn& in, const Finish& finish, float* y) const;

 private:
  void run_piece(const FramesIn& in, int64_t item, int64_t first, int64_t count,
                 const Finish& finish, int64_t total, float* y) const;
  void multiply_dense(const FramesIn& in, int64_t item, int64_t begin, int64_t count,
                      float* product) const;
  void run_depthwise(ThreadPool& threads, const FramesIn& in, const Finish& finish, float* y) const;

  ConvSpec spec_;
  ConvGeometry geometry_;  // of the ordinary convolution that is run
  int64_t phases_ = 1;     // output rows per frame of that convolution
  int64_t pad_left_ = 0;   // zero frames before its input
  int64_t crop_ = 0;       // output rows dropped at the start
  std::vector<float> bias_;
  std::vector<float> taps_;  // depthwise: [kernel][channels]
  // One of these multiplies, unless the layer is depthwise.
  std::unique_ptr<AmxConv> amx_;
  std::unique_ptr<DnnConv> dense_;
};

}  // namespace myna::compute::cpu
