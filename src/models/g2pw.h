// g2pW (Chen et al. 2022, "g2pW: A Conditional Weighted Softmax BERT for Polyphone Disambiguation
// in Mandarin"): which of its readings a Chinese character has in its sentence. The state of the
// character in the last layer of a BERT gives a logit for every reading and guesses the part of
// speech; a softmax over the readings that the character can have is weighted by what the table of
// descriptors knows of character, part of speech and reading:
//
//   p(r) = exp(logit r) * sigmoid(descriptor(character, part of speech, r)) / sum of these
//
// The published descriptor is the sum of a bias per reading, one per character and reading, and one
// per character, part of speech and reading. Only readings that a character can have are ever
// asked for, so a model file keeps these sums for them alone.
//
// Tensors: those of Roberta, classifier, pos_classifier (weight, bias), and
//   candidates.first    [characters + 1]  where the candidates of each character begin
//   candidates.reading  [candidates]      each a row of `classifier`
//   descriptors         [candidates, parts of speech]
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "models/roberta.h"

namespace myna::models {

struct G2pwConfig {
  RobertaConfig bert;
  int64_t readings = 0;    ///< rows of the classifier, 1305 published
  int64_t tags = 0;        ///< parts of speech, 11 published
  int64_t characters = 0;  ///< polyphonic ones, 3582 published
  int64_t candidates = 0;  ///< readings of all of them together

  /// Throws Error(kInvalidModel) naming subject and key.
  static G2pwConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

/// The readings that each polyphonic character can have, ascending: rows of the classifier.
using Candidates = std::vector<std::vector<int64_t>>;

/// Immutable; as thread-safe as its backend.
class G2pw {
 public:
  /// `precision`: of the layers' weights where the source has them in floating numbers. Throws as
  /// the source, Error(kInvalidModel) for candidates outside their tables.
  G2pw(std::shared_ptr<Backend> backend, ParameterSource& source, const G2pwConfig& config,
       Precision precision = Precision::kDefault);

  const G2pwConfig& config() const { return config_; }

  /// A character whose reading is wanted.
  struct Query {
    int64_t position = 0;   ///< its place in the ids
    int64_t character = 0;  ///< its number among the polyphonic characters
  };
  /// For each query the probabilities of the character's candidates in their order, held between
  /// 1e-6 and 1 - 1e-6. `ids`: as Roberta::forward.
  std::vector<std::vector<float>> read(std::span<const int64_t> ids,
                                       std::span<const Query> queries) const;

  /// Rows of the classifier that `character` can be read as.
  std::span<const int64_t> candidates(int64_t character) const;

 private:
  G2pwConfig config_;
  std::shared_ptr<Backend> backend_;
  Roberta bert_;
  Linear classifier_, tagger_;
  std::vector<int64_t> first_, reading_;
  std::vector<float> descriptors_;
};

/// The tensors of the published network under its own names; see g2pw_graph.h.
struct PublishedG2pw {
  RobertaConfig bert;
  int64_t readings = 0, tags = 0, characters = 0;
  std::map<std::string, HostTensor> tensors;  ///< as they lie in the file
  std::set<std::string> turned;               ///< matrices that lie as [in, out]

  /// As the network wants it, matrices [out, in]; empty when there is none of the name.
  HostTensor get(const std::string& name) const;
};

/// The parameters of a G2pw whose characters have these candidates; `config` gets its sizes.
/// `compact`: the BERT's layers in 8 bits and its words in half floats, as compact_roberta. Throws
/// Error(kInvalidModel) naming `subject` for a tensor or candidate that does not fit.
std::map<std::string, HostTensor> assemble_g2pw(const PublishedG2pw& network,
                                                const Candidates& candidates, bool compact,
                                                G2pwConfig& config, const std::string& subject);

}  // namespace myna::models
