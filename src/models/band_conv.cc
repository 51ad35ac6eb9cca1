#include "models/band_conv.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace myna::models {
namespace {

/// The bands first, first + step, ... of a map, `count` of them.
Tensor every(Backend& backend, const Tensor& x, int64_t first, int64_t step, int64_t count) {
  if (step == 1) return backend.slice(x, 0, first, first + count);
  std::vector<Tensor> bands;
  for (int64_t n = 0; n < count; ++n) {
    bands.push_back(backend.slice(x, 0, first + n * step, first + n * step + 1));
  }
  return backend.concat(bands, 0);
}

/// [out, in, kernel, kernel] -> [out, kernel * in, kernel]: the bands under the kernel as channels.
HostTensor bands_as_channels(const HostTensor& weight) {
  const int64_t out = weight.dim(0), in = weight.dim(1), kernel = weight.dim(2);
  std::vector<float> row(size_t(in * kernel * kernel)), to(row.size() * size_t(out));
  auto next = to.begin();
  for (int64_t o = 0; o < out; ++o) {
    weight.read_floats(o * std::ssize(row), row);
    for (int64_t band = 0; band < kernel; ++band)
      for (int64_t i = 0; i < in; ++i)
        next = std::copy_n(row.begin() + (i * kernel + band) * kernel, kernel, next);
  }
  return HostTensor::from_floats({out, kernel * in, kernel}, std::move(to));
}

}  // namespace

BandConv::BandConv(Backend& backend, HostTensor weight, const HostTensor& bias, int64_t stride)
    : kernel_(weight.dim(2)), stride_(stride) {
  ConvSpec spec;
  spec.in = weight.dim(1) * kernel_;
  spec.out = weight.dim(0);
  spec.kernel = kernel_;
  spec.stride = stride_;
  spec.pad_left = spec.pad_right = kernel_ / 2;
  spec.precision = Precision::kF32;
  weight = bands_as_channels(weight);
  conv_ = Conv1d(backend, spec, {.weight = {{}, std::move(weight), true}, .g = {}, .v = {}},
                 {{}, bias, true});
}

Tensor BandConv::with_neighbours(Backend& backend, const Tensor& x) const {
  const int64_t bands = x.dim(0), kept = (bands + stride_ - 1) / stride_;
  if (kernel_ == 1) return every(backend, x, 0, stride_, kept);
  const Tensor none = backend.from_host(HostTensor::zeros({kernel_ / 2, x.dim(1), x.dim(2)}));
  const Tensor padded = backend.concat({none, x, none}, 0);
  std::vector<Tensor> parts;
  for (int64_t band = 0; band < kernel_; ++band) {
    parts.push_back(every(backend, padded, band, stride_, kept));
  }
  return backend.concat(parts, 1);
}

Tensor BandConv::operator()(Backend& backend, const Tensor& x, const Epilogue& epilogue) const {
  if (kernel_ > 1 || stride_ > 1) return conv_(backend, with_neighbours(backend, x), epilogue);
  // Every place by itself: the bands one after another are one long row of places, which reads the
  // weights once.
  const int64_t bands = x.dim(0), frames = x.dim(2);
  const auto as_row = [&](const Tensor& map) {
    const Tensor places = backend.transpose(map, 1, 2);
    return backend.transpose(backend.reshape(places, {1, bands * frames, map.dim(1)}), 1, 2);
  };
  Epilogue of_row = epilogue;
  if (epilogue.residual) of_row.residual = as_row(epilogue.residual);
  const Tensor row = conv_(backend, as_row(x), of_row);
  const int64_t out = row.dim(1);
  const Tensor places = backend.reshape(backend.transpose(row, 1, 2), {bands, frames, out});
  return backend.transpose(places, 1, 2);
}

}  // namespace myna::models
