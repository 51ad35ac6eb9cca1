#include "compute/cpu/onednn.h"

#include <dlfcn.h>

#include <list>
#include <map>
#include <mutex>
#include <oneapi/dnnl/dnnl.hpp>
#include <tuple>
#include <unordered_map>

#include "base/error.h"
#include "compute/cpu/memory_pool.h"

namespace myna::compute::cpu {
namespace {

using dnnl::memory;
using Pd = dnnl::convolution_forward::primitive_desc;

constexpr size_t kCachedPrimitives = 512;

// oneDNN's own threads would wait in spin locks; work is split by ThreadPool instead, so while a
// thread is in here its OpenMP team has one member. Found at run time: which OpenMP runtime oneDNN
// was built with, if any, is its own affair.
class SingleThread {
 public:
  SingleThread() {
    if (functions().set && functions().get) {
      before_ = functions().get();
      if (before_ != 1) functions().set(1);
    }
  }
  ~SingleThread() {
    if (before_ > 1) functions().set(before_);
  }
  SingleThread(const SingleThread&) = delete;
  SingleThread& operator=(const SingleThread&) = delete;

 private:
  struct Functions {
    void (*set)(int) = nullptr;
    int (*get)() = nullptr;
  };
  static const Functions& functions() {
    static const Functions found = {
        reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads")),
        reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"))};
    return found;
  }
  int before_ = 0;
};

const dnnl::engine& engine() {
  static const dnnl::engine e(dnnl::engine::kind::cpu, 0);
  return e;
}

dnnl::stream& stream() {
  thread_local dnnl::stream s(engine());
  return s;
}

Pd make_descriptor(const ConvGeometry& g, int64_t frames) {
  using Tag = memory::format_tag;
  const auto f32 = memory::data_type::f32;
  const memory::desc src({1, g.in, g.frames_in(frames)}, f32, Tag::nwc);
  const memory::desc dst({1, g.out, frames}, f32, Tag::nwc);
  const memory::desc weights =
      g.groups == 1
          ? memory::desc({g.out, g.in, g.kernel}, f32, Tag::any)
          : memory::desc({g.groups, g.out / g.groups, g.in / g.groups, g.kernel}, f32, Tag::any);
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const auto kind = dnnl::prop_kind::forward_inference;
  const auto method = dnnl::algorithm::convolution_direct;
  const memory::dims strides = {g.stride}, dilates = {g.dilation - 1}, none = {0};
#if DNNL_VERSION_MAJOR >= 3
  return Pd(engine(), kind, method, src, weights, dst, strides, dilates, none, none, attributes);
#else
  return Pd({kind, method, src, weights, dst, strides, dilates, none, none}, attributes, engine());
#endif
}

struct Primitive {
  Pd descriptor;
  dnnl::convolution_forward primitive;
};
using PrimitivePtr = std::shared_ptr<const Primitive>;
using Key = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t>;

// Least recently used primitives are dropped.
class PrimitiveCache {
 public:
  PrimitivePtr get(const ConvGeometry& g, int64_t frames) {
    const Key key{g.in, g.out, g.kernel, g.stride, g.dilation, g.groups, frames};
    std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found != entries_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return found->second->second;
    }
    const Pd descriptor = make_descriptor(g, frames);
    order_.emplace_front(key, std::make_shared<const Primitive>(
                                  Primitive{descriptor, dnnl::convolution_forward(descriptor)}));
    entries_[key] = order_.begin();
    if (order_.size() > kCachedPrimitives) {
      entries_.erase(order_.back().first);
      order_.pop_back();
    }
    return order_.front().second;
  }

 private:
  using Order = std::list<std::pair<Key, PrimitivePtr>>;
  std::mutex mutex_;
  Order order_;
  std::map<Key, Order::iterator> entries_;
};

PrimitiveCache& cache() {
  static PrimitiveCache c;
  return c;
}

[[noreturn]] void rethrow(const dnnl::error& e, const ConvGeometry& g) {
  throw Error(ErrorCode::kUnsupported,
              std::string("oneDNN refused a convolution of ") + std::to_string(g.in) + " to " +
                  std::to_string(g.out) + " channels, kernel " + std::to_string(g.kernel) + ": " +
                  e.what(),
              "onednn");
}

}  // namespace

struct DnnConv::State {
  ConvGeometry geometry;
  std::mutex mutex;
  // Usually one; other numbers of frames may make oneDNN prefer another order of weights.
  std::list<memory> weights;

  memory weights_as(const memory::desc& wanted) {
    std::lock_guard lock(mutex);
    for (const memory& w : weights)
      if (w.get_desc() == wanted) return w;
    memory made(wanted, engine());
    dnnl::reorder(weights.front(), made).execute(stream(), weights.front(), made);
    stream().wait();
    weights.push_back(made);
    return made;
  }
};

DnnConv::DnnConv(const ConvGeometry& g, std::span<const float> weights, int64_t usual_frames)
    : state_(std::make_unique<State>()) {
  const SingleThread single;
  state_->geometry = g;
  try {
    using Tag = memory::format_tag;
    const auto f32 = memory::data_type::f32;
    const memory::desc plain =
        g.groups == 1
            ? memory::desc({g.out, g.in, g.kernel}, f32, Tag::oiw)
            : memory::desc({g.groups, g.out / g.groups, g.in / g.groups, g.kernel}, f32, Tag::goiw);
    memory given(plain, engine(), const_cast<float*>(weights.data()));
    const memory::desc wanted = cache().get(g, usual_frames)->descriptor.weights_desc();
    memory prepared(wanted, engine());
    dnnl::reorder(given, prepared).execute(stream(), given, prepared);
    stream().wait();
    state_->weights.push_back(prepared);
  } catch (const dnnl::error& e) {
    rethrow(e, g);
  }
}

DnnConv::~DnnConv() = default;

void DnnConv::run(const float* in, float* out, int64_t frames) const {
  const SingleThread single;
  try {
    const PrimitivePtr p = cache().get(state_->geometry, frames);
    const memory::desc scratch_desc = p->descriptor.scratchpad_desc();
    void* scratch =
        thread_scratch(Scratch::kPrimitive, std::max<size_t>(scratch_desc.get_size(), 1));
    p->primitive.execute(
        stream(),
        {{DNNL_ARG_SRC, memory(p->descriptor.src_desc(), engine(), const_cast<float*>(in))},
         {DNNL_ARG_WEIGHTS, state_->weights_as(p->descriptor.weights_desc())},
         {DNNL_ARG_DST, memory(p->descriptor.dst_desc(), engine(), out)},
         {DNNL_ARG_SCRATCHPAD, memory(scratch_desc, engine(), scratch)}});
    stream().wait();
  } catch (const dnnl::error& e) {
    rethrow(e, state_->geometry);
  }
}

}  // namespace myna::compute::cpu
