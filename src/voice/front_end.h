// The text front end together with the networks that it asks.
#pragma once

#include <filesystem>
#include <memory>

#include "compute/backend.h"
#include "text/frontend.h"

namespace myna::voice {

/// A front end whose unknown English words are read by the network en_letters.safetensors of
/// `lexicon_dir`, run on `backend`. Throws as Frontend and as models::open_model_file.
text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options,
                             std::shared_ptr<compute::Backend> backend);

/// The same on a backend of its own, for programs that have none.
text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options = {});

}  // namespace myna::voice
