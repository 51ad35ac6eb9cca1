#include "compute/cpu/cpu_backend.h"

#include <algorithm>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "compute/cpu/backend_impl.h"
#include "compute/cpu/kernels/amx.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace myna::compute {

std::shared_ptr<Backend> make_cpu_backend(CpuOptions options) {
  return std::make_shared<cpu::CpuBackend>(options);
}

bool has_fast_bf16() { return cpu::amx::available(); }

void give_back_memory(Backend& backend) {
  dynamic_cast<cpu::CpuBackend&>(backend).give_back_memory();
#ifdef __GLIBC__
  malloc_trim(0);  // else freed blocks stay between others that are in use
#endif
}

namespace cpu {
namespace {

constexpr size_t kKeptBytes = size_t(96) << 20;  // free blocks kept for the next operations
constexpr size_t kKeptPages = size_t(32) << 20;

int thread_count(int asked) {
  if (asked < 0)
    throw Error(ErrorCode::kUsage, "the number of threads cannot be negative", "threads");
  if (asked > 0) return std::min(asked, 256);
  return std::max(1, int(std::thread::hardware_concurrency()));
}

// rows x columns -> columns x rows
template <typename T>
void transpose_plane(const T* x, int64_t rows, int64_t columns, int64_t from, int64_t to, T* y) {
  constexpr int64_t kTile = 16;
  for (int64_t c0 = from; c0 < to; c0 += kTile) {
    const int64_t c1 = std::min(c0 + kTile, to);
    for (int64_t r0 = 0; r0 < rows; r0 += kTile) {
      const int64_t r1 = std::min(r0 + kTile, rows);
      for (int64_t c = c0; c < c1; ++c)
        for (int64_t r = r0; r < r1; ++r) y[c * rows + r] = x[r * columns + c];
    }
  }
}

template <typename T>
void transpose_planes(ThreadPool& threads, const T* x, int64_t planes, int64_t rows,
                      int64_t columns, T* y) {
  const int64_t piece = std::max<int64_t>(16, 32768 / rows / 16 * 16);
  const int64_t pieces = (columns + piece - 1) / piece;
  threads.run(planes * pieces, [&](int64_t n) {
    const int64_t plane = n / pieces, from = n % pieces * piece, at = plane * rows * columns;
    transpose_plane(x + at, rows, columns, from, std::min(from + piece, columns), y + at);
  });
}

}  // namespace

CpuBackend::CpuBackend(const CpuOptions& options)
    : hardware_{.amx = options.bf16.value_or(true) && amx::available(),
                .int8 = options.int8.value_or(true)},
      memory_(std::make_shared<MemoryPool>(kKeptBytes)),
      sequences_(std::make_shared<MemoryPool>(kKeptPages, true)),
      threads_(thread_count(options.threads)) {}

std::shared_ptr<CpuTensor> CpuBackend::make(Shape shape, bool swapped, Element element) const {
  auto x = std::make_shared<CpuTensor>(std::move(shape), element);
  x->swapped = swapped && has_order(x->shape);
  const size_t size = element == Element::kFloat ? sizeof(float) : sizeof(int64_t);
  x->storage = memory_->allocate(size_t(x->count()) * size);
  x->values = x->storage.get();
  return x;
}

CpuTensorPtr CpuBackend::get(const char* op, const Tensor& x, Element element) const {
  if (!x) shape_error(op, "an operand is absent");
  auto found = std::dynamic_pointer_cast<const CpuTensor>(x.data());
  if (!found) shape_error(op, "an operand belongs to another backend");
  if (found->element != element)
    shape_error(op, element == Element::kFloat ? "an operand holds integers where numbers belong"
                                               : "an operand holds numbers where integers belong");
  return found;
}

CpuTensorPtr CpuBackend::settled(const CpuTensorPtr& x) const {
  if (x->pending == Activation::kNone) return x;
  auto y = make(x->shape, x->swapped);
  over_values(x->count(), [&](int64_t begin, int64_t end) {
    activate_run(x->pending, x->slope, x->f() + begin, y->f() + begin, end - begin);
  });
  return y;
}

CpuTensorPtr CpuBackend::reordered(const CpuTensorPtr& x, bool swapped) const {
  if (x->swapped == swapped || !has_order(x->shape)) return x;
  auto y = make(x->shape, swapped, x->element);
  const Shape stored = x->stored_shape();
  const int64_t columns = stored[stored.size() - 1], rows = stored[stored.size() - 2];
  const int64_t planes = x->count() / (rows * columns);
  if (x->element == Element::kFloat)
    transpose_planes(threads_, x->f(), planes, rows, columns, y->f());
  else
    transpose_planes(threads_, x->i(), planes, rows, columns, y->i());
  y->pending = x->pending;
  y->slope = x->slope;
  return y;
}

CpuTensorPtr CpuBackend::read(const char* op, const Tensor& x, Order order) const {
  CpuTensorPtr found = settled(get(op, x));
  return order == Order::kAny ? found : reordered(found, order == Order::kSwapped);
}

CpuTensorPtr CpuBackend::channel_values(const char* op, const Tensor& x, int64_t size) const {
  if (!x) return nullptr;
  CpuTensorPtr found = read(op, x, Order::kPlain);
  if (found->count() != size)
    shape_error(op, "gain or bias " + tensor::shape_string(found->shape) + " for " +
                        std::to_string(size) + " channels");
  return found;
}

CpuTensorPtr CpuBackend::residual_for(const char* op, const Epilogue& epilogue, const Shape& shape,
                                      bool swapped) const {
  if (!epilogue.residual) return nullptr;
  CpuTensorPtr found = settled(get(op, epilogue.residual));
  if (found->shape != shape)
    shape_error(op, "residual " + tensor::shape_string(found->shape) + " for a result of " +
                        tensor::shape_string(shape));
  return reordered(found, swapped);
}

Tensor CpuBackend::from_host(const HostTensor& host) {
  using tensor::DType;
  const DType t = host.dtype();
  const bool is_float =
      t == DType::kF32 || t == DType::kF16 || t == DType::kBF16 || t == DType::kF64;
  auto x = make(host.shape(), false, is_float ? Element::kFloat : Element::kInt);
  const size_t count = size_t(x->count());
  if (t == DType::kF32) {
    if (count) std::memcpy(x->values, host.bytes().data(), count * sizeof(float));
  } else if (is_float) {
    const std::vector<float> values = host.to_floats();
    std::copy(values.begin(), values.end(), x->f());
  } else {
    const std::vector<int64_t> values = host.to_ints();
    std::copy(values.begin(), values.end(), x->i());
  }
  return wrap(x);
}

HostTensor CpuBackend::to_host(const Tensor& x) {
  if (x && x.element() == Element::kInt) {
    const CpuTensorPtr v = reordered(get("to_host", x, Element::kInt), false);
    return HostTensor::from_ints(v->shape, std::vector<int64_t>(v->i(), v->i() + v->count()));
  }
  const CpuTensorPtr v = read("to_host", x, Order::kPlain);
  return HostTensor::from_floats(v->shape, std::vector<float>(v->f(), v->f() + v->count()));
}

}  // namespace cpu
}  // namespace myna::compute
