// ERes2NetV2 (Chen et al. 2024; layout of the 3D-Speaker project's w24s4ep4), the speaker network
// of SoVITS v2Pro and v2ProPlus: filter-bank frames to a vector that tells who is speaking. Tensor
// names are those of the published checkpoint. SoVITS takes the map before the pooling of the
// published network, averaged over time ("emb3"), so that pooling and its last layer are left out.
//
// Residual blocks whose channels are convolved group by group, each group adding what the one
// before it has found; in the last two stages a gate weighs the two. Batch norms are folded into
// the convolutions when the network is built.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/band_conv.h"
#include "models/layers.h"

namespace myna::models {

struct Eres2netConfig {
  static constexpr size_t kStages = 4;

  int64_t bands = 80;     ///< of the filter bank
  int64_t channels = 64;  ///< of the first convolution
  std::array<int64_t, kStages> blocks = {3, 4, 6, 3};
  std::array<int64_t, kStages> widths = {24, 48, 96, 192};        ///< channels of a group
  std::array<int64_t, kStages> outputs = {256, 512, 1024, 2048};  ///< channels of a block's result
  int64_t groups = 4;                                             ///< of a block

  /// Values of the vector: channels times bands of the last map.
  int64_t vector_size() const;

  /// Reads the sizes off the weights. `shape_of` gives the shape of a tensor, empty where there is
  /// none. Throws Error(kInvalidModel) naming `subject` and the tensor that is missing.
  static Eres2netConfig from_weights(
      const std::function<tensor::Shape(const std::string&)>& shape_of, const std::string& subject);
  /// Throws Error(kInvalidModel) naming `subject` and the key.
  static Eres2netConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

/// Immutable after construction; as thread-safe as its backend.
class Eres2net {
 public:
  /// Throws Error(kInvalidModel) when the source lacks a tensor or has another shape.
  Eres2net(Backend& backend, ParameterSource& source, const Eres2netConfig& config);

  const Eres2netConfig& config() const { return config_; }
  /// Hears of intermediate maps [bands, channels, frames]: "layer1" ... "layer4", "layer3_ds",
  /// "fuse34".
  using Probe = std::function<void(const std::string& stage, const Tensor& value)>;
  /// Log filter-bank frames [bands, 1, T] of one recording (audio::kaldi_fbank) -> [1,
  /// vector_size].
  Tensor embed(const Tensor& features, const Probe& probe = {}) const;

 private:
  /// Weighs two maps against each other, place by place.
  struct Gate {
    BandConv down, up;
  };
  struct Block {
    int64_t width = 0;
    BandConv in, out, shortcut;
    bool has_shortcut = false;
    std::vector<BandConv> groups;
    std::vector<Gate> gates;  ///< empty: the groups are added
  };
  Block make_block(ParameterSource& source, const std::string& name, size_t stage, int64_t in,
                   int64_t stride) const;
  Gate make_gate(ParameterSource& source, const std::string& name, int64_t channels) const;
  Tensor run(const Block& block, Tensor x) const;
  Tensor fuse(const Gate& gate, const Tensor& a, const Tensor& b) const;

  Backend& backend_;
  Eres2netConfig config_;
  BandConv first_, down_;
  std::array<std::vector<Block>, Eres2netConfig::kStages> stages_;
  Gate last_gate_;
};

}  // namespace myna::models
