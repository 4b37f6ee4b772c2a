#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The console in Debian's Chromium, on real services. Use: run.sh BUILD_DIR [walk] [servers] [migration]; without a
# name all.
# Ends with a line "N passed, N failed, N skipped". Pictures of every page are left in BUILD_DIR/../screens.
# Environment: CHROMIUM (the browser), CONSOLE_KEEP=1 keeps the folders.
set -uo pipefail
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR [walk] [servers] [migration]" >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$(readlink -f "$0")")" || exit 2
[ $# -gt 0 ] || set -- walk servers migration
for program in tandem tandem-tenant; do
  [ -x "$build/src/bin/$program" ] || { echo "build the target $program first" >&2; exit 2; }
done
if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
  echo "skipped: there is no Chromium (package chromium, or CHROMIUM)"
  echo "0 passed, 0 failed, $# skipped"
  exit 0
fi
if ! cmp -s package-lock.json node_modules/.tandem-lock 2> /dev/null; then
  npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.tandem-lock || exit 1
fi

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for story in "$@"; do
  echo "$story"
  timeout -k 20 1500 node "$story.mjs" "$build" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
  if [ -z "$line" ]; then
    echo "  FAILED  $story ended with code $code"
    failed=$((failed + 1))
    continue
  fi
  read -r p _ f _ s _ <<< "$line"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
