#include "training/discriminant.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace myna::training {
namespace {

/// 600 rows of 6 features: three classes differ a little in feature 2; feature 0 is loud noise that
/// is shared with feature 1.
struct Labelled {
  at::Tensor rows, classes;
};

Labelled noisy_classes() {
  at::manual_seed(5);
  Labelled out;
  out.classes = at::arange(600) % 3;
  out.rows = at::randn({600, 6}) * 0.1;
  const at::Tensor loud = at::randn({600}) * 5;
  out.rows.select(1, 0).add_(loud);
  out.rows.select(1, 1).add_(loud);
  out.rows.select(1, 2).add_(out.classes.to(at::kFloat));
  return out;
}

TEST(Discriminant, TheFirstDirectionTellsTheClassesApart) {
  const Labelled data = noisy_classes();
  const Projection projection = discriminant_projection(data.rows, data.classes);
  const at::Tensor out = projection(data.rows);
  ASSERT_EQ(out.size(1), 6);
  double spread = 0, noise = 0;
  for (int64_t c = 0; c < 3; ++c) {
    const at::Tensor own = out.index({data.classes == c}).select(1, 0);
    noise += own.var().item<double>() / 3;
    spread += own.mean().square().item<double>() / 3;  // the whole is centred
  }
  EXPECT_NEAR(noise, 1.0, 0.15);
  EXPECT_GT(spread, 30 * noise);
  // Loud noise says nothing about the class, so hardly anything is left of it.
  EXPECT_LT(out.narrow(1, 1, 5).var(0).max().item<double>(), 0.1);
}

TEST(Discriminant, IsCentred) {
  const Labelled data = noisy_classes();
  const at::Tensor out = discriminant_projection(data.rows + 7.0, data.classes)(data.rows + 7.0);
  EXPECT_LT(out.mean(0).abs().max().item<double>(), 0.05);
}

TEST(Discriminant, IdentityChangesNothing) {
  const Labelled data = noisy_classes();
  EXPECT_LT((identity_projection(6)(data.rows) - data.rows).abs().max().item<double>(), 1e-5);
}

TEST(Discriminant, RefusesTooFewRowsOrClasses) {
  const Labelled data = noisy_classes();
  EXPECT_THROW(discriminant_projection(data.rows, at::zeros({600}, at::kLong)), Error);
  EXPECT_THROW(discriminant_projection(data.rows.narrow(0, 0, 9), data.classes.narrow(0, 0, 9)),
               Error);
}

}  // namespace
}  // namespace myna::training
