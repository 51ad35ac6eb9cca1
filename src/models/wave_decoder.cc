#include "models/wave_decoder.h"

#include <algorithm>

#include "base/error.h"
#include "models/hifigan.h"
#include "models/istft_decoder.h"

namespace myna::models {

void for_each_chunk(int64_t frames, const ChunkOptions& options,
                    const std::function<bool(int64_t begin, int64_t end)>& fn) {
  if (options.first_frames < 1 || options.chunk_frames < 1) {
    throw Error(ErrorCode::kInternal, "chunks must have at least one frame", "for_each_chunk");
  }
  int64_t size = options.first_frames;
  for (int64_t begin = 0; begin < frames;) {
    int64_t end = begin + size;
    // A short last piece would cost nearly as much as a whole chunk: it joins the one before.
    if (begin > 0 && frames - end < size / 4) end = frames;
    end = std::min(end, frames);
    if (!fn(begin, end)) return;
    begin = end;
    size = std::clamp(4 * size, int64_t{1}, options.chunk_frames);
  }
}

Tensor WaveDecoder::decode_part(Backend& backend, const Tensor& z, const Tensor& style,
                                const Tensor& excitation, int64_t begin, int64_t end) const {
  const Tensor samples = decode(backend, z, style, excitation);
  const int64_t hop = samples.dim(2) / z.dim(2);
  return backend.slice(samples, 2, begin * hop, end * hop);
}

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
