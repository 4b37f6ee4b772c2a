#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Thousands of seeds that ./test has not seen, on all processors. Each night others: they start at the
# day's number. Prints what failed, with the command that replays it.
#   tests/simulation/nightly.sh [SEEDS]      default 5000; BUILD_DIR (build/dev)
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 1
program=${BUILD_DIR:-build/dev}/tests/simulation/pair_simulation
seeds=${1:-5000} first=$(($(date +%s) / 86400 * 1000000)) piece=50
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
for ((from = first; from < first + seeds; from += piece)); do
  to=$((from + piece - 1))
  echo "$from..$((to < first + seeds ? to : first + seeds - 1))"
done | xargs -P "$(nproc)" -I '{}' bash -c '"$0" --seeds "$2" > "$1/$2" 2>&1' "$program" "$logs" '{}'
grep -ahE '^(seed|  again)' "$logs"/*
passed=$(grep -ahoE '^[0-9]+ passed' "$logs"/* | awk '{ sum += $1 } END { print sum + 0 }')
echo "$passed passed, $((seeds - passed)) failed, 0 skipped"
[ "$passed" -eq "$seeds" ]
