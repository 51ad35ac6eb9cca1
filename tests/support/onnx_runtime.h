// Checks and runs ONNX files with programs that are not ours: the checker of Debian's python3-onnx
// and onnxruntime-node, which scripts/install_onnx_runtime.sh puts into build/onnxruntime
// (MYNA_ONNX_RUNTIME names another folder with node_modules in it).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "base/error.h"
#include "support/shell.h"
#include "support/temp_dir.h"
#include "tensor/onnx_writer.h"
#include "tensor/safetensors.h"

namespace myna::testing {

inline std::filesystem::path onnx_runtime_modules() {
  const char* named = std::getenv("MYNA_ONNX_RUNTIME");
  const std::filesystem::path folder =
      named != nullptr ? named : MYNA_SOURCE_DIR "/build/onnxruntime";
  return folder / "node_modules";
}

/// Skips the test where graphs cannot be run.
#define MYNA_REQUIRE_ONNX_RUNTIME()                                                             \
  if (!std::filesystem::exists(::myna::testing::onnx_runtime_modules() / "onnxruntime-node") || \
      ::myna::testing::run_line("node --version").exit_code != 0)                               \
  GTEST_SKIP() << "no node or no onnxruntime-node in "                                          \
               << ::myna::testing::onnx_runtime_modules().string()                              \
               << "; run scripts/install_onnx_runtime.sh"

/// Skips the test where there is no ONNX checker.
#define MYNA_REQUIRE_ONNX_CHECKER()                                                       \
  if (::myna::testing::run_line("/usr/bin/python3 -c 'import onnx' 2>&1").exit_code != 0) \
  GTEST_SKIP() << "the ONNX checker is missing; install python3-onnx"

/// The checker's verdict on a file, with shape inference; empty: nothing is wrong.
inline std::string onnx_complaints(const std::filesystem::path& file) {
  const ProgramResult result = run_line(
      "/usr/bin/python3 -c 'import sys, onnx; onnx.checker.check_model(sys.argv[1], "
      "full_check=True)' " +
      shell_quoted(file.string()) + " 2>&1");
  return result.exit_code == 0 ? std::string() : result.output;
}

using NamedTensors = std::map<std::string, tensor::HostTensor>;

/// Runs a script of tests/onnx on `subject`, `inputs` and `more`; what it wrote. Throws
/// Error(kInternal) with its message when it fails.
inline NamedTensors run_onnx_script(const std::string& script, const std::filesystem::path& subject,
                                    const NamedTensors& inputs, const std::string& more = {}) {
  const TempDir folder;
  const auto in = folder / "in.safetensors", out = folder / "out.safetensors";
  tensor::write_safetensors(in, inputs);
  std::string command = "node";
  for (const std::string& word :
       {MYNA_SOURCE_DIR "/tests/onnx/" + script, onnx_runtime_modules().string(), subject.string(),
        in.string(), out.string(), more}) {
    command += " " + shell_quoted(word);
  }
  const ProgramResult result = run_line(command + " 2>&1");
  if (result.exit_code != 0) throw Error(ErrorCode::kInternal, result.output, subject.string());
  NamedTensors outputs;
  const tensor::SafetensorsFile values(out);
  for (const std::string& name : values.names()) outputs[name] = values.get(name);
  return outputs;
}

/// The outputs of the graph in `file`.
inline NamedTensors run_onnx(const std::filesystem::path& file, const NamedTensors& inputs) {
  return run_onnx_script("run.mjs", file, inputs);
}

inline NamedTensors run_onnx(const tensor::OnnxGraph& graph, const NamedTensors& inputs) {
  const TempDir folder;
  tensor::write_onnx(folder / "graph.onnx", graph);
  return run_onnx(folder / "graph.onnx", inputs);
}

}  // namespace myna::testing
