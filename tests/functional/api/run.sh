#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The control API over real connections, as scripts and browsers use it. Use: run.sh BUILD_DIR [test names]
set -eu
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR [test names]" >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")"
for program in tandem tandem-tenant; do
  [ -x "$build/src/bin/$program" ] || { echo "build the target $program first" >&2; exit 2; }
done
TANDEM_BIN=$build/src/bin exec python3 test_api.py "$@"
