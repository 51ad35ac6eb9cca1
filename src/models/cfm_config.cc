#include "models/cfm_config.h"

#include "base/error.h"
#include "models/config_size.h"

namespace myna::models {
namespace {

constexpr int64_t kHeadDim = 64;  // features per head; nothing in the tensors tells

[[noreturn]] void refuse(const std::string& subject, const std::string& what) {
  throw Error(ErrorCode::kInvalidModel, what, subject);
}

/// Layers whose tensors are named before.N.after, counted from 0.
int64_t count_layers(const Checkpoint& file, const std::string& before, const std::string& after) {
  int64_t count = 0;
  while (file.contains(before + "." + std::to_string(count) + "." + after)) ++count;
  return count;
}

}  // namespace

CfmConfig CfmConfig::from_json(const Json& json, const std::string& version,
                               const std::string& subject) {
  CfmConfig c;
  if (version == "v4") {
    c.frames_up = 2, c.frames_down = 1;
    c.prompt_frames = 500, c.chunk_frames = 1000;
    c.steps = 8;
    c.mel_rate = 32000, c.mel_fft = 1280, c.mel_hop = 320;
    c.output_rate = 48000;
  }
  if (json.is_null()) return c;
  if (!json.is_object()) refuse(subject, "\"cfm\" must be an object of sizes");
  constexpr int64_t kWidest = 1 << 14, kDeepest = 256;
  DitConfig& e = c.estimator;
  read_size(json, "mel", e.mel, 1, kWidest, subject);
  read_size(json, "conditions", e.conditions, 2, kWidest, subject);
  read_size(json, "dim", e.dim, 2, kWidest, subject);
  read_size(json, "depth", e.depth, 1, kDeepest, subject);
  read_size(json, "heads", e.heads, 1, kDeepest, subject);
  read_size(json, "ffn", e.ffn, 1, 8 * kWidest, subject);
  read_size(json, "text_layers", e.text_layers, 1, kDeepest, subject);
  read_size(json, "text_ffn", e.text_ffn, 1, 8 * kWidest, subject);
  read_size(json, "position_kernel", e.position_kernel, 1, 511, subject);
  read_size(json, "position_groups", e.position_groups, 1, kWidest, subject);
  read_size(json, "wavenet_layers", c.wavenet_layers, 1, kDeepest, subject);
  if (e.dim % e.heads != 0 || e.dim / e.heads % 2 != 0)
    refuse(subject, "dim of \"cfm\" must be an even multiple of heads");
  if (e.dim % e.position_groups != 0)
    refuse(subject, "dim of \"cfm\" must divide by position_groups");
  if (e.position_kernel % 2 == 0) refuse(subject, "position_kernel of \"cfm\" must be odd");
  if (e.conditions % 2 != 0) refuse(subject, "conditions of \"cfm\" must be even");
  return c;
}

Json CfmConfig::to_json() const {
  const DitConfig& e = estimator;
  return {{"mel", e.mel},
          {"conditions", e.conditions},
          {"dim", e.dim},
          {"depth", e.depth},
          {"heads", e.heads},
          {"ffn", e.ffn},
          {"text_layers", e.text_layers},
          {"text_ffn", e.text_ffn},
          {"position_kernel", e.position_kernel},
          {"position_groups", e.position_groups},
          {"wavenet_layers", wavenet_layers}};
}

Json cfm_sizes(const Checkpoint& file) {
  const std::string e = "cfm.estimator.", block = e + "transformer_blocks";
  const std::string text = e + "text_embed.text_blocks";
  const std::string position = e + "input_embed.conv_pos_embed.conv1d.0.weight";
  const int64_t dim = file.dim(e + "proj_out.weight", 1);
  const int64_t group = file.dim(position, 1);
  // The rotated features of a query are the first head; half as many angles are stored.
  const int64_t angles = file.dim(e + "rotary_embed.inv_freq", 0);
  const int64_t head = angles > 0 ? 2 * angles : kHeadDim;
  const std::pair<const char*, int64_t> sizes[] = {
      {"mel", file.dim(e + "proj_out.weight", 0)},
      {"conditions", file.dim("bridge.0.weight", 0)},
      {"dim", dim},
      {"depth", count_layers(file, block, "attn_norm.linear.weight")},
      {"heads", dim / head},
      {"ffn", file.dim(block + ".0.ff.ff.0.0.weight", 0)},
      {"text_layers", count_layers(file, text, "dwconv.weight")},
      {"text_ffn", file.dim(text + ".0.pwconv1.weight", 0)},
      {"position_kernel", file.dim(position, 2)},
      {"position_groups", group > 0 ? dim / group : 0},
      {"wavenet_layers", count_layers(file, "wns1.enc.in_layers", "bias")}};
  Json json = Json::object();
  for (const auto& [name, size] : sizes)
    if (size > 0) json[name] = size;
  return json;
}

}  // namespace myna::models
