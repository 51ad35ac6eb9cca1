// The row-wise part of attention: softmax over the visible keys with relative position terms, and
// its gradient. Scores are f32; probabilities are stored as f32 or bf16 (uint16_t).
#pragma once

#include <cstdint>

namespace myna::compute::kernels {

/// The keys that a query sees: [0, first) and [second, end).
struct Visible {
  int64_t first = 0, second = 0, end = 0;
};

/// One query's row. Offsets o of a band are keys query + o - window, 0 <= o <= 2 * window.
struct AttentionRow {
  int64_t query = 0, keys = 0, window = 0;
  float scale = 1;
  Visible visible;
};

/// scores [keys] (overwritten) and, unless null, position terms [2w + 1] -> probabilities
/// [keys] and, unless null, those within the band (zero where there is no key). A query that sees
/// nothing weighs all keys alike.
void softmax_row(const AttentionRow& row, float* scores, const float* terms, float* probabilities,
                 float* band);
void softmax_row(const AttentionRow& row, float* scores, const float* terms,
                 uint16_t* probabilities, uint16_t* band);

/// Gradients: of the probabilities [keys] (overwritten), and unless null of the band -> of the
/// unscaled scores [keys], and unless null of the position terms [2w + 1].
void softmax_row_dx(const AttentionRow& row, const float* probabilities, float* gradient,
                    const float* band_gradient, float* score_gradient, float* term_gradient);
void softmax_row_dx(const AttentionRow& row, const uint16_t* probabilities, float* gradient,
                    const float* band_gradient, uint16_t* score_gradient, uint16_t* term_gradient);

}  // namespace myna::compute::kernels
