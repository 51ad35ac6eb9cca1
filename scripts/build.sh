#!/usr/bin/env bash
# Builds into build/<preset> and puts ./myna (and ./myna-train) at the root of the repository.
#   scripts/build.sh product    the program only, no libtorch
#   scripts/build.sh full       program, trainer and tests
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-product}
case $preset in
  product) options=(-DMYNA_WITH_TRAINER=OFF -DMYNA_WITH_TESTS=OFF) ;;
  full) options=(-DMYNA_WITH_TRAINER=ON -DMYNA_WITH_TESTS=ON) ;;
  *) echo "usage: scripts/build.sh product|full" >&2; exit 2 ;;
esac
# Objects are shared between checkouts: paths are hashed relative to the repository.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
dir=build/$preset
log=$dir/build.log
mkdir -p "$dir"
if ! { cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release "${options[@]}" >"$log" 2>&1 &&
  if [[ -t 2 ]]; then ninja -C "$dir" 2>&1 | tee -a "$log" >&2; else ninja -C "$dir" >>"$log" 2>&1; fi; }; then
  tail -n 60 "$log" >&2
  echo "myna: the build failed; the whole log is $log" >&2
  exit 1
fi
for program in myna myna-train; do
  [[ -x $dir/src/cli/$program ]] && ln -sfn "$dir/src/cli/$program" "$program"
done
exit 0
