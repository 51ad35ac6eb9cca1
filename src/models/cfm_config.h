// Sizes of the flow-matching half of SoVITS v3 and v4. The reference writes them in its code
// (module/models.py SynthesizerTrnV3, TTS_infer_pack/TTS.py); those of the network can be read from
// the shapes of its tensors, the others follow from the version.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "models/checkpoint.h"

namespace myna::models {

/// The estimator of the flow (models/dit.h).
struct DitConfig {
  int64_t mel = 100;         ///< bands of the spectrogram that is made
  int64_t conditions = 512;  ///< width of what it is made from
  int64_t dim = 1024;
  int64_t depth = 22;  ///< transformer blocks
  int64_t heads = 16;
  int64_t ffn = 2048;
  int64_t text_layers = 4;  ///< ConvNeXt V2 blocks over the conditions
  int64_t text_ffn = 1024;
  int64_t position_kernel = 31;  ///< of the convolutions that tell the positions
  int64_t position_groups = 16;
};

struct CfmConfig {
  DitConfig estimator;
  int64_t wavenet_layers = 8;  ///< of the network between the text side and the conditions

  // Following from the version, v3 here.
  int64_t frames_up = 15, frames_down = 8;  ///< mel frames per latent frame: up / down
  int64_t prompt_frames = 468;              ///< mel frames of the prompt at most
  int64_t chunk_frames = 934;               ///< mel frames, prompt and new ones, of one pass
  int64_t steps = 32;                       ///< of the sampler, where nobody says how many
  int mel_rate = 24000;                     ///< Hz of the samples that a mel is made of
  int mel_fft = 1024, mel_hop = 256;        ///< of the prompt's mel
  int output_rate = 24000;                  ///< Hz of the speech
  /// Samples of speech per mel frame.
  int64_t output_hop() const { return int64_t(mel_hop) * output_rate / mel_rate; }

  /// `json`: null or "cfm" of a model file's configuration, whose sizes are optional. `version`:
  /// "v3" or "v4". Throws Error(kInvalidModel) naming `subject`.
  static CfmConfig from_json(const Json& json, const std::string& version,
                             const std::string& subject);
  /// The sizes of the network.
  Json to_json() const;
};

/// What from_json reads, from the shapes of a checkpoint's tensors. Sizes that a damaged file does
/// not show are left out.
Json cfm_sizes(const Checkpoint& file);

}  // namespace myna::models
