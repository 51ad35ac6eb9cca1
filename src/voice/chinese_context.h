// What official text-to-semantic models know of the meaning of Chinese: for every phone of Mandarin
// the hidden state of RoBERTa at its character (get_bert_feature of the reference). Phones of other
// languages have zeros, as in the reference.
#pragma once

#include <filesystem>
#include <memory>

#include "compute/backend.h"
#include "text/frontend.h"

namespace myna::voice {

/// Safe to use from many threads.
class ChineseContext {
 public:
  /// `model`: the converted network (import_base.h), which is opened when Mandarin is first read.
  /// `width`: values per phone that the text-to-semantic model wants.
  ChineseContext(std::shared_ptr<compute::Backend> backend, std::filesystem::path model,
                 int64_t width);
  ~ChineseContext();

  /// [phones, width] for the phones of `utterance`; empty, which means zeros, when no run of it is
  /// Mandarin. Each run is read by itself, in pieces where it is longer than the network reads.
  /// Throws Error(kInvalidModel) naming the file when it is damaged or of another width.
  tensor::HostTensor features(const text::Utterance& utterance) const;

  /// Lets go of what of the network's file is in memory (MappedFile::drop_pages).
  void drop_pages() const;

 private:
  struct Reader;
  struct Lazy;
  std::unique_ptr<Lazy> lazy_;
};

/// Features of two stretches of phones, one after the other; an empty part means zeros.
tensor::HostTensor joined_features(const tensor::HostTensor& first, size_t first_phones,
                                   const tensor::HostTensor& second, size_t second_phones);

}  // namespace myna::voice
