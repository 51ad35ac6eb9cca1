// myna: the command line. One file per command.
#include "cli/commands.h"

int main(int argc, char** argv) {
  CLI::App app{
      "Myna clones a voice from a short recording and reads any text in it, on this machine.\n"
      "\n"
      "  myna speak --voice me.wav --text \"Good morning.\" -o morning.wav\n"
      "  myna speak --voice slt --text-file story.txt -o story.mp3\n"
      "  echo \"你好，世界。\" | myna speak --voice rms - -o hello.flac\n",
      "myna"};
  app.set_version_flag("--version", "myna " MYNA_VERSION);
  int exit_code = myna::cli::kExitOk;
  myna::cli::add_speak_command(app, exit_code);
  myna::cli::add_demo_command(app, exit_code);
  myna::cli::add_phones_command(app, exit_code);
  myna::cli::add_evaluate_command(app, exit_code);
  myna::cli::add_bench_command(app, exit_code);
  myna::cli::add_inspect_command(app, exit_code);
  myna::cli::add_import_command(app, exit_code);
  myna::cli::add_export_command(app, exit_code);
  return myna::cli::run_program(app, exit_code, argc, argv);
}
