#!/usr/bin/env bash
# Installs the Debian packages that a job needs, and only those that are missing.
#   scripts/install_deps.sh build          compile and run the program
#   scripts/install_deps.sh test           additionally: trainer, tests, format and lint checks
set -euo pipefail
job=${1:-build}

packages=(g++ cmake ninja-build ccache pkg-config
  libdnnl-dev libhwy-dev libsndfile1-dev libsoxr-dev libkissfft-dev libutf8proc-dev libpcre2-dev libpng-dev libopencc-dev
  zlib1g-dev libexpat1-dev
  nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev libsodium-dev)
if [[ $job == test ]]; then
  packages+=(libtorch-dev libgtest-dev libgmock-dev libbenchmark-dev clang clang-format clang-tidy
    libclang-rt-14-dev cppcheck pocketsphinx pocketsphinx-en-us python3-onnx)
  command -v npm >/dev/null || packages+=(nodejs npm)
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

command -v apt-get >/dev/null || {
  echo "myna: these packages are missing and apt-get is not here to install them: ${missing[*]}" >&2
  exit 1
}
sudo=()
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo >/dev/null || {
    echo "myna: run as root, or install these packages first: ${missing[*]}" >&2
    exit 1
  }
  sudo=(sudo)
fi
echo "myna: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
