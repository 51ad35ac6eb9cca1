// myna: the command line. One file per command; errors become one sentence and an exit code here.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/error.h"
#include "cli/commands.h"

namespace myna::cli {

const CancelToken& interrupt_token() {
  static const CancelToken token;
  return token;
}

}  // namespace myna::cli

namespace {

int exit_code_of(const myna::Error& error) {
  switch (error.code()) {
    case myna::ErrorCode::kUsage:
      return myna::cli::kExitUsage;
    case myna::ErrorCode::kCancelled:
      return myna::cli::kExitInterrupted;
    default:
      return myna::cli::kExitFailure;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const myna::InterruptGuard guard(myna::cli::interrupt_token());
  CLI::App app{
      "Myna clones a voice from a short recording and reads any text in it, on this machine.\n"
      "\n"
      "  myna speak --voice me.wav --text \"Good morning.\" -o morning.wav\n"
      "  myna speak --voice slt --text-file story.txt -o story.mp3\n"
      "  echo \"你好，世界。\" | myna speak --voice rms - -o hello.flac\n",
      "myna"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "myna " MYNA_VERSION);
  app.failure_message(CLI::FailureMessage::simple);
  int exit_code = myna::cli::kExitOk;
  myna::cli::add_speak_command(app, exit_code);
  myna::cli::add_demo_command(app, exit_code);
  myna::cli::add_phones_command(app, exit_code);
  myna::cli::add_evaluate_command(app, exit_code);
  myna::cli::add_bench_command(app, exit_code);

  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    std::cerr << "myna: " << error.what() << " Run `myna --help` or `myna COMMAND --help`.\n";
    return myna::cli::kExitUsage;
  } catch (const myna::Error& error) {
    std::cerr << "myna: " << error.what() << "\n";
    return exit_code_of(error);
  } catch (const std::bad_alloc&) {
    std::cerr << "myna: not enough memory for this job.\n";
    return myna::cli::kExitFailure;
  } catch (const std::exception& error) {
    std::cerr << "myna: unexpected failure: " << error.what() << "\n";
    return myna::cli::kExitFailure;
  }
}
