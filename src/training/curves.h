// Loss curves of a run as a picture, from its log.jsonl.
#pragma once

#include <filesystem>

namespace myna::training {

/// Draws the losses of the log's step lines over the steps, on a logarithmic scale, into one PNG.
/// A log with fewer than two such lines draws nothing. Throws Error naming the file that could not
/// be read or written.
void draw_run_curves(const std::filesystem::path& log, const std::filesystem::path& picture);

}  // namespace myna::training
