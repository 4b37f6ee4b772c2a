#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The simulation of two servers, and the proof that it can fail: a safety rule is left out, and a seed must
# notice. Two processes at a time.
#   run.sh BUILD_DIR [SEEDS]     ends with "N passed, N failed, N skipped"
set -uo pipefail
program=$1/tests/simulation/pair_simulation
seeds=${2:-100}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0

{ echo "1..$((seeds / 2))"; echo "$((seeds / 2 + 1))..$seeds"; } |
  xargs -P 2 -I '{}' bash -c '"$0" --seeds "$2" > "$1/seeds-$2" 2>&1' "$program" "$logs" '{}'
for rule in lease wait generation take-back release settle; do
  "$program" --break "$rule" > "$logs/without-$rule" 2>&1
done

for log in "$logs"/*; do
  cat "$log"
  line=$(grep -aoE '[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$log" | tail -n 1)
  if [ -z "$line" ]; then
    echo "$(basename "$log") has no result"
    failed=$((failed + 1))
    continue
  fi
  read -ra numbers <<< "${line//[!0-9 ]/}"
  passed=$((passed + numbers[0]))
  failed=$((failed + numbers[1]))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
