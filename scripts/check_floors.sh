#!/usr/bin/env bash
# A file may include only from its own floor and from the floors below it.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A below=(
  [base]=""
  [audio]="base"
  [tensor]="base"
  [text]="base"
  [compute]="tensor base"
  [models]="compute text tensor base"
  [voice]="models compute text audio tensor base"
  [evaluation]="voice models compute text audio tensor base"
  [training]="evaluation voice models compute text audio tensor base"
  [cli]="training evaluation voice models compute text audio tensor base"
)
bad=0
while IFS=: read -r file line include; do
  floor=${file#src/}
  floor=${floor%%/*}
  target=${include#*\"}
  target=${target%%/*}
  [[ -d src/$target ]] || continue
  [[ $target == "$floor" ]] && continue
  if [[ " ${below[$floor]-} " != *" $target "* ]]; then
    echo "$file:$line: floor '$floor' may not include from '$target'" >&2
    bad=1
  fi
done < <(grep -rnoE '^#include "[a-z_]+/[^"]+' src --include='*.h' --include='*.cc')

if grep -rlE '#include <(torch|ATen|c10)/' src | grep -vE '^src/(compute/torch|training|cli/train)/'; then
  echo "libtorch may be included only in src/compute/torch, src/training and src/cli/train" >&2
  bad=1
fi
[[ $bad -eq 0 ]] && echo "floors: every include points down"
exit $bad
