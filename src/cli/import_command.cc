// myna import: official and fine-tuned GPT-SoVITS weights become a voice.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/paths.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "voice/import.h"
#include "voice/import_base.h"

namespace myna::cli {
namespace {

struct ImportArguments {
  std::string gpt, sovits, sovits_base, reference, prompt_text, name, base;
};

void print_identity(const std::string& option, const std::string& path,
                    const models::CheckpointIdentity& identity) {
  std::cout << fmt::format("{:<9}{}\n         {}\n", option, path, models::describe(identity));
  for (const std::string& reason : identity.reasons)
    std::cout << "         because " << reason << "\n";
  for (const std::string& doubt : identity.doubts) std::cout << "         but " << doubt << "\n";
}

void run_import_voice(const ImportArguments& arguments) {
  voice::ImportRequest request;
  request.gpt = arguments.gpt;
  request.sovits = arguments.sovits;
  request.sovits_base = arguments.sovits_base;
  request.reference = arguments.reference;
  request.prompt_text = arguments.prompt_text;
  request.name = arguments.name;
  const voice::ImportedVoice voice =
      voice::import_voice(request, voices_dir(), voice::bases_dir(), interrupt_token());
  print_identity("gpt", arguments.gpt, voice.gpt);
  print_identity("sovits", arguments.sovits, voice.sovits);
  if (!voice.sovits_base.empty()) std::cout << "base     " << voice.sovits_base.string() << "\n";
  std::cout << "voice    " << voice.name << " (" << voice.version << ") in "
            << voice.folder.string() << "\n";
  for (const std::string& note : voice.notes) std::cerr << "voice: " << note << "\n";
  std::cout << "speak    myna speak --voice " << voice.name
            << (arguments.reference.empty() ? " --voice REFERENCE.wav" : "")
            << " --text \"...\" -o out.wav\n";
}

void run_import_base(const std::string& folder) {
  const voice::BaseImport done = voice::import_base(folder, voice::bases_dir(), interrupt_token());
  for (const voice::BaseResult& entry : done.parts) {
    std::string state;
    if (entry.converted) {
      state = "converted from " + entry.from.string() +
              (entry.part->used ? "" : "; kept, not used yet");
    } else if (entry.present) {
      state = "there already: " + entry.to.string();
    } else {
      state =
          "not found (" + std::string(entry.part->use) + "): " + voice::where_to_get(*entry.part);
    }
    std::cout << padded(entry.part->name, 12) << state << "\n";
  }
  for (const std::string& note : done.notes) std::cerr << "passed over: " << note << "\n";
}

void run_import(const ImportArguments& arguments) {
  const bool any_voice = !arguments.gpt.empty() || !arguments.sovits.empty();
  if (arguments.base.empty() && (arguments.gpt.empty() || arguments.sovits.empty())) {
    throw Error(ErrorCode::kUsage,
                "give --gpt FILE and --sovits FILE, both of one voice, or --base DIR", "import");
  }
  if (!arguments.base.empty()) run_import_base(arguments.base);
  if (any_voice && (arguments.gpt.empty() || arguments.sovits.empty())) {
    throw Error(ErrorCode::kUsage, "--gpt and --sovits belong together", "import");
  }
  if (any_voice) run_import_voice(arguments);
}

}  // namespace

void add_import_command(CLI::App& app, int&) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* import = app.add_subcommand("import", "Make a voice of GPT-SoVITS weights");
  import->footer(
      "Examples:\n"
      "  myna import --base GPT-SoVITS/GPT_SoVITS/pretrained_models        once\n"
      "  myna import --gpt me-e15.ckpt --sovits me_e8_s320.pth --name me \\\n"
      "      --reference me.wav --prompt-text \"What the recording says.\"\n"
      "  myna speak --voice me --text \"Good morning.\" -o morning.wav\n"
      "\n"
      "The files are read as data, nothing in them is executed; what they are is found out from\n"
      "their tensors (`myna inspect FILE` shows it). Voices of v1 and v2 can be spoken with.");
  import->add_option("--gpt", arguments->gpt, "Text-to-semantic weights, usually .ckpt")
      ->type_name("FILE");
  import->add_option("--sovits", arguments->sovits, "SoVITS weights, usually .pth")
      ->type_name("FILE");
  import
      ->add_option("--sovits-base", arguments->sovits_base,
                   "The model that a LoRA given with --sovits changes, s2Gv3.pth or s2Gv4.pth "
                   "(default: the one that --base has converted)")
      ->type_name("FILE");
  import
      ->add_option("--reference", arguments->reference,
                   "A recording of the voice, best 3 to 10 seconds")
      ->type_name("WAV");
  import->add_option("--prompt-text", arguments->prompt_text, "What the reference says")
      ->type_name("TEXT");
  import
      ->add_option("--name", arguments->name,
                   "Name of the voice (default: that of the SoVITS file)")
      ->type_name("NAME");
  import
      ->add_option("--base", arguments->base,
                   "Folder with the pretrained models (chinese-hubert-base and others), which "
                   "are converted once")
      ->type_name("DIR");
  import->callback([arguments] { run_import(*arguments);
});
}  // namespace myna::cli

}  // namespace myna::cli
