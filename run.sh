#!/usr/bin/env bash
# Installs what is missing, builds, and speaks.
#   ./run.sh                                   the two sample voices read an English and a Mandarin sentence
#   ./run.sh --voice my.wav --text "..."       your own recording reads your own text (any `myna speak` option)
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
"$root/scripts/install_deps.sh" build
"$root/scripts/build.sh" product
if [[ $# -gt 0 ]]; then
  exec "$root/myna" speak "$@"
fi
exec "$root/myna" demo
