// An independent English recogniser: CMU PocketSphinx as Debian ships it (packages pocketsphinx and
// pocketsphinx-en-us), run as a child process. It shares nothing with Myna's networks.
#pragma once

#include <string>
#include <vector>

#include "audio/clip.h"

namespace myna::evaluation {

class Recogniser {
 public:
  /// True when the program and its US English model are installed.
  static bool available();

  /// What is said in each clip (any rate, mono or stereo), "" where nothing was recognised. One
  /// program start for all clips. Throws Error(kUnsupported) when not available, Error(kIo) with
  /// the tail of its log when it fails.
  std::vector<std::string> transcribe(const std::vector<audio::Clip>& clips) const;
};

}  // namespace myna::evaluation
