#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Use: run.sh BUILD_DIR [KILLS] [SEED]. Ends with a line "N passed, N failed, N skipped".
exec python3 "$(dirname "$(readlink -f "$0")")/kill_story.py" "$@"
