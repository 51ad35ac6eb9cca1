// The evaluation's figures as JSON and as a table.
#include <fmt/format.h>

#include <functional>

#include "evaluation/evaluate.h"

namespace myna::evaluation {
namespace {

Json side_json(const SpeechFigures& side) {
  Json json = {
      {"clips", side.clips},
      {"seconds", side.seconds},
      {"phone_error", side.phones.rate()},
      {"phones", side.phones.wanted},
      {"phones_missing", side.phones.deletions},
      {"phones_inserted", side.phones.insertions},
      {"pitch_hz",
       {side.measures.pitch_low_hz, side.measures.pitch_median_hz, side.measures.pitch_high_hz}},
      {"pitch_range_semitones", side.measures.pitch_range_semitones},
      {"silence_share", side.measures.silence_share}};
  if (side.words) json["word_error"] = side.words->rate();
  return json;
}

Json language_json(const LanguageFigures& figures) {
  return {{"real", side_json(figures.real)},
          {"resynthesised", side_json(figures.resynthesised)},
          {"spoken", side_json(figures.spoken)},
          {"real_time_factor", figures.real_time_factor},
          {"sentences_respoken", figures.sentences_respoken},
          {"sentences_below_standard", figures.sentences_below_standard}};
}

using Cell = std::function<std::string(const SpeechFigures&)>;

std::string row(const std::string& what, const LanguageFigures& figures, const Cell& cell) {
  const auto text = [&](const SpeechFigures& side) {
    return side.clips > 0 ? cell(side) : std::string("-");
  };
  return fmt::format("  {:<34}{:>14}{:>16}{:>14}\n", what, text(figures.real),
                     text(figures.resynthesised), text(figures.spoken));
}

std::string language_table(const std::string& title, const LanguageFigures& f) {
  if (f.spoken.clips == 0) return {};
  const auto rows = [&](const std::string& what, const Cell& cell) { return row(what, f, cell); };
  std::string table =
      fmt::format("  {:<34}{:>14}{:>16}{:>14}\n", title, "real", "resynthesised", "spoken");
  table += rows("clips", [](const SpeechFigures& s) { return std::to_string(s.clips); });
  table += rows("phone error, content encoder", [](const SpeechFigures& s) {
    return fmt::format("{:.1f} %", 100 * s.phones.rate());
  });
  if (f.spoken.words) {
    table += rows("word error, pocketsphinx", [](const SpeechFigures& s) {
      return s.words ? fmt::format("{:.1f} %", 100 * s.words->rate()) : std::string("-");
    });
  }
  table += rows("pitch, 5th-95th percentile (Hz)", [](const SpeechFigures& s) {
    return fmt::format("{:.0f}-{:.0f}", s.measures.pitch_low_hz, s.measures.pitch_high_hz);
  });
  table += rows("silence share", [](const SpeechFigures& s) {
    return fmt::format("{:.0f} %", 100 * s.measures.silence_share);
  });
  table += fmt::format("  real-time factor {:.3f}; {} spoken again, {} below standard\n\n",
                       f.real_time_factor, f.sentences_respoken, f.sentences_below_standard);
  return table;
}

}  // namespace

Json report_json(const EvaluationReport& report) {
  Json json = {{"test_set", report.test_set},
               {"seed", report.seed},
               {"english", language_json(report.english)},
               {"mandarin", language_json(report.mandarin)},
               {"skipped", report.skipped}};
  if (report.similarity) {
    const SimilarityFigures& s = *report.similarity;
    json["speakers"] = {{"voices", s.voices},
                        {"clips", s.clips},
                        {"identified", s.identified},
                        {"same_speaker_cosine", s.same_speaker},
                        {"other_speakers_cosine", s.other_speakers},
                        {"real_clips", s.real_clips},
                        {"real_identified", s.real_identified},
                        {"real_same_speaker_cosine", s.real_same_speaker}};
  }
  return json;
}

std::string report_table(const EvaluationReport& report) {
  std::string table = report.test_set + ", seed " + std::to_string(report.seed) + "\n\n";
  table += language_table("English", report.english);
  table += language_table("Mandarin", report.mandarin);
  if (report.similarity) {
    const SimilarityFigures& s = *report.similarity;
    table += fmt::format(
        "  speakers: {} of {} spoken clips ({:.0f} %) are nearest to their own of {} voices\n"
        "            (real recordings: {} of {}); cosine to own voice {:.2f}, to others {:.2f}, "
        "real {:.2f}\n",
        s.identified, s.clips, s.clips > 0 ? 100.0 * s.identified / s.clips : 0.0, s.voices,
        s.real_identified, s.real_clips, s.same_speaker, s.other_speakers, s.real_same_speaker);
  }
  for (const std::string& skipped : report.skipped) table += "  not measured: " + skipped + "\n";
  return table;
}

}  // namespace myna::evaluation
