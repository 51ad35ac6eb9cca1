#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test.
set -euo pipefail
cd "$(dirname "$0")"
scripts/install_deps.sh test
scripts/install_onnx_runtime.sh
scripts/build.sh full
export OMP_WAIT_POLICY=passive
exec ctest --test-dir build/full -j 2 --output-on-failure --no-tests=error "$@"
