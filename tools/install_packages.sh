#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what tools/packages.txt lists, when something of it is missing.
#   tools/install_packages.sh LIST…        LIST: build, test
# Says nothing and takes no time when everything is there. Needs root only when something is not.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

wanted() {
  awk -v lists=" $* " '!/^#/ && NF == 2 && index(lists, " " $1 " ") { print $2 }' \
    "$here/packages.txt"
}

# Debian's npm and nodejs belong together; who brought a node along keeps it.
without_own_node() {
  if command -v node > /dev/null && command -v npm > /dev/null; then
    grep -vxE 'nodejs|npm'
  else
    cat
  fi
}

missing() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2> /dev/null |
    awk '$1 == "installed" { print $2 }' | sort -u)
  wanted "$@" | without_own_node | sort -u | comm -23 - <(echo "$installed")
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

# No daemon may start because a package brought one: the tests start their own, on loopback.
policy=/usr/sbin/policy-rc.d
forbid_daemons() {
  [ -e "$policy" ] && return
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
}

[ $# -gt 0 ] || fail "usage: $0 LIST…   (build, test)"
command -v dpkg-query > /dev/null ||
  fail "This is not Debian. Install the counterparts of the packages in tools/packages.txt ($*)" \
    "by hand, then call the build as CONTRIBUTING.md shows."
mapfile -t packages < <(missing "$@")
[ ${#packages[@]} -gt 0 ] || exit 0

echo "Installing ${#packages[@]} Debian packages: ${packages[*]}"
[ "$(id -u)" -eq 0 ] ||
  fail "Packages can be installed by root only. As root, once:" \
    "  $0 $*" "and then start again as yourself."
forbid_daemons
log=$(mktemp)
if ! apt update > "$log" 2>&1 || grep -q '^Err:' "$log"; then
  # Old lists may do: only what then cannot be installed is an error.
  echo "  apt-get update could not reach every package source; going on with the lists at hand."
fi
started=$SECONDS
apt install --no-install-recommends "${packages[@]}" 2>&1 | tee "$log" |
  awk '/^(Need to get|After this)/ { print "  " $0; fflush() }
       /^(Unpacking|Setting up)/ && ++n % 25 == 0 { print "  " n ": " $0; fflush() }' || {
  tail -n 15 "$log" >&2
  fail "" "apt-get could not install the packages. Without a network, or with package sources" \
    "that lack them, install them from elsewhere and start again. Its whole output: $log"
}
rm -f "$log"
echo "  installed in $((SECONDS - started)) s"
