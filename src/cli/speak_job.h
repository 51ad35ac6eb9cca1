// One synthesis from the command line: recordings -> voice -> text -> audio file, and what is
// printed about it. Shared by `speak` and `demo`.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "text/text_reader.h"
#include "voice/engine.h"
#include "voice/speech.h"
#include "voice/voice.h"

namespace myna::cli {

struct SpeakJob {
  std::vector<std::string> voices;  ///< files or names, recordings of one person
  std::string prompt_text;          ///< what the first recording says; empty: read or heard
  std::string text;
  bool text_from_input = false;  ///< standard input is read instead, sentence by sentence
  text::TextFormat format = text::TextFormat::kAuto;
  /// The reference's way to cut a plain text into sentences; nothing: Myna's own.
  std::optional<text::CutMethod> cut;
  std::vector<std::string> lexicons;  ///< files, besides the user's own and the voices'
  bool show_phones = false;           ///< print a table for each sentence
  std::string output;                 ///< path or "-"
  voice::SpeakOptions options;
};

struct SpeakOutcome {
  std::string output;
  std::string voice_name;
  voice::SpeakReport report;
  std::vector<voice::ReferenceNote> notes;
  std::vector<std::string> text_notes;  ///< what the reader of the text skipped
};

/// Opens the output before anything is computed, so that an unwritable one fails at once. A text in
/// hand is read to its end before the first sentence is spoken, so that wrong markup fails at once;
/// standard input is spoken as its sentences come. Both give the same samples. Nothing is left
/// behind when it fails or is interrupted (Error(kCancelled)).
SpeakOutcome run_speak_job(const std::shared_ptr<const voice::Engine>& engine, const SpeakJob& job);

/// The machine-readable report (`--report`).
Json outcome_json(const SpeakOutcome& outcome);

/// Table of outcomes: file, voice, seconds, time, real-time factor, seed, self-check.
std::string outcome_table(const std::vector<SpeakOutcome>& outcomes);

}  // namespace myna::cli
