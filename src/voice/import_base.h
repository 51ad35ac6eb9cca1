// Conversion of the extractors and vocoders that all imported voices share, from the folder of
// pretrained models of GPT-SoVITS to model files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "voice/bases.h"

namespace myna::voice {

struct BaseResult {
  const BasePart* part = nullptr;
  std::filesystem::path from;  ///< the file that was taken; empty when none was found
  std::filesystem::path to;
  bool converted = false;  ///< false with `from` empty: missing, or there already
  bool present = false;    ///< there now
};

struct BaseImport {
  std::vector<BaseResult> parts;   ///< one per base_parts(), in their order
  std::vector<std::string> notes;  ///< files that were passed over, and why
};

/// Looks through `folder` (and the folders in it), takes each part from the first file that holds
/// it and writes it to `bases`. Parts that are there already are left alone. A damaged file is
/// noted and passed over. Throws Error(kNotFound) when the folder holds none of the parts,
/// Error(kInvalidModel) for a part that does not fit its configuration.
BaseImport import_base(const std::filesystem::path& folder, const std::filesystem::path& bases,
                       const CancelToken& cancel = {});

}  // namespace myna::voice
