// Where the program's own files are: shipped assets, the user's voices, caches.
#pragma once

#include <filesystem>

namespace myna {

/// The running program's file, links resolved.
std::filesystem::path executable_path();

/// The assets folder: the environment variable MYNA_ASSETS if set, else ../share/myna or ../assets
/// beside the executable's folder, else the `assets` folder of the nearest parent of the executable
/// that has assets/starter or assets/lexicons. Throws Error(kNotFound) saying where it looked.
std::filesystem::path assets_dir();

/// As assets_dir, for a given executable; for tests and for programs that embed the library.
std::filesystem::path assets_dir_of(const std::filesystem::path& executable);

/// $XDG_CACHE_HOME/myna or ~/.cache/myna. Not created. Throws Error(kNotFound) without a home.
std::filesystem::path cache_dir();

/// $XDG_DATA_HOME/myna or ~/.local/share/myna. Not created.
std::filesystem::path data_dir();

/// data_dir()/voices: where named voices are kept. Not created.
std::filesystem::path voices_dir();

}  // namespace myna
