#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A service at work for some minutes: memory, open files and threads stay flat. Use: run.sh BUILD_DIR
# Environment: SOAK_MINUTES (2). An hour is tests/bench/soak.py.
set -eu
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR" >&2; exit 2; }
build=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/../../.." && pwd)
for program in tandem tandem-tenant; do
  [ -x "$build/src/bin/$program" ] || { echo "build the target $program first" >&2; exit 2; }
done
if python3 "$root/tests/bench/soak.py" "$build/src/bin" --minutes "${SOAK_MINUTES:-2}" --people 200; then
  echo "1 passed, 0 failed, 0 skipped"
else
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
