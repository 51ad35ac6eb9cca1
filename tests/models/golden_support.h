// Weights of the numerical reference vectors as a ParameterSource: every value follows from the
// tensor's name and shape (rule table in the vectors' README). Also finds a group of vectors: the
// reduced cases live in tests/data/golden, the full ones outside the repository.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "compute/backend.h"
#include "models/parameters.h"
#include "support/golden.h"

namespace myna::testing {

/// Folder of a group: tests/data/golden/GROUP if it is there, else the external vectors' folder.
inline std::filesystem::path golden_group_dir(const std::string& group) {
  const auto local = std::filesystem::path(MYNA_TEST_DATA) / "golden" / group;
  return std::filesystem::exists(local / "manifest.json") ? local : golden_dir() / group;
}

/// Skips the test when the group is neither in the repository nor outside it.
#define MYNA_REQUIRE_GROUP(group)                                                                 \
  if (!std::filesystem::exists(::myna::testing::golden_group_dir(group) / "manifest.json"))       \
  GTEST_SKIP() << "no reference vectors in " << ::myna::testing::golden_group_dir(group).string() \
               << "; set MYNA_GOLDEN_DIR"

/// Outputs and manifest of a group, wherever it lies.
inline GoldenGroup golden_group(const std::string& group) {
  return GoldenGroup(golden_group_dir(group).string());
}

/// The values of weight `name` of `shape` in the reference vectors.
inline tensor::HostTensor golden_weight(const std::string& name, const tensor::Shape& shape,
                                        uint64_t salt = 0x5EED0001) {
  const auto ends = [&name](const char* suffix) {
    return std::string_view(name).ends_with(suffix);
  };
  const auto count = size_t(tensor::element_count(shape));
  const double fan_in = double(count) / double(shape.empty() ? 1 : shape[0]);
  const double fan = std::sqrt(3.0 / fan_in);
  double offset = 0, scale = fan;
  if (ends("num_batches_tracked")) {
    scale = 0;
  } else if (ends("cluster_size") || ends("_codebook.inited")) {
    offset = 1, scale = 0;
  } else if (ends(".filter") || ends("inv_freq")) {
    throw Error(ErrorCode::kInternal, "no golden rule for " + name);
  } else if (name == "conv_post.weight_g") {
    offset = 0.01, scale = 0.001;
  } else if (ends("weight_g") || ends("running_var") || ends("position.alpha")) {
    offset = 1, scale = 0.1;
  } else if (ends("prelu.weight") || ends(".bn3.weight")) {
    offset = 0.25, scale = 0.1;
  } else if (ends(".gamma") || name == "gamma") {
    offset = 1, scale = 0.1;
  } else if (ends("bias") || ends("beta") || ends("running_mean") || ends("alpha")) {
    scale = 0.1;
  } else if (ends("embedding.weight") || ends("embeddings.weight") || ends("embed") ||
             ends("embed_avg") || ends("emb_rel_k") || ends("emb_rel_v")) {
    scale = 1;
  } else if (ends("weight") && shape.size() == 1) {
    offset = 1, scale = 0.1;
  } else if (ends("ar_predict_layer.weight")) {
    scale = 6 * fan;
  } else if (ends("self_attn.in_proj_weight")) {
    scale = 1.5 * fan;
  } else if (ends("attn.out_proj.weight") || ends("attention.out_proj.weight") ||
             (ends(".linear2.weight") && name.find(".layers.") != std::string::npos) ||
             ends("output.dense.weight") || ends("output_dense.weight")) {
    scale = 0.1 * fan;
  } else if (ends("enc_p.proj.weight") || ends("enc_q.proj.weight")) {
    scale = 0.3 * fan;
  } else if (name.find("feature_extractor.conv_layers.") != std::string::npos &&
             ends(".conv.weight")) {
    scale = 1.75 * fan;
  }
  return tensor::HostTensor::from_floats(shape,
                                         GoldenGenerator(name, salt).floats(count, offset, scale));
}

/// The weights of one model of a group: strict about names and shapes, like a checkpoint.
class GoldenSource : public models::ParameterSource {
 public:
  /// `model` is a key of the group's weights.json.
  GoldenSource(const std::string& group, const std::string& model) : subject_(group + "/" + model) {
    const Json weights = read_json(golden_group_dir(group) / "weights.json");
    for (const Json& row : weights.at(model)) {
      shapes_[row.at(0).get<std::string>()] = row.at(1).get<tensor::Shape>();
    }
  }

  bool contains(const std::string& name) const override { return shapes_.contains(name); }

  models::Parameter get(const std::string& name, const tensor::Shape& shape,
                        models::Init) override {
    const auto found = shapes_.find(name);
    if (found == shapes_.end()) {
      throw Error(ErrorCode::kInvalidModel, "no tensor " + name, subject_);
    }
    if (found->second != shape) {
      throw Error(ErrorCode::kInvalidModel,
                  name + " has shape " + tensor::shape_string(found->second) + ", not " +
                      tensor::shape_string(shape),
                  subject_);
    }
    used_[name] = true;
    return {name, golden_weight(name, shape)};
  }

  /// Names that were never asked for: what a network forgot.
  std::vector<std::string> unused() const {
    std::vector<std::string> names;
    for (const auto& [name, shape] : shapes_) {
      if (!used_.contains(name)) names.push_back(name);
    }
    return names;
  }

 private:
  std::string subject_;
  std::map<std::string, tensor::Shape> shapes_;
  std::map<std::string, bool> used_;
};

/// The generated input of that full name ("input.CASE.NAME"), as its row of the manifest says.
inline tensor::HostTensor golden_input(const GoldenGroup& group, const std::string& full) {
  for (const auto& row : group.manifest()["inputs"]) {
    if (row["name"] != full) continue;
    const auto shape = row["shape"].get<tensor::Shape>();
    const auto count = size_t(tensor::element_count(shape));
    const std::string kind = row["kind"];
    if (kind == "int64") {
      return tensor::HostTensor::from_ints(
          shape, GoldenGenerator(full).integers(count, row["lo"], row["hi"]));
    }
    auto values = GoldenGenerator(full).floats(count, row["offset"], row["scale"]);
    if (kind == "abs_float32") {
      for (float& v : values) v = std::abs(v);
    }
    return tensor::HostTensor::from_floats(shape, std::move(values));
  }
  throw Error(ErrorCode::kInternal, "no input " + full);
}

inline compute::Tensor golden_floats(compute::Backend& backend, const std::string& name,
                                     const tensor::Shape& shape, double offset = 0,
                                     double scale = 1) {
  const auto count = size_t(tensor::element_count(shape));
  return backend.from_host(
      tensor::HostTensor::from_floats(shape, GoldenGenerator(name).floats(count, offset, scale)));
}

inline compute::Tensor golden_ints(compute::Backend& backend, const std::string& name,
                                   const tensor::Shape& shape, int64_t lo, int64_t hi) {
  const auto count = size_t(tensor::element_count(shape));
  return backend.from_host(
      tensor::HostTensor::from_ints(shape, GoldenGenerator(name).integers(count, lo, hi)));
}

/// Compares a backend tensor with a stored output within its stated tolerance.
inline void expect_golden(const GoldenGroup& group, compute::Backend& backend,
                          const std::string& name, const compute::Tensor& actual,
                          double slack = 1) {
  const auto& want = group.row(name)["full_shape"];
  EXPECT_EQ(actual.shape(), want.get<tensor::Shape>()) << name;
  group.expect_close(name, backend.to_host(actual).to_floats(), slack);
}

}  // namespace myna::testing
