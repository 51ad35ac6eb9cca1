// One synthesis from the command line: recordings -> voice -> text -> audio file, and what is
// printed about it. Shared by `speak` and `demo`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "voice/engine.h"
#include "voice/speech.h"
#include "voice/voice.h"

namespace myna::cli {

struct SpeakJob {
  std::vector<std::string> voices;  ///< files or names, recordings of one person
  std::string prompt_text;          ///< what the first recording says; empty: read or heard
  std::string text;
  std::string output;  ///< path or "-"
  voice::SpeakOptions options;
};

struct SpeakOutcome {
  std::string output;
  std::string voice_name;
  voice::SpeakReport report;
  std::vector<voice::ReferenceNote> notes;
};

/// Opens the output before anything is computed, so that an unwritable one fails at once. Nothing
/// is left behind when it fails or is interrupted (Error(kCancelled)).
SpeakOutcome run_speak_job(const std::shared_ptr<const voice::Engine>& engine, const SpeakJob& job);

/// The machine-readable report (`--report`).
Json outcome_json(const SpeakOutcome& outcome);

/// Table of outcomes: file, voice, seconds, time, real-time factor, seed, self-check.
std::string outcome_table(const std::vector<SpeakOutcome>& outcomes);

}  // namespace myna::cli
