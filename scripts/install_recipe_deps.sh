#!/usr/bin/env bash
# Installs what making the starter model's training data needs beside the build: the synthesisers
# that read texts, and the texts. Debian and Ubuntu.
set -euo pipefail
packages=(flite espeak-ng fortunes fortunes-min fortunes-zh)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing+=("$package")
done
if ((${#missing[@]} == 0)); then exit 0; fi
sudo=()
if [[ $(id -u) -ne 0 ]]; then sudo=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
