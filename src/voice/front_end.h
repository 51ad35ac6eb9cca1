// The text front end together with the networks that it asks.
#pragma once

#include <filesystem>
#include <memory>

#include "compute/backend.h"
#include "text/frontend.h"

namespace myna::voice {

/// A front end whose unknown English words are read by the network en_letters.safetensors of
/// `lexicon_dir`, run on `backend`. `polyphones`: a converted g2pW (import_g2pw.h) that reads
/// Mandarin, or empty; find_base (bases.h) tells where the user's lies. Throws as Frontend, as
/// models::open_model_file and as models::PolyphoneModel.
text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options,
                             std::shared_ptr<compute::Backend> backend,
                             const std::filesystem::path& polyphones = {});

/// The same on a backend of its own, for programs that have none.
text::Frontend make_frontend(const std::filesystem::path& lexicon_dir,
                             text::FrontendOptions options = {},
                             const std::filesystem::path& polyphones = {});

}  // namespace myna::voice
