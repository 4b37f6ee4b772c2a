#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The service as systemd sees it, and its unit. Use: run.sh BUILD_DIR [test names]
set -eu
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR [test names]" >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")"
[ -x "$build/src/bin/tandem" ] || { echo "build the target tandem first" >&2; exit 2; }
TANDEM_BIN=$build/src/bin exec python3 run_tests.py "$@"
