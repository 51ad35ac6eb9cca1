// Sizes of a SoVITS network, read from the official JSON configuration (`data` and `model` of
// configs/s2.json and the `config` of a checkpoint). Keys that the official files lack are Myna's
// own and optional; without them the sizes are those of the official versions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/cfm_config.h"

namespace myna::models {

/// HiFi-GAN generator (Kong et al. 2020): transposed convolutions and multi-receptive-field blocks.
struct HifiganConfig {
  int resblock = 1;  ///< 1: two convolutions per dilation, 2: one
  std::vector<int64_t> resblock_kernels;
  std::vector<std::vector<int64_t>> resblock_dilations;
  std::vector<int64_t> upsample_rates;  ///< product: samples per latent frame
  std::vector<int64_t> upsample_kernels;
  int64_t initial_channels = 512;  ///< halved by every upsampling
  bool final_bias = false;         ///< conv_post has a bias

  /// Reads and checks the official keys (resblock..., upsample_...) of an object. `subject` names
  /// its file in errors. Throws Error(kInvalidModel).
  static HifiganConfig from_json(const Json& json, const std::string& subject);
};

/// Inverse-STFT decoder (after Vocos, Siuzdak 2023): ConvNeXt blocks at `upsample` times the latent
/// frame rate, one spectrum per frame, overlap-add.
struct IstftConfig {
  int64_t dim = 384;              ///< channels
  int64_t layers = 8;             ///< ConvNeXt blocks
  int64_t ffn = 1152;             ///< width inside a block
  int64_t kernel = 7;             ///< of the depthwise convolutions, odd
  int64_t upsample = 2;           ///< spectrum frames per latent frame
  bool learned_upsample = false;  ///< "upsample_mode": "repeat" (false) or "transposed" (true)
  bool harmonic = false;          ///< filters an excitation of a predicted pitch
  bool modulated = false;         ///< scale and shift of every block's norm come from the style
  int64_t n_fft = 640;
  int64_t hop = 160;
};

struct SovitsConfig {
  std::string version = "v2";  ///< "v1", "v2", "v2Pro", "v2ProPlus", "v3", "v4"

  // data
  int64_t sampling_rate = 32000;  ///< Hz
  int64_t filter_length = 2048;   ///< FFT size of the spectrograms
  int64_t hop_length = 640;       ///< samples per latent frame
  int64_t win_length = 2048;
  int64_t mel_channels = 128;  ///< of the mel loss
  double mel_fmin = 0.0;
  double mel_fmax = 0.0;  ///< 0: half the sampling rate

  // model
  int64_t inter_channels = 192;  ///< latent z
  int64_t hidden_channels = 192;
  int64_t filter_channels = 768;  ///< inside the attention encoders' feed-forward layers
  int64_t heads = 2;
  int64_t layers = 6;  ///< of encoder_text; encoder_ssl and encoder2 have half
  int64_t kernel_size = 3;
  int64_t attention_window = 4;
  float dropout = 0.1f;
  int64_t gin_channels = 512;   ///< style vector
  int64_t symbols = 732;        ///< rows of the phone embedding
  int64_t ssl_dim = 768;        ///< content features and codebook vectors
  int64_t ssl_stride = 2;       ///< content frames per code: kernel and stride of ssl_proj
  int64_t frames_per_code = 2;  ///< latent frames per code
  int64_t codebook_size = 1024;
  int64_t style_bins = 704;  ///< spectrogram bins (the lowest) that the style encoder reads
  int64_t style_hidden = 128;
  int64_t style_heads = 2;
  int64_t style_kernel = 5;
  int64_t mrte_channels = 512;
  int64_t mrte_heads = 4;
  /// The text is given spread, one phone per code (models/phone_timing.h), and is added where it is
  /// said; false, as in the official models: the sentence's phones, found by cross-attention.
  bool spread_text = false;
  /// How much of the prior's spread is sampled in speaking ("spoken_noise"; 0.5 in the reference).
  float spoken_noise = 0.5f;
  /// What the predicted pitch's distance from its mean is multiplied with ("pitch_spread", see
  /// widen_pitch).
  float pitch_spread = 1.0f;
  int64_t flow_layers = 4;  ///< WaveNet layers in each coupling
  int64_t flow_couplings = 4;
  int64_t posterior_layers = 16;
  int64_t wavenet_kernel = 5;
  int64_t speaker_channels = 0;  ///< speaker-verification vector (Pro: 20480); 0: none

  enum class Decoder { kHifigan, kIstft };
  Decoder decoder = Decoder::kHifigan;
  HifiganConfig hifigan;
  IstftConfig istft;
  CfmConfig cfm;  ///< v3 and v4, which have no decoder

  // train
  int64_t segment_size = 20480;  ///< samples that the decoder makes per training item

  int64_t spec_bins() const { return filter_length / 2 + 1; }
  bool is_pro() const { return speaker_channels > 0; }
  bool is_cfm() const { return version == "v3" || version == "v4"; }
  bool has_pitch() const { return decoder == Decoder::kIstft && istft.harmonic; }
  double frame_rate() const { return double(sampling_rate) / double(hop_length); }  ///< Hz

  /// Reads and checks. `json` holds "data" and "model" (and may hold "train", "version");
  /// `subject` names its file in errors. Throws Error(kInvalidModel).
  static SovitsConfig from_json(const Json& json, const std::string& subject);
};

}  // namespace myna::models
