#include "models/wave_decoder.h"

#include "models/hifigan.h"
#include "models/istft_decoder.h"

namespace myna::models {

std::unique_ptr<WaveDecoder> make_wave_decoder(Backend& backend, ParameterSource& source,
                                               const std::string& name, const SovitsConfig& c,
                                               Precision precision) {
  if (c.decoder == SovitsConfig::Decoder::kIstft) {
    return std::make_unique<IstftDecoder>(backend, source, name, c.istft, c.inter_channels,
                                          c.gin_channels, precision);
  }
  return std::make_unique<Hifigan>(backend, source, name, c.hifigan, c.inter_channels,
                                   c.gin_channels, precision);
}

}  // namespace myna::models
