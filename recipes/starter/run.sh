#!/usr/bin/env bash
# Makes the starter base model from recordings and texts, step by step. Every step is skipped or
# resumed when its result is there already, so running it again after an interruption goes on.
#
#   recipes/starter/run.sh CORPUS WORK [STEP...]
#
# CORPUS: folder of recordings with index.tsv (see README.md). WORK: where datasets and checkpoints
# go. STEP: prepare content tokenise likeness sovits t2s durations verifier export; all of them in
# this order when not given. Minutes per network: CONTENT_MINUTES, LIKENESS_MINUTES, SOVITS_MINUTES,
# T2S_MINUTES, DURATIONS_MINUTES, VERIFIER_MINUTES; THREADS; the models go to STARTER (WORK/starter).
set -euo pipefail
if (($# < 2)); then
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
corpus=$1
work=$2
shift 2
steps=("$@")
if ((${#steps[@]} == 0)); then steps=(prepare content tokenise likeness sovits t2s durations verifier export); fi
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

# Minutes of training per network. More is better: the shipped base was made in these.
content_minutes=${CONTENT_MINUTES:-80}
likeness_minutes=${LIKENESS_MINUTES:-15}
sovits_minutes=${SOVITS_MINUTES:-240}
t2s_minutes=${T2S_MINUTES:-75}
durations_minutes=${DURATIONS_MINUTES:-5}
verifier_minutes=${VERIFIER_MINUTES:-15}
threads=${THREADS:-$(nproc)}

# Barriers that spin would take the core that another training needs.
export OMP_WAIT_POLICY=passive

# fit TRAINER NAME MINUTES [ARGUMENT...]: trains NAME.json to WORK/NAME, or goes on with what an
# interruption left.
fit() {
  local trainer=$1 name=$2 minutes=$3
  shift 3
  "$train" "$trainer" --data "$work/data" --config "$recipe/$name.json" \
    --out "$work/$name" --max-minutes "$minutes" --threads "$threads" "$@"
}

content() { fit content content "$content_minutes"; }

tokenise() {
  local newest
  newest=$(find "$work/content" -name 'checkpoint-*.safetensors' | sort -V | tail -n 1)
  if [[ -e $work/data/codes.json && $work/codebook.safetensors -nt $newest ]]; then
    echo "$work/data has its codes" >&2
    return
  fi
  "$train" tokenise --data "$work/data" --content "$work/content" \
    --codebook "$work/codebook.safetensors" --clusters 512 --threads "$threads"
}

# Tells the decoder whether it sounds like the person. Another network judges the result.
likeness() { fit verifier likeness "$likeness_minutes" --seed 77; }

sovits() {
  fit sovits sovits "$sovits_minutes" --codebook "$work/codebook.safetensors" \
    --content "$work/content" --verifier "$work/likeness"
}

t2s() { fit t2s t2s "$t2s_minutes"; }

durations() { fit durations durations "$durations_minutes"; }

verifier() { fit verifier verifier "$verifier_minutes"; }

export_models() {
  local out=${STARTER:-$work/starter} network
  mkdir -p "$out"
  for network in content sovits t2s durations verifier; do
    "$train" export --run "$work/$network" --codebook "$work/codebook.safetensors" \
      --out "$out/$network.safetensors"
  done
  cp "$recipe/holdout.json" "$out/" # who `myna evaluate` may clone
  echo "the models are in $out" >&2
}

for step in "${steps[@]}"; do
  echo "== $step" >&2
  case $step in
    prepare | content | tokenise | likeness | sovits | t2s | durations | verifier) "$step" ;;
    export) export_models ;;  # "export" itself is a word of the shell
    *)
      echo "run.sh: there is no step $step" >&2
      exit 2
      ;;
  esac
done
