// myna-train export
#include <iostream>

#include "cli/train/train_commands.h"
#include "training/export.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("export", "Write a run's weights as a model file (fp16)");
  struct Arguments {
    std::filesystem::path run, codebook, out;
  };
  const auto a = std::make_shared<Arguments>();
  command->add_option("--run", a->run, "Folder of the training run")->required();
  command->add_option("--codebook", a->codebook, "Codebook file, for SoVITS");
  command->add_option("-o,--out", a->out, "Model file to write, .safetensors")->required();
  command->callback([a] {
    std::cout << training::export_model(a->run, a->codebook, a->out).dump(2) << std::endl;
  });
});

}  // namespace
}  // namespace myna::cli
