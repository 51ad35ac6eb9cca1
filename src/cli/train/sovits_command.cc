// myna-train sovits
#include "cli/train/run_arguments.h"
#include "cli/train/train_commands.h"
#include "training/sovits_trainer.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("sovits", "Train SoVITS (codes and a style to speech)");
  const auto arguments = add_train_arguments(*command);
  const auto files = std::make_shared<training::SovitsTrainFiles>();
  command
      ->add_option("--codebook", files->codebook, "Codebook file that `myna-train tokenise` wrote")
      ->required();
  command->add_option("--start-from", files->base,
                      "Folder of an earlier run: a new run starts from its weights");
  command->add_option("--content", files->content,
                      "Run or model file of the content encoder that listens to what is made");
  command->add_option("--verifier", files->verifier,
                      "Run or model file of the speaker verifier that listens to what is made; not "
                      "the one that judges the result");
  command->callback([arguments, files, &exit_code] {
    const Json recipe = read_json(arguments->config, ErrorCode::kUsage);
    const bool finished =
        training::train_sovits(arguments->data, *files, recipe, run_options(*arguments));
    exit_code = finished ? kExitOk : kExitInterrupted;
  });
});

}  // namespace
}  // namespace myna::cli
