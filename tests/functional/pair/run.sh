#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two servers, one writer: the whole story of a move (ldif, samba), and a standby that takes over by itself (etcd).
# Use: run.sh BUILD_DIR [ldif] [samba] [etcd]
# Ends with a line "N passed, N failed, N skipped". Environment: LAB_KEEP=1 keeps the folders.
set -uo pipefail
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR [ldif] [samba] [etcd]" >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
here=$(dirname "$(readlink -f "$0")")
cd "$here" || exit 2
[ $# -gt 0 ] || set -- ldif samba etcd

# Backstage's reader comes with the tenant's own tests.
if ! cmp -s ../tenant/package-lock.json ../tenant/node_modules/.tandem-lock 2> /dev/null; then
  (cd ../tenant && npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.tandem-lock) ||
    exit 1
fi

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for kind in "$@"; do
  if [ "$kind" = etcd ]; then
    echo "a permanent pair, with etcd"
    story=(witness_story.py "$build")
  else
    echo "a move, over $kind"
    story=(pair_story.py "$build" "$kind")
  fi
  timeout 1500 python3 "${story[@]}" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  # Its leases are real seconds: when etcd itself waits for the processor, the right to write is rightly
  # lost. What is wrong with the server goes wrong twice.
  if [ "$kind" = etcd ] && [ "$code" -ne 0 ]; then
    echo "once more, in case the machine was too busy for leases of seconds"
    timeout 1500 python3 "${story[@]}" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
  fi
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
  if [ -z "$line" ]; then
    echo "  FAILED  the story ended with code $code"
    failed=$((failed + 1))
    continue
  fi
  read -r p _ f _ s _ <<< "$line"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
