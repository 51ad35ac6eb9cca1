#include "training/tokeniser.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/digest.h"
#include "base/files.h"
#include "base/log.h"
#include "tensor/safetensors.h"
#include "training/checkpoint.h"
#include "training/content_data.h"
#include "training/discriminant.h"
#include "training/kmeans.h"
#include "training/trained_networks.h"
#include "voice/phone_alignment.h"

namespace myna::training {
namespace {

constexpr const char* kCodebookName = "quantizer.vq.layers.0._codebook.embed";
constexpr const char* kMatrixName = "ssl_proj.weight";
constexpr const char* kOffsetName = "ssl_proj.bias";
constexpr int64_t kLabelledRows = 300000;          // frames that the discriminant analysis sees
constexpr int64_t kLabelledFramesPerFeature = 20;  // below this it would fit noise
constexpr int64_t kBatchFrames = 20000;            // mel frames per forward pass
/// Log probability per spoken phone below which a transcript is taken not to be what is said. Parts
/// right from foreign transcripts at an encoder that errs in every second phone.
constexpr double kLeastAligned = -4.0;

struct ItemFeatures {
  at::Tensor features;              ///< [frames, dim] bf16, to halve the memory
  std::vector<int32_t> phones;      ///< most likely class per frame
  std::vector<uint16_t> alignment;  ///< index into the item's phones per frame; empty: not known
};

/// Forced alignments of the items of one batch. logits [B, T, classes].
void align_items(const Dataset& dataset, const std::vector<int64_t>& items,
                 const at::Tensor& logits, const std::vector<int64_t>& lengths, int32_t blank,
                 std::vector<ItemFeatures>& out) {
  at::parallel_for(0, int64_t(items.size()), 1, [&](int64_t begin, int64_t end) {
    const at::NoGradGuard no_grad;
    for (int64_t row = begin; row < end; ++row) {
      const Item& item = dataset.items()[size_t(items[size_t(row)])];
      const int64_t frames = lengths[size_t(row)];
      if (item.phones.empty() || frames == 0) continue;
      const at::Tensor log_probs =
          logits[row].narrow(0, 0, frames).to(at::kFloat).log_softmax(-1).contiguous();
      out[size_t(items[size_t(row)])].alignment =
          voice::align_phones(log_probs.data_ptr<float>(), frames, log_probs.size(1), item.phones,
                              blank, kLeastAligned);
    }
  });
}

/// Content features of all items, batches of similar lengths.
std::vector<ItemFeatures> all_features(const Dataset& dataset, const TrainedContent& content,
                                       const CancelToken& cancel) {
  const at::NoGradGuard no_grad;
  const models::ContentConfig& config = content.encoder->config();
  const MelStore store(
      dataset,
      {int(config.sample_rate), {int(config.n_fft), int(config.hop)}, int(config.mels), 0, 0});
  std::vector<int64_t> order(dataset.items().size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return dataset.items()[size_t(a)].sample_count < dataset.items()[size_t(b)].sample_count;
  });
  std::vector<ItemFeatures> out(order.size());
  for (size_t begin = 0; begin < order.size();) {
    log().info("content features: {} of {} items", begin, order.size());
    cancel.check("computing content features");
    size_t end = begin;
    while (end < order.size()) {
      const int64_t frames = dataset.items()[size_t(order[end])].sample_count / config.hop;
      if (end > begin && frames * int64_t(end - begin + 1) > kBatchFrames) break;
      ++end;
    }
    const std::vector<int64_t> items(order.begin() + int64_t(begin), order.begin() + int64_t(end));
    const ContentBatch batch = make_content_batch(dataset, store, items, nullptr, 0, 0);
    const auto result = content.encoder->forward(content.backend->wrap(batch.mel), batch.lengths);
    const at::Tensor features = content.backend->unwrap(result.features).transpose(1, 2);
    const at::Tensor logits = content.backend->unwrap(result.logits);
    const at::Tensor best = logits.argmax(-1).contiguous();
    const int64_t* classes = best.data_ptr<int64_t>();
    for (size_t row = 0; row < items.size(); ++row) {
      ItemFeatures& to = out[size_t(items[row])];
      to.features = features[int64_t(row)].narrow(0, 0, result.lengths[row]).to(at::kBFloat16);
      for (int64_t t = 0; t < result.lengths[row]; ++t)
        to.phones.push_back(int32_t(classes[int64_t(row) * best.size(1) + t]));
    }
    align_items(dataset, items, logits, result.lengths, int32_t(config.blank()), out);
    begin = end;
    store.forget(items);
  }
  return out;
}

/// Projected frames of the training items.
at::Tensor training_rows(const Dataset& dataset, const std::vector<ItemFeatures>& features,
                         const Projection& projection) {
  std::vector<at::Tensor> rows;
  for (size_t i = 0; i < features.size(); ++i)
    if (dataset.items()[i].split == Split::kTrain && features[i].features.size(0) > 0)
      rows.push_back(projection(features[i].features.to(at::kFloat)));
  return at::cat(rows);
}

/// Makes the features tell phones apart, from the frames whose phone is known; without any, leaves
/// them as they are.
Projection phone_projection(const Dataset& dataset, const std::vector<ItemFeatures>& features) {
  int64_t known = 0;
  for (size_t i = 0; i < features.size(); ++i)
    if (dataset.items()[i].split == Split::kTrain) known += int64_t(features[i].alignment.size());
  const int64_t stride = std::max<int64_t>(1, known / kLabelledRows);
  std::vector<at::Tensor> rows;
  std::vector<int64_t> classes;
  for (size_t i = 0, met = 0; i < features.size(); ++i) {
    const Item& item = dataset.items()[i];
    if (item.split != Split::kTrain || features[i].alignment.empty()) continue;
    if (int64_t(met++) % stride != 0) continue;
    rows.push_back(features[i].features.to(at::kFloat));
    for (const uint16_t at : features[i].alignment) classes.push_back(item.phones[at]);
  }
  const int64_t dim = features.front().features.size(1);
  if (int64_t(classes.size()) < kLabelledFramesPerFeature * dim) {
    log().warn(
        "only {} frames have a known phone: the tokens are clusters of the features as they are",
        classes.size());
    return identity_projection(dim);
  }
  return discriminant_projection(
      at::cat(rows), at::tensor(at::ArrayRef<int64_t>(classes), at::TensorOptions(at::kLong)));
}

/// The projection and the codebook, as the quantiser of SoVITS stores them.
void write_codebook(const std::filesystem::path& file, const Projection& projection,
                    const at::Tensor& centres, const Json& record) {
  tensor::write_safetensors(file,
                            {{kCodebookName, to_host(centres)},
                             {kMatrixName, to_host(projection.matrix.unsqueeze(2).contiguous())},
                             {kOffsetName, to_host(projection.offset)}},
                            {{"content", record["content"]}, {"corpus", record["corpus"]}});
}

/// Figures of how the codes are used.
Json code_figures(const std::vector<ItemFeatures>& features,
                  const std::vector<std::vector<uint16_t>>& codes, int64_t clusters,
                  int32_t blank) {
  std::vector<double> counts(static_cast<size_t>(clusters));
  std::vector<std::map<int32_t, int64_t>> phones(static_cast<size_t>(clusters));
  double total = 0;
  for (size_t i = 0; i < codes.size(); ++i)
    for (size_t t = 0; t < codes[i].size(); ++t) {
      counts[codes[i][t]] += 1;
      total += 1;
      if (features[i].phones[t] != blank) ++phones[codes[i][t]][features[i].phones[t]];
    }
  double entropy = 0, pure = 0, spoken = 0;
  int64_t used = 0;
  for (size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] > 0) {
      entropy -= counts[k] / total * std::log2(counts[k] / total);
      ++used;
    }
    int64_t best = 0;
    for (const auto& [phone, count] : phones[k]) {
      best = std::max(best, count);
      spoken += double(count);
    }
    pure += double(best);
  }
  return {{"frames", total},
          {"used", used},
          {"entropy_bits", entropy},
          {"perplexity", std::exp2(entropy)},
          {"phone_purity", spoken > 0 ? pure / spoken : 0.0}};
}

/// What the encoder reads in items without a transcript, for trainings that need some phones.
void write_heard(const Dataset& dataset, const std::vector<ItemFeatures>& features, int32_t blank) {
  Json heard = Json::object();
  for (size_t i = 0; i < features.size(); ++i) {
    if (!dataset.items()[i].phones.empty()) continue;
    std::vector<int32_t> phones;
    int32_t before = blank;
    for (const int32_t now : features[i].phones) {
      if (now != before && now != blank) phones.push_back(now);
      before = now;
    }
    heard[dataset.items()[i].id] = phones;
  }
  write_file(dataset.folder() / "heard.json", heard.dump());
}

/// What turns features into codes.
struct Codebook {
  Projection projection;
  at::Tensor centres;
};

Codebook read_codebook(const std::filesystem::path& path) {
  const tensor::SafetensorsFile file(path);
  return {{to_torch(file.get(kMatrixName)).squeeze(2), to_torch(file.get(kOffsetName))},
          to_torch(file.get(kCodebookName))};
}

/// Clusters the projected features and writes the codebook; `figures` receives how well it went.
Codebook make_codebook(const Dataset& dataset, const std::vector<ItemFeatures>& features,
                       const TokeniseOptions& options, const std::string& content_digest,
                       Json& figures) {
  Codebook out;
  out.projection = phone_projection(dataset, features);
  KMeansOptions k;
  k.clusters = options.clusters;
  k.seed = options.seed;
  const KMeansResult result =
      k_means(training_rows(dataset, features, out.projection), k, options.cancel);
  out.centres = result.centres;
  figures["distortion"] = result.distortion;
  figures["empty_moved"] = result.empty_moved;
  write_codebook(options.codebook, out.projection, out.centres,
                 {{"content", content_digest}, {"corpus", dataset.digest()}});
  return out;
}

std::vector<std::vector<uint16_t>> codes_of(const std::vector<ItemFeatures>& features,
                                            const Codebook& codebook) {
  std::vector<std::vector<uint16_t>> codes(features.size());
  for (size_t i = 0; i < features.size(); ++i) {
    if (features[i].features.size(0) == 0) continue;
    const at::Tensor index =
        nearest_centres(codebook.projection(features[i].features.to(at::kFloat)), codebook.centres);
    for (int64_t t = 0; t < index.size(0); ++t)
      codes[i].push_back(uint16_t(index.data_ptr<int64_t>()[t]));
  }
  return codes;
}

}  // namespace

Json tokenise(const TokeniseOptions& options) {
  const at::NoGradGuard no_grad;
  if (options.threads > 0) at::set_num_threads(options.threads);
  const Dataset dataset(options.data);
  const TrainedContent content = load_trained_content(options.content, {.bf16 = options.bf16});
  const auto blank = int32_t(content.encoder->config().blank());
  const std::vector<ItemFeatures> features = all_features(dataset, content, options.cancel);

  Json figures = Json::object();
  const Codebook codebook =
      options.keep ? read_codebook(options.codebook)
                   : make_codebook(dataset, features, options, content.digest, figures);
  const std::vector<std::vector<uint16_t>> codes = codes_of(features, codebook);
  std::vector<std::vector<uint16_t>> alignments;
  int64_t with_phones = 0, aligned = 0;
  for (size_t i = 0; i < features.size(); ++i) {
    alignments.push_back(features[i].alignment);
    with_phones += !dataset.items()[i].phones.empty();
    aligned += !features[i].alignment.empty();
  }
  figures["with_phones"] = with_phones;
  figures["aligned"] = aligned;
  write_codes(dataset, codes, content.digest + "+" + hex(sha256_file(options.codebook)),
              alignments);
  write_heard(dataset, features, blank);
  figures.update(code_figures(features, codes, codebook.centres.size(0), blank));
  return figures;
}

}  // namespace myna::training
