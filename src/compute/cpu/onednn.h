// The only place that talks to oneDNN: convolutions over channels-last frames with prepared
// weights. Builds against oneDNN 2.x and 3.x.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace myna::compute::cpu {

/// A one-dimensional convolution without padding; matrix products have kernel 1.
struct ConvGeometry {
  int64_t in = 0, out = 0;  ///< channels
  int64_t kernel = 1, stride = 1, dilation = 1, groups = 1;

  int64_t span() const { return dilation * (kernel - 1) + 1; }
  /// Input frames that `frames` output frames read.
  int64_t frames_in(int64_t frames) const { return (frames - 1) * stride + span(); }
  bool operator==(const ConvGeometry&) const = default;
};

/// Prepared f32 weights of a convolution. Immutable; run() is thread-safe and uses the calling
/// thread alone. Primitives are shared by all convolutions of one geometry and kept in a bounded
/// cache.
class DnnConv {
 public:
  /// weights [out, in / groups, kernel]. `usual_frames`: the frames per call to prepare for.
  DnnConv(const ConvGeometry& geometry, std::span<const float> weights, int64_t usual_frames);
  ~DnnConv();

  /// in [frames_in(frames), in] -> out [frames, out], both contiguous.
  void run(const float* in, float* out, int64_t frames) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myna::compute::cpu
