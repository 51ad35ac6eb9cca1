// Token streaming: speech is made while semantic codes are still being chosen.
//
// The prior encoder attends to all codes of a sentence, so what a frame becomes depends on codes
// that are not there yet. Each step encodes the codes known so far again and speaks all but the
// last few (`ahead`), which only give the others something to look at; the reference's
// decode_streaming does likewise. From step to step
//  - frames that have been heard keep their latents (and pitch): the decoder sees them as they
//  were,
//  - the noise of a frame is a function of the seed and the frame, so that steps and the offline
//    decode draw the same,
//  - the flow and the decoder get the whole left context that a frame depends on,
//  - a step goes on where the one before was quietest near its end, and the two renderings of the
//    `join` frames behind that place, which are in step with each other, are crossfaded.
// A sentence with no more codes than the first step waits for is decoded as offline, once.
//
// At a speed other than 1 frames stand on a fixed grid, because the length is not known: after n
// frames the stream is at most n / (n + 1) frames apart from the offline result.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/random.h"
#include "models/sovits.h"

namespace myna::models {

/// In codes. The first step is short for early first audio; each next one speaks half as much
/// again and looks further ahead, because what has been delivered is still being heard.
struct StreamPace {
  int64_t first = 12, first_ahead = 4;
  int64_t most = 64, most_ahead = 16;
};

struct StreamRequest {
  /// As for Sovits::encode; spread text: one per code, as many as codes will come or more.
  std::vector<int64_t> phones;
  Tensor style;
  uint64_t seed = 0;
  float noise_scale = 0.5f;
  double speed = 1.0;
  StreamPace pace;
};

/// One sentence. Not thread-safe; the network is shared.
class SovitsStream {
 public:
  using Sink = std::function<void(std::span<const float>)>;

  /// `sovits` must outlive the stream. The sink receives the samples in order; what it throws
  /// passes through, and the stream is of no use afterwards.
  SovitsStream(const Sovits& sovits, StreamRequest request, Sink sink);

  /// The next code; decodes and delivers when enough are there. Throws as Sovits::encode.
  void push(int64_t code);
  /// No more codes: delivers the rest. Once, at the end.
  void finish();

  /// First sample of every step but the first, where two renderings were joined.
  const std::vector<int64_t>& joins() const { return joins_; }

 private:
  int64_t frames_of(int64_t codes) const;
  int64_t known_frames(bool last) const;
  void place(const Prior& prior, int64_t known);
  void draw_noise(int64_t frames);
  std::vector<float> render(int64_t end) const;
  Tensor excitation(int64_t begin, int64_t end) const;
  int64_t quietest(std::span<const float> samples, int64_t from, int64_t to) const;
  void step(bool last);

  const Sovits& sovits_;
  StreamRequest request_;
  Sink sink_;
  Rng rng_;
  std::vector<int64_t> codes_;
  int64_t size_, ahead_;        ///< codes of the next step
  int64_t done_ = 0;            ///< frames delivered
  std::vector<float> latents_;  ///< [frames, inter]; those before done_ stay
  std::vector<float> log_hz_;   ///< [frames], for decoders with a pitch
  std::vector<float> noise_;    ///< [frames, inter]
  std::vector<float> tail_;     ///< the last step's rendering of the join frames from done_
  std::vector<int64_t> joins_;
};

}  // namespace myna::models
