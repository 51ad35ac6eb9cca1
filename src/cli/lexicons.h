// Which user lexicons apply.
#pragma once

#include <string>
#include <vector>

#include "text/user_lexicon.h"

namespace myna::cli {

/// The user's own (lexicon.tsv in data_dir()), those of the voices (see voice::find_lexicon), then
/// `files`; later ones win. The first two may be absent, named files may not.
text::UserLexicons load_lexicons(const text::Frontend& frontend,
                                 const std::vector<std::string>& voices,
                                 const std::vector<std::string>& files);

}  // namespace myna::cli
