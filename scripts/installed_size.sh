#!/usr/bin/env bash
# Prints what an installed Myna without the trainer takes: the program, its assets, and every shared
# library that it loads beyond those that each Debian system has (libc, libstdc++ and their parts).
#
#   scripts/installed_size.sh [PROGRAM]      (default: ./myna)
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(readlink -f "${1:-./myna}")
[[ -x $program ]] || {
  echo "installed_size.sh: $program is missing: run scripts/build.sh or name the program" >&2
  exit 1
}

total=0
row() { # name, bytes
  printf '| %-28s | %6d.%d MB |\n' "$1" $(($2 / 1000000)) $(($2 % 1000000 / 100000))
  total=$((total + $2))
}

stripped=$(mktemp)
trap 'rm -f "$stripped"' EXIT
strip -o "$stripped" "$program"
row "program (stripped)" "$(stat -c %s "$stripped")"
for folder in assets/*/; do
  row "$folder" "$(find "$folder" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }')"
done
while read -r name library; do
  row "$name" "$(stat -Lc %s "$library")"
done < <(ldd "$program" | awk '$2 == "=>" { print $1, $3 }' |
  grep -vE '^(libc|libm|libstdc\+\+|libgcc_s|libpthread|libdl|librt)\.so' | sort)
row "all" "$total"
