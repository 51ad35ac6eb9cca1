// Who is cloned in an evaluation, and what the same people really said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "audio/clip.h"
#include "voice/voice.h"

namespace myna::evaluation {

/// A recording with what is said in it.
struct Spoken {
  audio::Clip clip;
  std::string text;
};

struct TestVoice {
  std::string name;
  std::string language;                      ///< "en" or "zh": what its real recordings speak
  std::vector<voice::Recording> references;  ///< cloned from these
  std::vector<Spoken> real;                  ///< other recordings of the person: the yardstick
};

struct TestSet {
  std::string description;
  std::vector<TestVoice> voices;
};

/// Held-out people of a corpus folder (index.tsv beside the recordings): `holdout` is the recipe's
/// list of what training never saw. Throws Error naming the file or speaker that is missing.
TestSet corpus_test_set(const std::filesystem::path& corpus, const std::filesystem::path& holdout);

/// The bundled sample voices, for machines without a corpus. They have no real recordings besides
/// the reference, and the starter base knows them; the report says so.
TestSet bundled_test_set();

}  // namespace myna::evaluation
