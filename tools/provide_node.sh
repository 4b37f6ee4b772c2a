#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sourced: puts a Node.js of at least version 20 into PATH. Debian 12 has 18; npm has newer ones as a package.
provide_node() {
  local root major arch=x64 folder
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  major=$(node --version 2> /dev/null | sed 's/^v\([0-9]*\).*/\1/')
  [ "${major:-0}" -lt 20 ] || return 0
  [ "$(uname -m)" = aarch64 ] && arch=arm64
  folder=$root/build/node/node_modules/node-linux-$arch/bin
  if [ ! -x "$folder/node" ]; then
    echo "  fetching Node.js 22 by npm (this machine has ${major:-none})"
    mkdir -p "$root/build/node"
    npm install --prefix "$root/build/node" --no-audit --no-fund --loglevel=error "node-linux-$arch@22" \
      > "$root/build/node/log" 2>&1 || { tail -n 5 "$root/build/node/log"; return 1; }
  fi
  PATH=$folder:$PATH
}
