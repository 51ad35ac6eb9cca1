// A small g2pW in the layout of GPT-SoVITS's folder G2PWModel: the graph of tests/onnx and tables
// that go with it. Its four polyphones 一 行 重 長 have 1, 3, 2 and 2 of seven readings.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "support/onnx_runtime.h"
#include "support/shell.h"

namespace myna::testing {

inline constexpr int64_t kG2pwReadings = 7;

/// `style`: "folded" or "named", see g2pw_graph.py.
inline void write_g2pw_graph(const std::filesystem::path& file, const std::string& style) {
  const ProgramResult result =
      run_line("/usr/bin/python3 " + shell_quoted(MYNA_SOURCE_DIR "/tests/onnx/g2pw_graph.py") +
               " " + style + " " + shell_quoted(file.string()) + " 2>&1");
  if (result.exit_code != 0) throw Error(ErrorCode::kInternal, result.output, file.string());
}

/// The tables, without the graph.
inline void write_g2pw_tables(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  // Readings in their order: ㄏㄤ2 ㄒㄧㄥ2 ㄓㄤ3 ㄓㄨㄥ4 ㄔㄤ2 ㄔㄨㄥ2 ㄕ4.
  write_file(folder / "POLYPHONIC_CHARS.txt",
             "重\tㄔㄨㄥ2\n重\tㄓㄨㄥ4\n行\tㄒㄧㄥ2\n行\tㄏㄤ2\n長\tㄓㄤ3\n長\tㄔㄤ2\n"
             "行\tㄕ4\n一\tㄕ4\n");
  write_file(folder / "MONOPHONIC_CHARS.txt", "你\tㄋㄧ3\n好\tㄏㄠ3\n似\tㄕ4\n");
  write_file(
      folder / "bopomofo_to_pinyin_wo_tune_dict.json",
      R"({"ㄏㄤ": "hang", "ㄒㄧㄥ": "xing", "ㄓㄤ": "zhang", "ㄓㄨㄥ": "zhong", "ㄔㄤ": "chang",
                 "ㄔㄨㄥ": "chong", "ㄕ": "shi", "ㄋㄧ": "ni", "ㄏㄠ": "hao"})");
  write_file(folder / "config.py", "window_size = 32\nuse_mask = True\nparam_pos = {\n}\n");
  write_file(folder / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n你\n好\n行\n重\n長\n,\n.\n一\n");
}

}  // namespace myna::testing
