#!/usr/bin/env bash
# Installs the runtime that the tests run exported ONNX graphs with (tests/onnx/package.json) into
# build/onnxruntime; nothing to do where it is there already. Needs node and npm.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=build/onnxruntime
cmp -s tests/onnx/package-lock.json "$folder/package-lock.json" && [[ -d $folder/node_modules ]] && exit 0
command -v npm >/dev/null || {
  echo "myna: npm is missing; tests that run exported graphs will be skipped" >&2
  exit 0
}
rm -rf "$folder"
mkdir -p "$folder"
cp tests/onnx/package.json tests/onnx/package-lock.json "$folder"
# The packages' own install scripts only fetch libraries for graphics cards.
if ! npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >&2; then
  rm -rf "$folder"
  echo "myna: onnxruntime-node could not be installed; tests that run exported graphs will be skipped" >&2
fi
