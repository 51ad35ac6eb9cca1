// myna-train check-letters
#include <iostream>

#include "cli/train/train_commands.h"
#include "compute/cpu/cpu_backend.h"
#include "models/model_file.h"
#include "training/letter_check.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand(
      "check-letters", "Share of the dictionary's unseen words that a model file reads right");
  struct Arguments {
    std::filesystem::path model, data;
  };
  const auto a = std::make_shared<Arguments>();
  command->add_option("--model", a->model, "assets/lexicons/en_letters.safetensors")->required();
  command->add_option("--data", a->data, "assets/lexicons/en_words.lex")->required();
  command->callback([a] {
    const models::ModelFile file = models::open_model_file(a->model, "letters");
    const auto config = models::LetterConfig::from_json(file.config, file.subject());
    const auto backend = compute::make_cpu_backend({});
    const models::LetterNetwork network(*backend, *file.source(), config);
    const training::LetterDictionary dictionary = training::load_letter_dictionary(a->data);
    std::cout << training::check_letters(network, dictionary.unseen).dump(2) << std::endl;
  });
});

}  // namespace
}  // namespace myna::cli
