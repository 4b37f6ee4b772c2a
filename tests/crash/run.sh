#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Use: run.sh BUILD_DIR [KILLS] [SEED]. Ends with a line "N passed, N failed, N skipped".
# CRASH_SWAP_STEP (14): the swap is killed at each so-manyth commit; 1, at each of 70, takes five minutes.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
python3 "$here/kill_story.py" "$@" | tee "$log"
python3 "$here/swap_story.py" "$1" "${CRASH_SWAP_STEP:-14}" | tee -a "$log"
python3 "$here/export_story.py" "$1" | tee -a "$log"
python3 "$here/audit_story.py" "$1" "${2:-60}" | tee -a "$log"
lines=$(grep -acE '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log")
# A story that ended without a result is a failure.
grep -aE '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tr -dc '0-9 \n' |
  awk -v missing=$((4 - lines)) '{ p += $1; f += $2; s += $3 }
    END { f += missing; printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }'
