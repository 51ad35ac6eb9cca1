#include "voice/engine.h"

#include <optional>

#include "base/error.h"
#include "base/paths.h"
#include "compute/cpu/cpu_backend.h"
#include "models/model_file.h"

namespace myna::voice {
namespace {

/// Networks that do not belong together are found here and not as noise in somebody's ears.
void require_match(bool ok, const std::string& what, const std::filesystem::path& folder) {
  if (ok) return;
  throw Error(ErrorCode::kInvalidModel,
              "its networks do not belong together: " + what + ". Take all files from one base.",
              folder.string());
}

/// Share of phones that the content encoder misreads in held-out real recordings, by its training
/// record; what a usual encoder does where the record does not say.
double encoder_error(const Json& record) {
  constexpr double kUsual = 0.15;
  const auto metrics = record.find("metrics");
  if (metrics == record.end() || !metrics->is_object()) return kUsual;
  const auto errors = metrics->find("phone_error");
  if (errors == metrics->end() || !errors->is_object()) return kUsual;
  double sum = 0;
  int count = 0;
  for (const auto& [group, error] : errors->items()) {
    if (!error.is_number() || group.starts_with("synthetic")) continue;
    sum += error.get<double>();
    ++count;
  }
  return count > 0 ? sum / count : kUsual;
}

/// What the text network's record says that it was trained to speak; the first bases, whose records
/// do not say, speak Mandarin and English.
std::vector<text::Language> spoken_languages(const Json& record) {
  std::vector<text::Language> out;
  const auto listed = record.find("languages");
  if (listed == record.end() || !listed->is_array())
    return {text::Language::kZh, text::Language::kEn};
  for (const Json& code : *listed) {
    const auto language =
        code.is_string() ? text::language_of_code(code.get<std::string>()) : std::nullopt;
    if (language) out.push_back(*language);
  }
  return out;
}

}  // namespace

struct Engine::Impl {
  std::shared_ptr<compute::Backend> backend;
  std::optional<models::ContentEncoder> content;
  std::optional<models::Sovits> sovits;
  std::optional<models::T2s> t2s;
  std::optional<models::DurationPredictor> durations;
  std::optional<text::Frontend> frontend;
  std::optional<PhoneClasses> classes;
  SelfCheckLimits limits;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

std::shared_ptr<const Engine> Engine::load(const std::filesystem::path& assets,
                                           const std::filesystem::path& folder,
                                           const EngineOptions& options) {
  std::shared_ptr<Engine> engine(new Engine());
  Impl& impl = *engine->impl_;
  compute::CpuOptions cpu;
  cpu.threads = options.threads;
  impl.backend = compute::make_cpu_backend(cpu);

  const models::ModelFile content =
      models::open_model_file(folder / "content.safetensors", "content");
  impl.content.emplace(*impl.backend, *content.source(),
                       models::ContentConfig::from_json(content.config, content.subject()));

  const models::ModelFile sovits = models::open_model_file(folder / "sovits.safetensors", "sovits");
  impl.sovits.emplace(*impl.backend, *sovits.source(),
                      models::SovitsConfig::from_json(sovits.config, sovits.subject()));

  const models::ModelFile t2s = models::open_model_file(folder / "t2s.safetensors", "t2s");
  models::T2sConfig t2s_config = models::T2sConfig::from_json(t2s.config, t2s.subject());
  t2s_config.precision = compute::Precision::kInt8;
  impl.t2s.emplace(impl.backend, *t2s.source(), t2s_config);

  if (t2s_config.spread_text) {
    const models::ModelFile durations =
        models::open_model_file(folder / "durations.safetensors", "durations");
    impl.durations.emplace(
        *impl.backend, *durations.source(),
        models::DurationConfig::from_json(durations.config, durations.subject()));
  }

  text::FrontendOptions reading;
  reading.languages = spoken_languages(t2s.record);
  impl.frontend.emplace(assets / "lexicons", reading);
  impl.classes.emplace(impl.frontend->symbols());
  impl.limits = limits_for_encoder(encoder_error(content.record));

  const auto& heard = impl.content->config();
  const auto& spoken = impl.sovits->config();
  const auto symbols = int64_t(impl.frontend->symbols().size());
  require_match(heard.dim == spoken.ssl_dim, "content features and codebook differ in width",
                folder);
  require_match(t2s_config.eos == spoken.codebook_size,
                "the text network's tokens are not the codebook's", folder);
  require_match(heard.blank() == symbols && t2s_config.phoneme_vocab_size >= symbols &&
                    spoken.symbols >= symbols,
                "they were made for other phone symbols", folder);
  require_match(!impl.durations || impl.durations->config().symbols >= symbols,
                "the durations were made for other phone symbols", folder);
  require_match(
      t2s_config.spread_text || !spoken.spread_text,
      "the decoder wants to know when each phone is said, which the text network does not "
      "tell",
      folder);
  return engine;
}

std::shared_ptr<const Engine> Engine::load_starter(const EngineOptions& options) {
  const std::filesystem::path assets = assets_dir();
  return load(assets, assets / "starter", options);
}

compute::Backend& Engine::backend() const { return *impl_->backend; }
const std::shared_ptr<compute::Backend>& Engine::shared_backend() const { return impl_->backend; }
const models::ContentEncoder& Engine::content_encoder() const { return *impl_->content; }
const models::Sovits& Engine::sovits() const { return *impl_->sovits; }
const models::T2s& Engine::t2s() const { return *impl_->t2s; }
const models::DurationPredictor* Engine::durations() const {
  return impl_->durations ? &*impl_->durations : nullptr;
}
const text::Frontend& Engine::frontend() const { return *impl_->frontend; }
const PhoneClasses& Engine::phone_classes() const { return *impl_->classes; }
const SelfCheckLimits& Engine::self_check_limits() const { return impl_->limits; }
int Engine::sample_rate() const { return int(impl_->sovits->config().sampling_rate); }

}  // namespace myna::voice
