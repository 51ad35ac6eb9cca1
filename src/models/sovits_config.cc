#include "models/sovits_config.h"

#include <algorithm>
#include <numeric>

namespace myna::models {
namespace {

[[noreturn]] void refuse(const std::string& subject, const std::string& what) {
  throw Error(ErrorCode::kInvalidModel, what, subject);
}

/// Sizes beyond this are damage, not models; it also keeps products far from overflow.
constexpr int64_t kLargestSize = 1 << 20;

class Reader {
 public:
  Reader(const Json& json, const std::string& section, const std::string& subject)
      : json_(json), subject_(section.empty() ? subject : subject + " (" + section + ")") {}

  int64_t size(const std::string& key, int64_t fallback) const {
    return in_range(key, value_or<int64_t>(json_, key, fallback, subject_));
  }
  int64_t needed_size(const std::string& key) const {
    return in_range(key, require<int64_t>(json_, key, subject_));
  }
  std::vector<int64_t> needed_sizes(const std::string& key) const {
    auto values = require<std::vector<int64_t>>(json_, key, subject_);
    if (values.empty() || values.size() > 64) refuse(subject_, key + " must have 1 to 64 entries");
    for (int64_t value : values) in_range(key, value);
    return values;
  }
  double number(const std::string& key, double fallback) const {
    if (json_.is_object() && json_.contains(key) && json_[key].is_null()) return fallback;
    return value_or<double>(json_, key, fallback, subject_);
  }
  std::string text(const std::string& key, const std::string& fallback) const {
    return value_or<std::string>(json_, key, fallback, subject_);
  }
  bool flag(const std::string& key, bool fallback) const {
    return value_or<bool>(json_, key, fallback, subject_);
  }
  const Json& json() const { return json_; }
  const std::string& subject() const { return subject_; }

 private:
  int64_t in_range(const std::string& key, int64_t value) const {
    if (value < 1 || value > kLargestSize) {
      refuse(subject_, key + " must be between 1 and " + std::to_string(kLargestSize) +
                           ", but is " + std::to_string(value));
    }
    return value;
  }
  const Json& json_;
  std::string subject_;
};

HifiganConfig read_hifigan(const Reader& model) {
  HifiganConfig c;
  const std::string resblock = model.text("resblock", "1");
  if (resblock != "1" && resblock != "2")
    refuse(model.subject(), "resblock must be \"1\" or \"2\"");
  c.resblock = resblock == "1" ? 1 : 2;
  c.resblock_kernels = model.needed_sizes("resblock_kernel_sizes");
  c.resblock_dilations = require<std::vector<std::vector<int64_t>>>(
      model.json(), "resblock_dilation_sizes", model.subject());
  c.upsample_rates = model.needed_sizes("upsample_rates");
  c.upsample_kernels = model.needed_sizes("upsample_kernel_sizes");
  c.initial_channels = model.needed_size("upsample_initial_channel");
  if (c.resblock_dilations.size() != c.resblock_kernels.size()) {
    refuse(model.subject(), "resblock_dilation_sizes needs one list per resblock kernel size");
  }
  for (const auto& dilations : c.resblock_dilations) {
    const bool right =
        !dilations.empty() && std::all_of(dilations.begin(), dilations.end(),
                                          [](int64_t d) { return d >= 1 && d <= 512; });
    if (!right) refuse(model.subject(), "resblock dilations must be between 1 and 512");
  }
  for (int64_t kernel : c.resblock_kernels) {
    if (kernel % 2 == 0 || kernel > 512) refuse(model.subject(), "resblock kernels must be odd");
  }
  if (c.upsample_kernels.size() != c.upsample_rates.size()) {
    refuse(model.subject(), "upsample_kernel_sizes needs one entry per upsample rate");
  }
  for (size_t i = 0; i < c.upsample_rates.size(); ++i) {
    const int64_t surplus = c.upsample_kernels[i] - c.upsample_rates[i];
    if (surplus < 0 || surplus % 2 != 0) {
      refuse(model.subject(), "each upsample kernel must exceed its rate by an even number");
    }
  }
  if (c.upsample_rates.size() > 20 || c.initial_channels >> c.upsample_rates.size() < 1) {
    refuse(model.subject(), "upsample_initial_channel is too small for the number of upsamplings");
  }
  return c;
}

IstftConfig read_istft(const Reader& decoder) {
  IstftConfig c;
  c.dim = decoder.size("dim", c.dim);
  c.layers = decoder.size("layers", c.layers);
  c.ffn = decoder.size("ffn", c.ffn);
  c.kernel = decoder.size("kernel", c.kernel);
  c.upsample = decoder.size("upsample", c.upsample);
  c.n_fft = decoder.size("n_fft", c.n_fft);
  c.hop = decoder.size("hop", c.hop);
  c.modulated = decoder.flag("modulated", c.modulated);
  c.harmonic = decoder.flag("harmonic", c.harmonic);
  const std::string mode = decoder.text("upsample_mode", "repeat");
  if (mode != "repeat" && mode != "transposed") {
    refuse(decoder.subject(), "upsample_mode must be \"repeat\" or \"transposed\"");
  }
  c.learned_upsample = mode == "transposed" && c.upsample > 1;
  if (c.kernel % 2 == 0) refuse(decoder.subject(), "kernel must be odd");
  if (c.n_fft % 2 != 0 || c.n_fft < 2 * c.hop || (c.n_fft - c.hop) % 2 != 0) {
    refuse(decoder.subject(),
           "n_fft and hop must be such that n_fft >= 2 hop and n_fft - hop is even");
  }
  return c;
}

void read_decoder(const Json& model_json, const Reader& model, SovitsConfig& c,
                  const std::string& subject) {
  const Json none = Json::object();
  const Json& json = model_json.contains("decoder") ? model_json["decoder"] : none;
  if (!json.is_object())
    refuse(subject, "\"decoder\" must be an object such as {\"type\": \"hifigan\"}");
  const Reader decoder(json, "decoder", subject);
  const std::string type = decoder.text("type", "hifigan");
  int64_t samples = 1;
  if (type == "hifigan") {
    c.decoder = SovitsConfig::Decoder::kHifigan;
    c.hifigan = read_hifigan(model);
    for (int64_t rate : c.hifigan.upsample_rates)
      samples = std::min(samples * rate, kLargestSize + 1);  // beyond any hop_length: no overflow
  } else if (type == "istft") {
    c.decoder = SovitsConfig::Decoder::kIstft;
    c.istft = read_istft(decoder);
    samples = c.istft.upsample * c.istft.hop;
  } else {
    refuse(decoder.subject(), "type must be \"hifigan\" or \"istft\", but is \"" + type + "\"");
  }
  if (samples != c.hop_length) {
    refuse(subject, "the decoder makes " + std::to_string(samples) +
                        " samples per frame, but hop_length is " + std::to_string(c.hop_length));
  }
}

void check(const SovitsConfig& c, const std::string& subject) {
  if (c.hidden_channels % c.heads != 0) refuse(subject, "hidden_channels must divide by n_heads");
  if (c.mrte_channels % c.mrte_heads != 0)
    refuse(subject, "mrte_channels must divide by mrte_heads");
  if (c.style_hidden % c.style_heads != 0)
    refuse(subject, "style_hidden must divide by style_heads");
  if (c.inter_channels % 2 != 0) refuse(subject, "inter_channels must be even");
  if (c.wavenet_kernel % 2 == 0) refuse(subject, "wavenet_kernel must be odd");
  if (c.style_kernel % 2 == 0) refuse(subject, "style_kernel must be odd");
  if (c.style_bins > c.spec_bins()) {
    refuse(subject, "style_bins must not exceed filter_length / 2 + 1");
  }
  if (c.win_length > c.filter_length || c.hop_length > c.win_length) {
    refuse(subject, "hop_length <= win_length <= filter_length is needed");
  }
}

}  // namespace

HifiganConfig HifiganConfig::from_json(const Json& json, const std::string& subject) {
  return read_hifigan(Reader(json, "", subject));
}

SovitsConfig SovitsConfig::from_json(const Json& json, const std::string& subject) {
  const Json data_json = require<Json>(json, "data", subject);
  const Json model_json = require<Json>(json, "model", subject);
  if (!data_json.is_object() || !model_json.is_object()) {
    refuse(subject, "\"data\" and \"model\" must be objects");
  }
  const Json train_json = value_or<Json>(json, "train", Json::object(), subject);
  const Reader data(data_json, "data", subject);
  const Reader model(model_json, "model", subject);

  SovitsConfig c;
  c.version = model.text("version", value_or<std::string>(json, "version", "v2", subject));
  const bool pro = c.version == "v2Pro" || c.version == "v2ProPlus";
  if (c.version != "v1" && c.version != "v2" && !pro && !c.is_cfm()) {
    refuse(subject, "version \"" + c.version +
                        "\" is not a SoVITS version that can be read (v1, v2, "
                        "v2Pro, v2ProPlus, v3, v4)");
  }

  c.sampling_rate = data.needed_size("sampling_rate");
  c.filter_length = data.needed_size("filter_length");
  c.hop_length = data.needed_size("hop_length");
  c.win_length = data.size("win_length", c.filter_length);
  c.mel_channels = data.size("n_mel_channels", c.mel_channels);
  c.mel_fmin = data.number("mel_fmin", 0.0);
  c.mel_fmax = data.number("mel_fmax", 0.0);

  c.inter_channels = model.needed_size("inter_channels");
  c.hidden_channels = model.needed_size("hidden_channels");
  c.filter_channels = model.needed_size("filter_channels");
  c.heads = model.needed_size("n_heads");
  c.layers = model.needed_size("n_layers");
  c.kernel_size = model.needed_size("kernel_size");
  c.attention_window = model.size("attention_window", c.attention_window);
  c.dropout = float(model.number("p_dropout", 0.1));
  if (!(c.dropout >= 0.0f && c.dropout < 1.0f)) refuse(subject, "p_dropout must be in [0, 1)");
  c.gin_channels = model.needed_size("gin_channels");
  c.symbols = model.size("n_symbols", c.version == "v1" ? 322 : 732);
  c.ssl_dim = model.size("ssl_dim", c.ssl_dim);

  const std::string rate = model.text("semantic_frame_rate", "25hz");
  if (rate != "25hz" && rate != "50hz") {
    refuse(subject, "semantic_frame_rate must be \"25hz\" or \"50hz\"");
  }
  c.frames_per_code = rate == "25hz" ? 2 : 1;
  c.ssl_stride = model.size("ssl_stride", c.frames_per_code);
  c.codebook_size = model.size("codebook_size", c.codebook_size);

  const int64_t bins = c.version == "v1" ? c.spec_bins() : std::min<int64_t>(704, c.spec_bins());
  c.style_bins = model.size("style_bins", bins);
  c.style_hidden = model.size("style_hidden", c.style_hidden);
  c.style_heads = model.size("style_heads", c.style_heads);
  c.style_kernel = model.size("style_kernel", c.style_kernel);
  c.mrte_channels = model.size("mrte_channels", c.mrte_channels);
  c.mrte_heads = model.size("mrte_heads", c.mrte_heads);
  c.spread_text = model.flag("spread_text", c.spread_text);
  c.spoken_noise = float(model.number("spoken_noise", c.spoken_noise));
  if (!(c.spoken_noise >= 0.0f && c.spoken_noise <= 1.0f))
    refuse(subject, "spoken_noise must be in [0, 1]");
  c.pitch_spread = float(model.number("pitch_spread", c.pitch_spread));
  if (!(c.pitch_spread >= 0.5f && c.pitch_spread <= 3.0f))
    refuse(subject, "pitch_spread must be in [0.5, 3]");
  c.flow_layers = model.size("flow_layers", c.flow_layers);
  c.flow_couplings = model.size("flow_couplings", c.flow_couplings);
  c.posterior_layers = model.size("posterior_layers", c.posterior_layers);
  c.wavenet_kernel = model.size("wavenet_kernel", c.wavenet_kernel);
  if (pro) c.speaker_channels = model.size("speaker_channels", 20480);

  const Reader train(train_json, "train", subject);
  if (c.is_cfm()) {
    c.cfm = CfmConfig::from_json(value_or<Json>(model_json, "cfm", nullptr, subject), c.version,
                                 subject + " (cfm)");
  } else {
    read_decoder(model_json, model, c, subject);
  }
  c.segment_size = train.size("segment_size", 32 * c.hop_length);
  if (c.segment_size % c.hop_length != 0) {
    refuse(subject, "segment_size must be a multiple of hop_length");
  }
  check(c, subject);
  return c;
}

}  // namespace myna::models
