#!/usr/bin/env bash
# Builds the program and its tests (without the trainer) under sanitizers and runs the tests.
#   scripts/sanitize.sh address,undefined
#   scripts/sanitize.sh thread               only the tests in which threads meet
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-address,undefined}
dir=build/sanitize-${kind//,/-}
mkdir -p "$dir"
targets=() selection=()
if [[ $kind == thread ]]; then
  targets=(myna_base_tests myna_compute_tests myna_voice_tests)
  selection=(-R 'ThreadPool|ThreadsMayShare|AnyNumberOfThreads|Concurrent|AtOnce')
fi
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1" \
  -DMYNA_WITH_TRAINER=OFF -DMYNA_SANITIZE="$kind" >"$dir/configure.log"
ninja -C "$dir" "${targets[@]}" >"$dir/build.log" 2>&1 ||
  { tail -n 60 "$dir/build.log" >&2; exit 1; }
# Full-size reference vectors run in the plain build; here the small ones of tests/data are enough.
export MYNA_GOLDEN_DIR=/nonexistent MYNA_GOLDEN_TEXT_DIR=/nonexistent MYNA_CORPUS_DIR=/nonexistent
export OMP_WAIT_POLICY=passive ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
  TSAN_OPTIONS=halt_on_error=1:suppressions=$PWD/scripts/thread_sanitizer.supp
ctest --test-dir "$dir" -j 2 --output-on-failure --no-tests=error "${selection[@]}"
