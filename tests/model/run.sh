#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Checks the model of the right to write (swap.pml) with spin, and that the checks can fail: each mutant
# makes one mistake that the protocol forbids, and spin must find it.
#   tests/model/run.sh        ends with "N passed, N failed, N skipped"
set -uo pipefail
model=$(dirname "$(readlink -f "$0")")/swap.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0

# verify FILE CLAIM: prints "holds" or "violated"; CLAIM "" is the assertions alone.
verify() {
  local flags=(-w -O2 -DSAFETY) options=(-m2000000 -w24)
  if [ -n "$2" ]; then options+=(-N "$2"); else flags+=(-DNOCLAIM); fi
  spin -a "$1" > spin.log 2>&1 && gcc "${flags[@]}" -o pan pan.c && ./pan "${options[@]}" > pan.log 2>&1
  if grep -q 'errors: 0' pan.log && ! grep -q 'Search not completed' pan.log; then
    echo holds
  elif grep -qE 'assertion violated|errors: [1-9]' pan.log; then
    echo violated
  else
    tail -n 5 spin.log pan.log >&2
    echo unknown
  fi
}

# expect WHAT OUTCOME FILE CLAIM
expect() {
  local outcome
  outcome=$(verify "$3" "$4")
  if [ "$outcome" = "$2" ]; then
    passed=$((passed + 1))
    echo "  $1: $outcome"
  else
    failed=$((failed + 1))
    echo "  $1: $outcome, expected: $2"
  fi
}

# mutant NAME SED: the model with one mistake.
mutant() {
  sed "$2" "$model" > mutant.pml
  if cmp -s mutant.pml "$model"; then
    failed=$((failed + 1))
    echo "  mutant \"$1\" changes nothing"
    return
  fi
  expect "mutant: $1" violated mutant.pml ""
}

expect "no write after one of a later epoch" holds "$model" ""
expect "never two that may write" holds "$model" one_writer
expect "the holder knows that it is the holder" holds "$model" remembered
mutant "a failover that does not wait" 's/(seen_holder == NOBODY -> 0 : 3)/0/'
mutant "a failover that waits for the lease alone" \
  's/(seen_holder == NOBODY -> 0 : 3)/(seen_holder == NOBODY -> 0 : 2)/'
mutant "a crash ends the wait" 's/calm\[i\] = 2; wait\[i\] = 3/calm[i] = 2; wait[i] = 0/'
mutant "a release that forgets what an earlier process sent" \
  's/ \&\& calm\[i\] == 0 \&\& (under_way\[i\] == 0)//'
mutant "a claim without compare and set" \
  's/:: current == seen_epoch \&\& holder == seen_holder .*->/:: true ->/'
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
