#!/usr/bin/env bash
# Makes the starter base model from recordings and texts, step by step. Every step is skipped or
# resumed when its result is there already, so running it again after an interruption goes on.
#
#   recipes/starter/run.sh CORPUS WORK [STEP...]
#
# CORPUS: folder of recordings with index.tsv (see README.md). WORK: where datasets and checkpoints
# go. STEP: prepare content tokenise sovits t2s export; all of them in this order when not given.
set -euo pipefail
if (($# < 2)); then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
corpus=$1
work=$2
shift 2
steps=("$@")
if ((${#steps[@]} == 0)); then steps=(prepare content tokenise sovits t2s export); fi
recipe=$(cd "$(dirname "$0")" && pwd)
train=${MYNA_TRAIN:-$recipe/../../build/src/cli/myna-train}
if [[ ! -x $train ]]; then
  echo "run.sh: $train is missing: build with -DMYNA_WITH_TRAINER=ON or set MYNA_TRAIN" >&2
  exit 1
fi
mkdir -p "$work"

prepare() {
  "$recipe/../../scripts/install_recipe_deps.sh"
  "$train" prepare --corpus "$corpus" --recipe "$recipe/data.json" --out "$work/data"
}

content() {
  "$train" content --data "$work/data" --config "$recipe/content.json" --out "$work/content"
}

for step in "${steps[@]}"; do
  if ! declare -F "$step" >/dev/null; then
    echo "run.sh: the step $step is not part of this recipe yet" >&2
    exit 2
  fi
  echo "== $step" >&2
  "$step"
done
