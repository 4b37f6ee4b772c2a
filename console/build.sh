#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds console/dist, unless it is newer than everything that it is made of.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
exec 9> .build.lock
flock 9  # several builds of the project may want it at once
[ -f package.json ] || exit 0
newest=$(find . -path ./node_modules -prune -o -path ./dist -prune -o -type f ! -name .build.lock -newer dist/index.html -print -quit 2> /dev/null || echo all)
[ -n "$newest" ] || exit 0
if ! command -v npm > /dev/null; then
  echo "console: npm is missing (apt-get install nodejs npm): the program is built without the console" >&2
  exit 0
fi
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules
fi
npm run build --silent
touch dist/index.html
