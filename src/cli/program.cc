#include "cli/program.h"

#include <iostream>
#include <new>

#include "base/error.h"

namespace myna::cli {
namespace {

int exit_code_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kUsage:
      return kExitUsage;
    case ErrorCode::kCancelled:
      return kExitInterrupted;
    default:
      return kExitFailure;
  }
}

}  // namespace

const CancelToken& interrupt_token() {
  static const CancelToken token;
  return token;
}

int run_program(CLI::App& app, const int& exit_code, int argc, char** argv) {
  const InterruptGuard guard(interrupt_token());
  const std::string name = app.get_name();
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    std::cerr << name << ": " << error.what() << " Run `" << name << " --help` or `" << name
              << " COMMAND --help`.\n";
    return kExitUsage;
  } catch (const Error& error) {
    std::cerr << name << ": " << error.what() << "\n";
    return exit_code_of(error);
  } catch (const std::bad_alloc&) {
    std::cerr << name << ": not enough memory for this job.\n";
    return kExitFailure;
  } catch (const std::exception& error) {
    std::cerr << name << ": unexpected failure: " << error.what() << "\n";
    return kExitFailure;
  }
}

}  // namespace myna::cli
