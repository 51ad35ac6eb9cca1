// myna export: the networks of a voice for other programs.
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "voice/onnx_export.h"

namespace myna::cli {
namespace {

struct ExportArguments {
  std::string folder, voice;
};

void run_export(const ExportArguments& arguments) {
  const models::OnnxExport done =
      voice::export_onnx(arguments.voice, arguments.folder, interrupt_token());
  std::cout << arguments.voice << " (" << done.version << ")\n";
  for (const auto& file : done.files) std::cout << file.string() << "\n";
}

}  // namespace

void add_export_command(CLI::App& app, int&) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App* command = app.add_subcommand("export", "Write a voice's networks as ONNX graphs");
  command->footer(
      "Examples:\n"
      "  myna export --onnx graphs starter\n"
      "  myna export --onnx me_onnx me\n"
      "\n"
      "Writes text to tokens (prompt pass and one step with cache), tokens to samples, and\n"
      "model.json with sizes and rates; docs/export.md tells what goes in and out. Lengths of\n"
      "text, tokens and cache stay open. Imported voices of v1, v2, v2Pro and v2ProPlus, and the\n"
      "starter.");
  command->add_option("--onnx", arguments->folder, "Folder for the graphs, made where missing")
      ->required()
      ->type_name("DIR");
  command->add_option("voice", arguments->voice, "An imported voice, or \"starter\"")
      ->required()
      ->type_name("NAME");
  command->callback([arguments] { run_export(*arguments); });
}

}  // namespace myna::cli
