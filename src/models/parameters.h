// Where a network's parameters come from, by official tensor name.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "compute/backend.h"
#include "tensor/safetensors.h"

namespace myna::models {

using compute::Parameter;
using tensor::HostTensor;
using tensor::Shape;

/// How a fresh parameter is drawn when training from nothing.
struct Init {
  enum class Kind { kZeros, kOnes, kNormal /* std */, kUniform /* +-bound */, kConstant };
  Kind kind = Kind::kZeros;
  float value = 0.0f;  ///< std, bound or constant

  static Init zeros() { return {Kind::kZeros, 0.0f}; }
  static Init ones() { return {Kind::kOnes, 0.0f}; }
  static Init constant(float v) { return {Kind::kConstant, v}; }
  static Init normal(float std) { return {Kind::kNormal, std}; }
  static Init uniform(float bound) { return {Kind::kUniform, bound}; }
  /// Kaiming-uniform bound 1 / sqrt(fan_in), the default of the reference's layers.
  static Init fan_in(int64_t fan);
};

class ParameterSource {
 public:
  virtual ~ParameterSource() = default;
  virtual bool contains(const std::string& name) const = 0;
  /// The parameter `name` of exactly `shape`. Throws Error(kInvalidModel) naming source, tensor,
  /// wanted and found shape. `init` is used only by sources that make fresh parameters.
  virtual Parameter get(const std::string& name, const Shape& shape, Init init) = 0;
};

/// Parameters of a safetensors file (or of any name -> tensor map), under an optional name prefix.
/// While a network is built from a file, pages that were read are given back: both need not be in
/// memory in full. Not thread-safe.
class MapSource : public ParameterSource {
 public:
  using Lookup = std::function<HostTensor(const std::string&)>;  ///< empty tensor when absent
  MapSource(Lookup lookup, std::string subject);
  static std::unique_ptr<MapSource> from_file(std::shared_ptr<tensor::SafetensorsFile> file,
                                              std::string prefix = {});
  static std::unique_ptr<MapSource> from_map(std::map<std::string, HostTensor> tensors,
                                             std::string subject);
  bool contains(const std::string& name) const override;
  Parameter get(const std::string& name, const Shape& shape, Init init) override;

 private:
  Lookup lookup_;
  std::string subject_;
};

/// Fresh parameters drawn from a seed and the parameter's name (order of construction does not
/// matter). With `base`, parameters that the base has (same shape) are taken from it.
class FreshSource : public ParameterSource {
 public:
  explicit FreshSource(uint64_t seed, ParameterSource* base = nullptr);
  bool contains(const std::string& name) const override;
  Parameter get(const std::string& name, const Shape& shape, Init init) override;

 private:
  uint64_t seed_;
  ParameterSource* base_;
};

}  // namespace myna::models
