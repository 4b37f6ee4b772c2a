#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds console/dist, unless it is newer than everything that it is made of.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
exec 9> .build.lock
flock 9 # several builds of the project may want it at once
made_of=(src public index.html package.json package-lock.json vite.config.ts tsconfig.json build.sh)
is_new() {
  local part
  [ -f dist/index.html ] || return 1
  for part in "${made_of[@]}"; do
    [ -e "$part" ] || continue
    [ -z "$(find "$part" -type f -newer dist/index.html -print -quit)" ] || return 1
  done
}
if is_new; then exit 0; fi
if ! command -v npm > /dev/null; then
  echo "console: npm is missing (apt-get install nodejs npm): the program is built without the console" >&2
  exit 0
fi
# shellcheck source=tools/provide_node.sh
. ../tools/provide_node.sh
provide_node
if ! cmp -s package-lock.json node_modules/.tandem-lock; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.tandem-lock
fi
npm run build --silent > .build.log 2>&1 || { cat .build.log >&2; exit 1; }
touch dist/index.html
