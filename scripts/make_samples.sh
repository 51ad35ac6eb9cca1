#!/usr/bin/env bash
# Speaks the two sample recordings again with flite (Debian packages flite, sox).
set -euo pipefail
cd "$(dirname "$0")/../assets/samples"
speak() {
  local wav
  wav=$(mktemp --suffix=.wav)
  flite -voice "$1" -t "$2" "$wav"
  sox "$wav" -r 16000 -c 1 "$1.flac"
  rm -f "$wav"
}
speak slt "$(cat slt.txt)"
speak rms "$(cat rms.txt)"
