#include "voice/front_end.h"

#include "compute/cpu/cpu_backend.h"
#include "models/letter_to_sound.h"

namespace myna::voice {

text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options,
                             std::shared_ptr<compute::Backend> backend) {
  options.letters = std::make_shared<models::LetterToSound>(std::move(backend),
                                                            lexicon_dir / "en_letters.safetensors");
  return text::Frontend(lexicon_dir, options);
}

text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options) {
  compute::CpuOptions cpu;
  cpu.threads = 1;  // one word at a time
  return make_frontend(lexicon_dir, std::move(options), compute::make_cpu_backend(cpu));
}

}  // namespace myna::voice
