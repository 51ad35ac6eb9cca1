#!/usr/bin/env bash
# Builds the fuzz targets under the address and undefined-behaviour sanitizers and runs each of them.
#   scripts/fuzz.sh SECONDS [TARGET...]      TARGET: safetensors, text, ...; all when not given
# Each target starts from fuzz/seeds/TARGET, where there is one. What it finds is kept in
# build/fuzz/findings, the inputs that reach new code in build/fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET...]}
shift
targets=("$@")
if ((${#targets[@]} == 0)); then
  for source in fuzz/*_fuzz.cc; do targets+=("$(basename "$source" _fuzz.cc)"); done
fi
dir=build/fuzz
mkdir -p "$dir"
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1" \
  -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DMYNA_WITH_TRAINER=OFF \
  -DMYNA_WITH_TESTS=OFF -DMYNA_WITH_FUZZERS=ON -DMYNA_SANITIZE=address,undefined \
  >"$dir/configure.log"
ninja -C "$dir" "${targets[@]/%/_fuzz}" >"$dir/build.log" 2>&1 ||
  { tail -n 60 "$dir/build.log" >&2; exit 1; }
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for target in "${targets[@]}"; do
  corpus=$dir/corpus/$target
  mkdir -p "$corpus" "$dir/findings"
  seeds=()
  dictionary=()
  [[ -f fuzz/$target.dict ]] && dictionary=("-dict=fuzz/$target.dict")
  [[ -d fuzz/seeds/$target ]] && seeds=("fuzz/seeds/$target")
  log=$dir/$target.log
  if ! "$dir/fuzz/${target}_fuzz" -max_total_time="$seconds" -rss_limit_mb=4096 -timeout=20 \
    -print_final_stats=1 -artifact_prefix="$dir/findings/$target-" "${dictionary[@]}" \
    "$corpus" "${seeds[@]}" \
    >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    echo "fuzz.sh: $target failed; its input is in $dir/findings" >&2
    exit 1
  fi
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, no fault"
done
