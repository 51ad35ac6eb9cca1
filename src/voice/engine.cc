#include "voice/engine.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/paths.h"
#include "compute/cpu/cpu_backend.h"
#include "models/model_file.h"
#include "text/symbols.h"
#include "voice/bases.h"
#include "voice/front_end.h"
#include "voice/reference_cache.h"
#include "voice/speech_decoder.h"

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

/// What a network's record says that it was trained with; the first bases, whose records do not
/// say, know Mandarin and English.
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
  std::unique_ptr<const SpeechDecoder> decoder;
  std::optional<models::T2s> t2s;
  std::optional<models::DurationPredictor> durations;
  std::optional<text::Frontend> frontend;
  std::optional<PhoneClasses> classes;
  SelfCheckLimits limits;
  std::vector<text::Language> heard;  ///< languages that the content encoder reads
  std::filesystem::path hubert, speaker;
  Compat compat = Compat::kNone;
  ReferenceCache references;
  std::optional<ChineseContext> context;

  void load_listener(const std::filesystem::path& folder, const EngineOptions& options);
  const models::SovitsConfig& sovits_config() const { return decoder->front().config(); }
  void load_speaker(const std::filesystem::path& assets, const std::filesystem::path& folder,
                    const std::filesystem::path& bases);
  void find_context(const std::filesystem::path& bases);
  void check(const models::T2sConfig& config, const std::filesystem::path& folder) const;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

void Engine::Impl::load_listener(const std::filesystem::path& folder,
                                 const EngineOptions& options) {
  compute::CpuOptions cpu;
  cpu.threads = options.threads;
  if (options.compat == Compat::kReference) cpu.bf16 = false;
  backend = compute::make_cpu_backend(cpu);
  const models::ModelFile file = models::open_model_file(folder / "content.safetensors", "content");
  content.emplace(*backend, *file.source(),
                  models::ContentConfig::from_json(file.config, file.subject()));
  limits = limits_for_encoder(encoder_error(file.record));
  heard = spoken_languages(file.record);
  classes.emplace(text::symbol_names(text::SymbolSet::kV2));
}

void Engine::Impl::load_speaker(const std::filesystem::path& assets,
                                const std::filesystem::path& folder,
                                const std::filesystem::path& bases) {
  decoder = load_speech_decoder(*backend, folder, bases);

  const models::ModelFile gpt = models::open_model_file(folder / "t2s.safetensors", "t2s");
  models::T2sConfig config = models::T2sConfig::from_json(gpt.config, gpt.subject());
  config.precision =
      compat == Compat::kReference ? compute::Precision::kF32 : compute::Precision::kInt8;
  t2s.emplace(backend, *gpt.source(), config);

  if (config.spread_text) {
    const models::ModelFile lasting =
        models::open_model_file(folder / "durations.safetensors", "durations");
    durations.emplace(*backend, *lasting.source(),
                      models::DurationConfig::from_json(lasting.config, lasting.subject()));
  }

  text::FrontendOptions reading;
  if (sovits_config().version == "v1") reading.symbols = text::SymbolSet::kV1;
  reading.languages = spoken_languages(gpt.record);
  reading.compat = compat == Compat::kReference;
  frontend.emplace(
      make_frontend(assets / "lexicons", reading, backend, find_base(bases, BaseKind::kG2pw)));
  check(config, folder);
}

void Engine::Impl::check(const models::T2sConfig& config,
                         const std::filesystem::path& folder) const {
  const auto symbols = int64_t(frontend->symbols().size());
  // The listener knows the larger table, which begins with the smaller one.
  const auto known = int64_t(text::symbol_names(text::SymbolSet::kV2).size());
  require_match(config.eos == sovits_config().codebook_size,
                "the text network's tokens are not the codebook's", folder);
  require_match(content->config().blank() == known && config.phoneme_vocab_size >= symbols &&
                    sovits_config().symbols >= symbols,
                "they were made for other phone symbols", folder);
  require_match(!durations || durations->config().symbols >= symbols,
                "the durations were made for other phone symbols", folder);
  require_match(
      config.spread_text || !sovits_config().spread_text,
      "the decoder wants to know when each phone is said, which the text network does not "
      "tell",
      folder);
}

void Engine::Impl::find_context(const std::filesystem::path& bases) {
  const std::filesystem::path model = find_base(bases, BaseKind::kRoberta);
  const int64_t width = t2s->config().bert_dim;
  if (width > 0 && !model.empty()) context.emplace(backend, model, width);
}

std::shared_ptr<const Engine> Engine::load(const std::filesystem::path& assets,
                                           const std::filesystem::path& folder,
                                           const EngineOptions& options) {
  if (options.compat != Compat::kNone) {
    throw Error(ErrorCode::kUsage,
                "is for voices with imported weights: the starter voices have no reference to be "
                "compared with",
                "--compat");
  }
  std::shared_ptr<Engine> engine(new Engine());
  engine->impl_->load_listener(folder, options);
  engine->impl_->load_speaker(assets, folder, find_bases_dir());
  require_match(engine->content_encoder().config().dim == engine->sovits().config().ssl_dim,
                "content features and codebook differ in width", folder);
  return engine;
}

std::shared_ptr<const Engine> Engine::load_imported(const std::filesystem::path& assets,
                                                    const std::filesystem::path& folder,
                                                    const std::filesystem::path& bases,
                                                    const EngineOptions& options) {
  std::shared_ptr<Engine> engine(new Engine());
  engine->impl_->hubert = require_base(bases, BaseKind::kHubert);
  engine->impl_->compat = options.compat;
  engine->impl_->load_listener(assets / "starter", options);
  engine->impl_->load_speaker(assets, folder, bases);
  if (engine->sovits().config().is_pro())
    engine->impl_->speaker = require_base(bases, BaseKind::kEres2net);
  engine->impl_->find_context(bases);
  return engine;
}

std::shared_ptr<const Engine> Engine::load_starter(const EngineOptions& options) {
  const std::filesystem::path assets = assets_dir();
  return load(assets, assets / "starter", options);
}

compute::Backend& Engine::backend() const { return *impl_->backend; }
const std::shared_ptr<compute::Backend>& Engine::shared_backend() const { return impl_->backend; }
const models::ContentEncoder& Engine::content_encoder() const { return *impl_->content; }
const models::SovitsFront& Engine::sovits() const { return impl_->decoder->front(); }
const SpeechDecoder& Engine::decoder() const { return *impl_->decoder; }
const models::T2s& Engine::t2s() const { return *impl_->t2s; }
const models::DurationPredictor* Engine::durations() const {
  return impl_->durations ? &*impl_->durations : nullptr;
}
const text::Frontend& Engine::frontend() const { return *impl_->frontend; }
const PhoneClasses& Engine::phone_classes() const { return *impl_->classes; }
const SelfCheckLimits& Engine::self_check_limits() const { return impl_->limits; }
bool Engine::hears(text::Language language) const {
  return std::find(impl_->heard.begin(), impl_->heard.end(), language) != impl_->heard.end();
}
const std::filesystem::path& Engine::hubert_file() const { return impl_->hubert; }
const std::filesystem::path& Engine::speaker_file() const { return impl_->speaker; }
Compat Engine::compat() const { return impl_->compat; }
ReferenceCache& Engine::references() const { return impl_->references; }
const ChineseContext* Engine::chinese_context() const {
  return impl_->context ? &*impl_->context : nullptr;
}
bool Engine::lacks_chinese_context() const {
  return !impl_->hubert.empty() && impl_->t2s->config().bert_dim > 0 && !impl_->context;
}
int Engine::sample_rate() const { return impl_->decoder->sample_rate(); }
int Engine::reference_rate() const { return int(impl_->sovits_config().sampling_rate); }

}  // namespace myna::voice
