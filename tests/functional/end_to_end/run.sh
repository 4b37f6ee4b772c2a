#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Directories into the tenant, change by change. Use: run.sh BUILD_DIR [ldif] [samba] [slapd] [sample_rules]
# Ends with a line "N passed, N failed, N skipped". Environment: LAB_KEEP=1 keeps the folders.
set -uo pipefail
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR [ldif] [samba] [slapd] [sample_rules]" >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
here=$(dirname "$(readlink -f "$0")")
cd "$here" || exit 2
[ $# -gt 0 ] || set -- ldif samba slapd sample_rules

# Backstage's reader comes with the tenant's own tests.
if ! cmp -s ../tenant/package-lock.json ../tenant/node_modules/.tandem-lock 2> /dev/null; then
  (cd ../tenant && npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.tandem-lock) ||
    exit 1
fi

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for story in "$@"; do
  echo "$story"
  timeout 1500 python3 "${story}_story.py" "$build" 2>&1 | tee "$log"
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
