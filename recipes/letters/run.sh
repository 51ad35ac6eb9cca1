#!/usr/bin/env bash
# Trains letter-to-sound from the English dictionary of this repository and writes the model file.
#
#   recipes/letters/run.sh WORK
#
# WORK: folder of the run; an unfinished run in it is resumed. Minutes: LETTERS_MINUTES; THREADS.
set -euo pipefail
if (($# != 1)); then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
recipe=$(cd "$(dirname "$0")" && pwd)
lexicons=$recipe/../../assets/lexicons
train=${MYNA_TRAIN:-$recipe/../../myna-train}
if [[ ! -x $train ]]; then
  echo "run.sh: $train is missing: run scripts/build.sh full or set MYNA_TRAIN" >&2
  exit 1
fi
export OMP_WAIT_POLICY=passive
"$train" letters --data "$lexicons/en_words.lex" --config "$recipe/letters.json" --out "$1" \
  --max-minutes "${LETTERS_MINUTES:-80}" --threads "${THREADS:-1}"
"$train" export --run "$1" -o "$1/en_letters.safetensors"
