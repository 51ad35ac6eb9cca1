// myna-train tokenise
#include <iostream>

#include "cli/train/train_commands.h"
#include "training/tokeniser.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int&) {
  CLI::App* command =
      app.add_subcommand("tokenise", "Write the semantic codes of a prepared data set");
  const auto o = std::make_shared<training::TokeniseOptions>();
  const auto f32 = std::make_shared<bool>(false);
  command->add_option("--data", o->data, "Prepared data set; its codes are written")->required();
  command->add_option("--content", o->content, "Content run folder or model file")->required();
  command->add_option("--codebook", o->codebook, "Codebook file to write, safetensors")->required();
  command->add_flag("--keep", o->keep, "Use the codebook file as it is");
  command->add_option("--clusters", o->clusters, "Codebook entries")->capture_default_str();
  command->add_option("--seed", o->seed, "Seed of k-means")->capture_default_str();
  command->add_option("--threads", o->threads, "CPU threads (0: as torch likes)");
  command->add_flag("--f32", *f32, "Products in f32 instead of bf16");
  command->callback([o, f32] {
    o->bf16 = !*f32;
    o->cancel = interrupt_token();
    std::cout << training::tokenise(*o).dump(2) << std::endl;
  });
});

}  // namespace
}  // namespace myna::cli
