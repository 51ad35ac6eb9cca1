#include "voice/chinese_context.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "models/model_file.h"
#include "models/roberta.h"
#include "text/wordpiece.h"

namespace myna::voice {
namespace {

using tensor::HostTensor;
using text::WordPiece;

constexpr size_t kKeptTexts = 4;  ///< a sentence is read again when it is spoken again

bool is_mandarin(const text::LanguageRun& run) { return run.language == text::Language::kZh; }

/// [characters, width] of a text.
using States = std::shared_ptr<const std::vector<float>>;

}  // namespace

struct ChineseContext::Reader {
  Reader(std::shared_ptr<compute::Backend> cpu, const models::ModelFile& file)
      : backend(std::move(cpu)),
        words(require<std::string>(file.record, "vocabulary", file.subject()),
              value_or<bool>(file.record, "lower_case", true, file.subject()), file.subject()),
        network(backend, *file.source(),
                models::RobertaConfig::from_json(file.config, file.subject()),
                compute::Precision::kInt8) {
    if (words.size() <= network.config().vocabulary) return;
    throw Error(ErrorCode::kInvalidModel,
                "its vocabulary is larger than its table of words; convert "
                "chinese-roberta-wwm-ext-large again with `myna import --base DIR`",
                file.subject());
  }

  States read(const std::u32string& text) const;

  std::shared_ptr<compute::Backend> backend;
  WordPiece words;
  models::Roberta network;
};

/// A character that has no token (a blank) goes with the one before it.
States ChineseContext::Reader::read(const std::u32string& text) const {
  const auto width = size_t(network.config().width);
  const auto most = size_t(network.config().positions) - 2;
  auto out = std::make_shared<std::vector<float>>(text.size() * width, 0.0f);
  const std::vector<WordPiece::Token> tokens = words.tokenize(text);
  for (size_t first = 0; first < tokens.size(); first += most) {
    const size_t end = std::min(first + most, tokens.size());
    std::vector<int64_t> ids = {words.begin_mark()};
    for (size_t n = first; n < end; ++n) ids.push_back(tokens[n].id);
    ids.push_back(words.end_mark());
    const std::vector<float> states = backend->to_host(network.forward(ids)).to_floats();
    for (size_t n = first; n < end; ++n) {
      const size_t next = n + 1 < tokens.size() ? tokens[n + 1].begin : text.size();
      const auto state = states.begin() + std::ptrdiff_t((n - first + 1) * width);
      for (size_t i = tokens[n].begin; i < next; ++i)
        std::copy(state, state + std::ptrdiff_t(width), out->begin() + std::ptrdiff_t(i * width));
    }
  }
  return out;
}

struct ChineseContext::Lazy {
  std::shared_ptr<compute::Backend> backend;
  std::filesystem::path model;
  int64_t width = 0;
  std::mutex mutex;
  std::shared_ptr<const tensor::SafetensorsFile> tensors;  ///< of reader
  std::optional<Reader> reader;
  std::list<std::pair<std::string, States>> recent;  ///< texts and what was read, the latest first

  const Reader& opened();
  States states(const std::string& text);
};

ChineseContext::ChineseContext(std::shared_ptr<compute::Backend> backend,
                               std::filesystem::path model, int64_t width)
    : lazy_(std::make_unique<Lazy>()) {
  lazy_->backend = std::move(backend);
  lazy_->model = std::move(model);
  lazy_->width = width;
}

ChineseContext::~ChineseContext() = default;

void ChineseContext::drop_pages() const {
  const std::lock_guard lock(lazy_->mutex);
  if (lazy_->tensors) lazy_->tensors->drop_pages();
}

const ChineseContext::Reader& ChineseContext::Lazy::opened() {
  if (reader) return *reader;
  const models::ModelFile file = models::open_model_file(model, "roberta");
  const auto config = models::RobertaConfig::from_json(file.config, file.subject());
  if (config.width != width) {
    throw Error(ErrorCode::kInvalidModel,
                "it gives " + std::to_string(config.width) +
                    " values per character where the voice's text network wants " +
                    std::to_string(width) +
                    "; convert chinese-roberta-wwm-ext-large with `myna import --base DIR`",
                file.subject());
  }
  reader.emplace(backend, file);
  tensors = file.tensors;
  return *reader;
}

States ChineseContext::Lazy::states(const std::string& text) {
  const Reader* open = nullptr;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [known, states] : recent) {
      if (known == text) return states;
    }
    open = &opened();
  }
  const States states = open->read(decode_utf8(text));
  const std::lock_guard lock(mutex);
  recent.emplace_front(text, states);
  if (recent.size() > kKeptTexts) recent.pop_back();
  return states;
}

HostTensor ChineseContext::features(const text::Utterance& utterance) const {
  if (std::none_of(utterance.runs.begin(), utterance.runs.end(), is_mandarin)) return {};
  const auto width = size_t(lazy_->width);
  std::vector<float> values(utterance.ids.size() * width, 0.0f);
  for (const text::LanguageRun& run : utterance.runs) {
    if (!is_mandarin(run)) continue;
    const States states = lazy_->states(run.normalized);
    const size_t phones =
        std::accumulate(run.word2ph.begin(), run.word2ph.end(), size_t{0},
                        [](size_t sum, int32_t count) { return sum + size_t(count); });
    if (states->size() != run.word2ph.size() * width || phones != run.phone_count) {
      throw Error(ErrorCode::kInternal,
                  "the phones of a Mandarin run are not those of its characters", run.normalized);
    }
    auto to = values.begin() + std::ptrdiff_t(run.first_phone * width);
    for (size_t i = 0; i < run.word2ph.size(); ++i) {
      const auto state = states->begin() + std::ptrdiff_t(i * width);
      for (int32_t n = 0; n < run.word2ph[i]; ++n)
        to = std::copy(state, state + std::ptrdiff_t(width), to);
    }
  }
  return HostTensor::from_floats({int64_t(utterance.ids.size()), lazy_->width}, std::move(values));
}

HostTensor joined_features(const HostTensor& first, size_t first_phones, const HostTensor& second,
                           size_t second_phones) {
  if (first.empty() && second.empty()) return {};
  const int64_t width = first.empty() ? second.dim(1) : first.dim(1);
  std::vector<float> values;
  values.reserve((first_phones + second_phones) * size_t(width));
  const std::pair<const HostTensor*, size_t> parts[] = {{&first, first_phones},
                                                        {&second, second_phones}};
  for (const auto& [part, phones] : parts) {
    const size_t end = values.size() + phones * size_t(width);
    if (!part->empty()) {
      const std::span<const float> given = part->f32();
      values.insert(values.end(), given.begin(), given.end());
    }
    values.resize(end, 0.0f);
  }
  return HostTensor::from_floats({int64_t(first_phones + second_phones), width}, std::move(values));
}

}  // namespace myna::voice
