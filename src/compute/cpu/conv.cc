#include "compute/cpu/conv.h"

#include <algorithm>
#include <cstring>

#include "base/rounding.h"
#include "compute/cpu/cpu_tensor.h"
#include "compute/cpu/kernels/depthwise.h"
#include "compute/cpu/kernels/elementwise.h"
#include "compute/cpu/memory_pool.h"

namespace myna::compute::cpu {
namespace {

// Output frames per piece at most: the gathered input and the output of a piece stay in the second
// level cache, and a piece is long enough that reading the weights once per piece is cheap.
int64_t longest_piece(const ConvGeometry& g) {
  const int64_t widest = std::max(g.in * g.stride, g.out);
  return std::clamp<int64_t>(round_up(65536 / std::max<int64_t>(widest, 1), 16), 64, 512);
}

// Pieces of equal length, enough of them where there is enough to do, so that threads of unequal
// speed finish together; fewer where each piece reads many weights. Depends on nothing but the
// layer and the number of frames.
int64_t piece_length(const ConvGeometry& g, int64_t frames) {
  const bool many_weights = g.in / g.groups * g.out * g.kernel > (1 << 18);
  const int64_t wished = round_up(frames / (many_weights ? 4 : 8), 16);
  const int64_t longest = std::clamp<int64_t>(wished, many_weights ? 64 : 32, longest_piece(g));
  const int64_t pieces = (frames + longest - 1) / longest;
  return round_up((frames + pieces - 1) / pieces, 16);
}

// bf16 products per product of a layer on AMX. SoVITS v2, waveform against rounding errors: one
// product everywhere 41 dB; three in the flow and in the decoder's layers of up to 32 channels,
// which are nearest to the samples, 44 dB; of up to 64 channels, 46 dB for a fifth more time; three
// everywhere 94 dB.
int bf16_products(const ConvSpec& s) {
  constexpr int64_t kFewChannels = 32;
  if (s.precision == Precision::kF32) return 3;
  if (s.precision == Precision::kBf16) return 1;
  return std::min(s.in, s.out) <= kFewChannels ? 3 : 1;
}

std::string describe(const ConvSpec& s) {
  return "in " + std::to_string(s.in) + ", out " + std::to_string(s.out) + ", kernel " +
         std::to_string(s.kernel) + ", groups " + std::to_string(s.groups);
}

// The kernel of the ordinary convolution that computes all phases of a transposed one: output row
// m * stride + p takes input m - j times the tap j * stride + p of the dilated kernel.
std::vector<float> phase_weights(const ConvSpec& s, const ConvGeometry& g,
                                 std::span<const float> w) {
  std::vector<float> made(size_t(g.out * g.in * g.kernel), 0.0f);
  const int64_t group_in = s.in / s.groups, group_out = s.out / s.groups;
  for (int64_t i = 0; i < s.in; ++i)
    for (int64_t o = 0; o < group_out; ++o)
      for (int64_t k = 0; k < s.kernel; ++k) {
        const int64_t tap = k * s.dilation;
        const int64_t phase = tap % s.stride, back = tap / s.stride;
        const int64_t row = phase * s.out + i / group_in * group_out + o;
        made[size_t((row * g.in + i) * g.kernel + g.kernel - 1 - back)] =
            w[size_t((i * group_out + o) * s.kernel + k)];
      }
  return made;
}

}  // namespace

ConvLayer::ConvLayer(const ConvSpec& spec, const HostTensor& weight, const HostTensor& bias,
                     const Hardware& hardware, ThreadPool& threads)
    : spec_(spec) {
  const ConvSpec& s = spec;
  const char* op = "conv_weights";
  if (s.in < 1 || s.out < 1 || s.kernel < 1 || s.stride < 1 || s.dilation < 1 || s.groups < 1 ||
      s.in % s.groups || s.out % s.groups)
    shape_error(op, "impossible layer: " + describe(s));
  const Shape wanted = s.transposed ? Shape{s.in, s.out / s.groups, s.kernel}
                                    : Shape{s.out, s.in / s.groups, s.kernel};
  if (weight.shape() != wanted)
    shape_error(op, "weight " + tensor::shape_string(weight.shape()) + " where " +
                        tensor::shape_string(wanted) + " belongs");
  if (!bias.empty()) {
    if (bias.count() != s.out) shape_error(op, "bias of a wrong size for " + describe(s));
    bias_ = bias.to_floats();
  }
  std::vector<float> own;  // of `w`, where the weight cannot be used as it is
  std::span<const float> w;
  if (weight.dtype() == tensor::DType::kF32)
    w = weight.f32();
  else
    w = own = weight.to_floats();
  if (s.transposed) {
    const int64_t span = s.dilation * (s.kernel - 1) + 1;
    phases_ = s.stride;
    geometry_ = {s.in, s.out * phases_, (span + s.stride - 1) / s.stride, 1, 1, 1};
    pad_left_ = geometry_.kernel - 1;
    crop_ = s.pad_left;
    w = own = phase_weights(s, geometry_, w);
  } else {
    geometry_ = {s.in, s.out, s.kernel, s.stride, s.dilation, s.groups};
    pad_left_ = s.pad_left;
    if (s.groups == s.in && s.groups == s.out) {
      taps_.resize(w.size());
      for (int64_t c = 0; c < s.in; ++c)
        for (int64_t k = 0; k < s.kernel; ++k)
          taps_[size_t(k * s.in + c)] = w[size_t(c * s.kernel + k)];
      return;
    }
  }
  const bool whole_panels = geometry_.groups == 1 || geometry_.out / geometry_.groups % 16 == 0;
  if (hardware.amx && whole_panels) {
    amx_ = std::make_unique<AmxConv>(geometry_, w, bf16_products(s), threads);
  } else {
    dense_ = std::make_unique<DnnConv>(geometry_, w, longest_piece(geometry_));
  }
}

int64_t ConvLayer::frames_out(int64_t frames) const {
  const ConvSpec& s = spec_;
  const int64_t span = s.dilation * (s.kernel - 1) + 1;
  int64_t out = 0;
  if (s.transposed) {
    out = (frames - 1) * s.stride - s.pad_left - s.pad_right + span + s.output_padding;
  } else {
    const int64_t room = frames + s.pad_left + s.pad_right - span;
    out = room < 0 ? 0 : room / s.stride + 1;
  }
  if (frames < 1 || out < 1)
    shape_error("conv1d", std::to_string(frames) + " frames are too few for " + describe(s));
  return out;
}

// Output frames [0, count) of the ordinary convolution whose input starts at frame `begin`, which
// may lie outside; rows of product are product_stride() apart.
void ConvLayer::multiply_dense(const FramesIn& in, int64_t item, int64_t begin, int64_t count,
                               float* product) const {
  const ConvGeometry& g = geometry_;
  const int64_t wanted = g.frames_in(count);
  const float* x = in.x + item * in.frames * g.in;
  const float* source = x + begin * g.in;
  if (begin < 0 || begin + wanted > in.frames || in.pending != Activation::kNone) {
    auto* gathered =
        static_cast<float*>(thread_scratch(Scratch::kInput, size_t(wanted * g.in) * sizeof(float)));
    const int64_t from = std::clamp<int64_t>(-begin, 0, wanted);
    const int64_t to = std::clamp<int64_t>(in.frames - begin, from, wanted);
    std::fill(gathered, gathered + from * g.in, 0.0f);
    activate_run(in.pending, in.slope, x + (begin + from) * g.in, gathered + from * g.in,
                 (to - from) * g.in);
    std::fill(gathered + to * g.in, gathered + wanted * g.in, 0.0f);
    source = gathered;
  }
  dense_->run(source, product, count);
}

void ConvLayer::run_piece(const FramesIn& in, int64_t item, int64_t first, int64_t count,
                          const Finish& finish, int64_t total, float* y) const {
  const int64_t stride = amx_ ? amx_->out_stride() : geometry_.out;
  const int64_t rows = amx_ ? amx_->out_rows(count) : count;
  auto* product =
      static_cast<float*>(thread_scratch(Scratch::kOutput, size_t(rows * stride) * sizeof(float)));
  const int64_t begin = first * geometry_.stride - pad_left_;
  if (amx_) {
    const float slope = in.pending == Activation::kNone   ? 1.0f
                        : in.pending == Activation::kRelu ? 0.0f
                                                          : in.slope;
    amx_->run(in.x + item * in.frames * geometry_.in, in.frames, begin, count, slope, product);
  } else {
    multiply_dense(in, item, begin, count, product);
  }

  // Result rows [from, to) of [frames * phases] are wanted.
  const int64_t width = spec_.out;
  const int64_t from = std::max(first * phases_, crop_);
  const int64_t to = std::min((first + count) * phases_, crop_ + total);
  const float* bias = bias_.empty() ? nullptr : bias_.data();
  const auto finish_rows = [&](int64_t begin_row, int64_t end_row, const float* x,
                               int64_t x_stride) {
    if (end_row <= begin_row) return;
    const int64_t at = (item * total + begin_row - crop_) * width;
    epilogue_rows(x, x_stride, bias, finish.activation, finish.slope,
                  finish.residual ? finish.residual + at : nullptr, y + at, width,
                  end_row - begin_row, width);
  };
  if (phases_ == 1) return finish_rows(from, to, product + (from - first) * stride, stride);
  if (stride == width * phases_)
    return finish_rows(from, to, product + (from - first * phases_) * width, width);
  for (int64_t n = 0; n < count; ++n) {
    const int64_t row = (first + n) * phases_;
    const int64_t begin_row = std::max(row, from);
    finish_rows(begin_row, std::min(row + phases_, to),
                product + n * stride + (begin_row - row) * width, width);
  }
}

void ConvLayer::run_depthwise(ThreadPool& threads, const FramesIn& in, const Finish& finish,
                              float* y) const {
  const int64_t channels = spec_.in, total = frames_out(in.frames);
  const int64_t piece = std::clamp<int64_t>(16384 / channels, 16, 1024);
  const int64_t pieces = (total + piece - 1) / piece;
  threads.run(in.items * pieces, [&](int64_t n) {
    const int64_t item = n / pieces, first = n % pieces * piece;
    const int64_t count = std::min(piece, total - first);
    const int64_t at = (item * total + first) * channels;
    const float* x = in.x + item * in.frames * channels;
    const DepthwiseTaps taps{taps_.data(), channels, spec_.kernel, spec_.stride, spec_.dilation};
    const int64_t begin = first * spec_.stride - pad_left_;
    if (in.pending == Activation::kNone) {
      depthwise_frames(taps, x, in.frames, begin, count, y + at);
    } else {
      const int64_t wanted = geometry_.frames_in(count);
      const int64_t from = std::clamp<int64_t>(begin, 0, in.frames);
      const int64_t to = std::clamp<int64_t>(begin + wanted, from, in.frames);
      auto* activated = static_cast<float*>(
          thread_scratch(Scratch::kInput, size_t((to - from) * channels) * sizeof(float)));
      activate_run(in.pending, in.slope, x + from * channels, activated, (to - from) * channels);
      depthwise_frames(taps, activated, to - from, begin - from, count, y + at);
    }
    epilogue_rows(y + at, channels, bias_.empty() ? nullptr : bias_.data(), finish.activation,
                  finish.slope, finish.residual ? finish.residual + at : nullptr, y + at, channels,
                  count, channels);
  });
}

void ConvLayer::run(ThreadPool& threads, const FramesIn& in, const Finish& finish, float* y) const {
  if (!taps_.empty()) return run_depthwise(threads, in, finish, y);
  const int64_t total = frames_out(in.frames);
  const int64_t frames = (crop_ + total + phases_ - 1) / phases_;
  const int64_t piece = piece_length(geometry_, frames);
  const int64_t pieces = (frames + piece - 1) / piece;
  threads.run(in.items * pieces, [&](int64_t n) {
    run_piece(in, n / pieces, n % pieces * piece, piece, finish, total, y);
  });
}

}  // namespace myna::compute::cpu
