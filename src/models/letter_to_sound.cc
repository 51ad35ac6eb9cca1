#include "models/letter_to_sound.h"

#include <algorithm>

#include "base/error.h"
#include "models/ctc_path.h"

namespace myna::models {

void keep_one_main_stress(std::vector<std::string>* phones) {
  bool stressed = false;
  for (std::string& p : *phones) {
    if (p.back() != '1') continue;
    if (stressed) p.back() = '2';
    stressed = true;
  }
  if (stressed) return;
  const auto vowel = std::find_if(phones->begin(), phones->end(), [](const std::string& p) {
    return p.back() >= '0' && p.back() <= '2';
  });
  if (vowel != phones->end()) vowel->back() = '1';
}

LetterToSound::LetterToSound(std::shared_ptr<Backend> backend, const std::filesystem::path& file)
    : backend_(std::move(backend)),
      file_(open_model_file(file, "letters")),
      config_(LetterConfig::from_json(file_.config, file_.subject())) {
  if (config_.phones.empty())
    throw Error(ErrorCode::kInvalidModel, "'phones' is empty; take the file from the repository",
                file_.subject());
}

std::vector<std::string> LetterToSound::read(std::string_view word) const {
  constexpr size_t kPiece = 64;  // letters; no word is longer, but a text may claim one
  std::call_once(ready_, [&] { network_.emplace(*backend_, *file_.source(), config_); });
  std::string letters;
  for (const char c : word)
    if (c >= 'a' && c <= 'z') letters += c;
  std::vector<std::string> out;
  for (size_t at = 0; at < letters.size(); at += kPiece) {
    std::vector<int64_t> frames = config_.frames(std::string_view(letters).substr(at, kPiece));
    const auto count = int64_t(frames.size());
    const Tensor input = backend_->from_host(HostTensor::from_ints({1, count}, std::move(frames)));
    const HostTensor logits = backend_->to_host(network_->forward(input).logits);
    for (const int32_t phone :
         ctc_greedy(logits.f32(), config_.classes(), int32_t(config_.blank())))
      out.push_back(config_.phones[size_t(phone)]);
  }
  keep_one_main_stress(&out);
  return out;
}

}  // namespace myna::models
