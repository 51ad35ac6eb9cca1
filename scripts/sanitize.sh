#!/usr/bin/env bash
# Builds tests (without the trainer) under sanitizers and runs them.
#   scripts/sanitize.sh address,undefined [FLOOR...]   default: the floors that read what strangers
#                                                      write, and speaking: base audio tensor text voice
#   scripts/sanitize.sh thread                         only the tests in which threads meet
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-address,undefined}
floors=("${@:2}")
filter='*'
if [[ $kind == thread ]]; then
  floors=(base compute voice)
  filter='ThreadPool*:*ThreadsMayShare*:*AnyNumberOfThreads*:*Concurrent*:*AtOnce*'
elif ((${#floors[@]} == 0)); then
  floors=(base audio tensor text voice)
fi
dir=build/sanitize-${kind//,/-}
mkdir -p "$dir"
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1" \
  -DMYNA_WITH_TRAINER=OFF -DMYNA_SANITIZE="$kind" >"$dir/configure.log"
targets=("${floors[@]/#/myna_}")
targets=("${targets[@]/%/_tests}")
ninja -C "$dir" "${targets[@]}" >"$dir/build.log" 2>&1 ||
  { tail -n 60 "$dir/build.log" >&2; exit 1; }
# Full-size reference vectors run in the plain build; here the small ones of tests/data are enough.
export MYNA_GOLDEN_DIR=/nonexistent MYNA_GOLDEN_TEXT_DIR=/nonexistent MYNA_CORPUS_DIR=/nonexistent
export OMP_WAIT_POLICY=passive ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
  TSAN_OPTIONS=halt_on_error=1:suppressions=$PWD/scripts/thread_sanitizer.supp
for target in "${targets[@]}"; do
  echo "== $target, $kind"
  "$dir/tests/$target" --gtest_brief=1 --gtest_filter="$filter"
done
