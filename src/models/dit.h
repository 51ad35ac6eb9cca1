// The estimator of flow matching in SoVITS v3 and v4: a diffusion transformer as in F5-TTS (Chen et
// al. 2024, there DiT) whose step length is an input beside the time, so that few steps suffice
// (shortcut models, Frans et al. 2024). Reference: f5_tts/model/backbones/dit.py.
//
// Tensors NAME.{time_embed, d_embed, text_embed, input_embed, transformer_blocks.N, norm_out,
// proj_out}. Only the first head's queries and keys are rotated by their position, as in the
// reference, whose rotation is applied before the heads are split.
//
// Immutable after construction; as thread-safe as its backend.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/cfm_config.h"
#include "models/layers.h"

namespace myna::models {

using compute::Lengths;

/// What the blocks do to their input at a time: all that follows from the time and the step length.
/// The tensors have a row for each time that was asked for.
struct DitModulation {
  std::vector<Tensor> blocks;  ///< [rows, 6 * dim]
  Tensor last;                 ///< [rows, 2 * dim]
};

/// Intermediate results, for tests. All [B, T, dim] but the first two, [rows, dim].
struct DitTrace {
  Tensor time, step, input, block;  ///< block: the first
};

class Dit {
 public:
  Dit(Backend& backend, ParameterSource& source, const std::string& name, const DitConfig& config,
      Precision precision);

  /// Conditions [B, conditions, T] -> [B, T, conditions], the part of the work that no step
  /// changes. Without conditions in a guided pass, `conditions` is zero.
  Tensor embed(Backend& backend, const Tensor& conditions) const;

  /// One row per time; `steps` are the step lengths, as many.
  DitModulation modulation(Backend& backend, std::span<const float> times,
                           std::span<const float> steps, DitTrace* trace = nullptr) const;
  /// One row of it.
  static DitModulation row(Backend& backend, const DitModulation& all, int64_t index);

  /// x and prompt [B, mel, T], embedded [B, T, conditions] -> the flow's velocity [B, T, mel].
  /// `modulation` has one row, which is that of all, or B. Frames at and beyond `lengths` are not
  /// seen by the others.
  Tensor velocity(Backend& backend, const Tensor& x, const Tensor& prompt, const Tensor& embedded,
                  const DitModulation& modulation, const Lengths& lengths = {},
                  DitTrace* trace = nullptr) const;

 private:
  struct TextBlock {
    Conv1d depthwise;
    LayerNorm norm;
    Linear up, down;
    Tensor gamma, beta;  ///< of the global response norm
  };
  struct TimeEmbedding {
    Linear in, out;
  };
  struct Block {
    Linear modulation, q, k, v, out, up, down;
  };
  struct Rotation {
    Tensor cos, sin;  ///< [T, pairs, 1]
  };
  TimeEmbedding time_embedding(Backend& backend, ParameterSource& source,
                               const std::string& name) const;
  static Tensor embed_numbers(Backend& backend, const TimeEmbedding& layers,
                              std::span<const float> numbers);
  static Tensor run(Backend& backend, const TextBlock& block, const Tensor& x);
  Tensor run(Backend& backend, const Block& block, const Tensor& x, const Tensor& modulation,
             const Rotation& rotation, const Lengths& lengths) const;
  Rotation rotation(Backend& backend, int64_t frames) const;
  Tensor rotate(Backend& backend, const Tensor& x, const Rotation& rotation) const;

  DitConfig config_;
  TimeEmbedding time_, step_;
  std::vector<TextBlock> text_;
  Linear in_;
  Conv1d position_[2];
  std::vector<Block> blocks_;
  Linear last_modulation_, out_;
};

}  // namespace myna::models
