#include "voice/front_end.h"

#include "compute/cpu/cpu_backend.h"
#include "models/letter_to_sound.h"
#include "models/polyphones.h"

namespace myna::voice {

text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options,
                             std::shared_ptr<compute::Backend> backend,
                             const std::filesystem::path& polyphones) {
  if (!polyphones.empty())
    options.polyphones = std::make_shared<models::PolyphoneModel>(backend, polyphones);
  options.letters = std::make_shared<models::LetterToSound>(std::move(backend),
                                                            lexicon_dir / "en_letters.safetensors");
  return text::Frontend(lexicon_dir, options);
}

text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options,
                             const std::filesystem::path& polyphones) {
  compute::CpuOptions cpu;
  cpu.threads = 1;  // one word or clause at a time
  return make_frontend(lexicon_dir, std::move(options), compute::make_cpu_backend(cpu), polyphones);
}

}  // namespace myna::voice
