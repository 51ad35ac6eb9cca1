#include "models/vocoder.h"

#include <algorithm>

#include "base/error.h"
#include "models/bigvgan.h"
#include "models/config_size.h"
#include "models/hifigan.h"

namespace myna::models {
namespace {

constexpr int64_t kV4Rate = 48000;

[[noreturn]] void refuse(ErrorCode code, const std::string& what, const std::string& subject) {
  throw Error(code, what, subject);
}

/// Dimension `axis` of a convolution's weight, plain or weight-normalised; 0 when it is not there.
int64_t weight_dim(const Checkpoint& file, const std::string& name, size_t axis) {
  const int64_t plain = file.dim(name + ".weight", axis);
  return plain > 0 ? plain : file.dim(name + ".weight_v", axis);
}

}  // namespace

int64_t VocoderConfig::hop_length() const {
  int64_t samples = 1;
  for (const int64_t rate : network.upsample_rates) samples *= rate;
  return samples;
}

VocoderConfig VocoderConfig::from_json(VocoderKind kind, const Json& json,
                                       const std::string& subject) {
  VocoderConfig c;
  c.kind = kind;
  c.network = HifiganConfig::from_json(json, subject);
  c.network.final_bias = value_or<bool>(json, "use_bias_at_final", true, subject);
  c.final_tanh = value_or<bool>(json, "use_tanh_at_final", true, subject);
  c.sampling_rate = kind == VocoderKind::kBigvgan ? 24000 : kV4Rate;
  read_size(json, "sampling_rate", c.sampling_rate, 1000, 384000, subject);
  read_size(json, "num_mels", c.mels, 1, 4096, subject);
  constexpr int64_t kLongestHop = 1 << 16;
  int64_t hop = 1;
  for (const int64_t rate : c.network.upsample_rates)
    hop = std::min(hop * rate, 2 * kLongestHop);  // sizes are below 2^20: no overflow
  int64_t stated = hop;
  read_size(json, "hop_size", stated, 1, 1 << 20, subject);
  if (stated != hop || hop > kLongestHop) {
    refuse(ErrorCode::kInvalidModel,
           "the vocoder makes " + std::to_string(hop) + " samples per frame, but hop_size is " +
               std::to_string(stated),
           subject);
  }
  if (kind == VocoderKind::kBigvgan) {
    const bool known = c.network.resblock == 1 &&
                       value_or<std::string>(json, "activation", "", subject) == "snakebeta" &&
                       value_or<bool>(json, "snake_logscale", false, subject);
    if (!known) {
      refuse(ErrorCode::kUnsupported,
             "only BigVGAN v2 is known here (resblock \"1\", activation \"snakebeta\", "
             "snake_logscale true); use the published bigvgan_v2_24khz_100band_256x",
             subject);
    }
  }
  return c;
}

Json v4_vocoder_config(const Checkpoint& file) {
  Json config = {{"sampling_rate", kV4Rate},
                 {"num_mels", weight_dim(file, "conv_pre", 1)},
                 {"upsample_initial_channel", weight_dim(file, "conv_pre", 0)},
                 {"use_bias_at_final", file.contains("conv_post.bias")},
                 {"resblock", "1"}};
  Json kernels = Json::array(), rates = Json::array(), block_kernels = Json::array(),
       dilations = Json::array();
  const auto name = [](const char* part, size_t i) { return part + std::to_string(i); };
  for (size_t i = 0; file.contains(name("ups.", i) + ".bias"); ++i) {
    const int64_t kernel = weight_dim(file, name("ups.", i), 2);
    kernels.push_back(kernel);
    rates.push_back(kernel / 2);
  }
  size_t blocks = 0;
  while (file.contains(name("resblocks.", blocks) + ".convs1.0.bias")) ++blocks;
  if (kernels.empty() || blocks == 0 || blocks % kernels.size() != 0) {
    refuse(ErrorCode::kInvalidModel,
           "has " + std::to_string(kernels.size()) + " upsamplings and " + std::to_string(blocks) +
               " residual blocks, which is no vocoder of SoVITS v4; use the published vocoder.pth",
           file.subject());
  }
  for (size_t j = 0; j < blocks / kernels.size(); ++j) {
    block_kernels.push_back(weight_dim(file, name("resblocks.", j) + ".convs1.0", 2));
    dilations.push_back({1, 3, 5});
  }
  config["upsample_kernel_sizes"] = kernels;
  config["upsample_rates"] = rates;
  config["resblock_kernel_sizes"] = block_kernels;
  config["resblock_dilation_sizes"] = dilations;
  return config;
}

Vocoder::Vocoder(Backend& backend, ParameterSource& source, const VocoderConfig& config,
                 Precision precision)
    : backend_(backend), config_(config) {
  if (config.kind == VocoderKind::kBigvgan) {
    decoder_ = std::make_unique<Bigvgan>(
        backend, source, "", config.network, config.mels, config.final_tanh,
        precision == Precision::kDefault ? Precision::kF32 : precision);
  } else {
    decoder_ = std::make_unique<Hifigan>(backend, source, "", config.network, config.mels,
                                         /*gin_channels=*/0, precision);
  }
}

Vocoder::~Vocoder() = default;

Tensor Vocoder::decode(const Tensor& mel) const {
  if (mel.rank() != 3 || mel.dim(1) != config_.mels) {
    refuse(ErrorCode::kInternal, "mel must be [B, " + std::to_string(config_.mels) + ", T]",
           "Vocoder::decode");
  }
  return decoder_->decode(backend_, mel, {}, {});
}

Tensor Vocoder::decode_range(const Tensor& mel, int64_t begin, int64_t end) const {
  if (begin < 0 || begin >= end || end > mel.dim(2)) {
    refuse(ErrorCode::kInternal, "the range is outside the mel spectrogram",
           "Vocoder::decode_range");
  }
  const int64_t from = std::max<int64_t>(0, begin - context_frames());
  const int64_t to = std::min(mel.dim(2), end + context_frames());
  return decoder_->decode_part(backend_, backend_.slice(mel, 2, from, to), {}, {}, begin - from,
                               end - from);
}

void Vocoder::decode_chunks(const Tensor& mel, const ChunkOptions& options,
                            const std::function<bool(std::span<const float>)>& callback) const {
  for_each_chunk(mel.dim(2), options, [&](int64_t begin, int64_t end) {
    return callback(backend_.to_host(decode_range(mel, begin, end)).f32());
  });
}

}  // namespace myna::models
