#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh <slack-emulator> <directory>: installs Slack's official clients into the directory and runs
# them against the emulator.
set -euo pipefail

emulator=$1
tree=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for program in node npm; do
  if ! command -v "$program" >/dev/null; then
    echo "$program is missing: Slack's official clients need it (see tools/packages)" >&2
    exit 1
  fi
done

mkdir -p "$tree"
cp "$source"/*.js "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$tree/"
cd "$tree"
installed=node_modules/.installed
if ! cmp -s package-lock.json "$installed"; then
  npm ci --no-audit --no-fund --ignore-scripts
  cp package-lock.json "$installed"
fi
exec node run.js "$emulator"
