#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages: built, judged, and lived with on a machine that is this one under an overlay, which forgets
# all of it: without systemd, and with a systemd of its own. Use: run.sh BUILD_DIR
# Needs root for namespaces, no network, and nothing of this machine is changed.
set -uo pipefail
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR" >&2; exit 2; }
build=$(cd "$1" && pwd)
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here/../../..")
work=$(mktemp -d /tmp/tandem-package-XXXXXX)
passed=0 failed=0 skipped=0
group='' living=''

# shellcheck disable=SC2317 # called by the trap
tidy_up() {
  if [ -n "$living" ] && kill "$living" 2> /dev/null; then wait "$living"; fi
  [ -z "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2> /dev/null
  rm -rf "$work"
}
trap tidy_up EXIT
trap 'exit 1' TERM INT

pass() { echo "ok: $1"; passed=$((passed + 1)); }
fail() { echo "FAILED: $1"; failed=$((failed + 1)); }
skip() { echo "skipped $1: $2"; skipped=$((skipped + 1)); }
finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

for version in 0.1.0-1 0.2.0-1; do
  mkdir "$work/$version"
  if ! "$root/packaging/deb/build.sh" --binaries "$build/src/bin" --version "$version" "$work/$version" \
    > "$work/build.log" 2>&1; then
    cat "$work/build.log"
    fail "the packages are built"
    finish
  fi
done
pass "the packages are built"

if command -v lintian > /dev/null; then
  if LC_ALL=C lintian --fail-on error "$work"/0.1.0-1/*.deb > "$work/lintian.log" 2>&1; then
    pass "lintian finds no errors"
  else
    cat "$work/lintian.log"
    fail "lintian finds no errors"
  fi
else
  skip "lintian" "it is not installed"
fi

if [ "$(id -u)" -ne 0 ]; then
  skip "living with the package" "namespaces and overlays need root"
  finish
fi
if ! unshare --mount sh -c "mount -t tmpfs tmpfs '$work' && mkdir '$work/u' '$work/w' '$work/m' &&
    mount -t overlay overlay -o 'lowerdir=/,upperdir=$work/u,workdir=$work/w' '$work/m'" 2> "$work/overlay.log"; then
  skip "living with the package" "no overlay can be mounted here: $(tail -n 1 "$work/overlay.log")"
  finish
fi

# A group of ours alone, in which a systemd may make its own; there is none where the kernel or a container forbids it.
make_group() {
  local mounted own
  mounted=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
  own=$(sed -n 's/^0:://p' /proc/self/cgroup)
  [ -n "$mounted" ] && [ -n "$own" ] || return 1
  mkdir "$mounted${own%/}/tandem-package-$$" 2> /dev/null || return 1
  group=$mounted${own%/}/tandem-package-$$
}

# live MODE: in namespaces of its own, which end with their first process.
live() {
  local mode=$1 log=$work/$1/story.log
  mkdir -p "$work/$mode"
  : > "$work/$mode/console"
  cp -r "$here/machine.sh" "$here/story.sh" "$work"/0.?.0-1 "$work/$mode/"
  (
    [ "$mode" = plain ] || echo "$BASHPID" > "$group/cgroup.procs" || exit 1
    exec timeout -k 5 240 unshare --mount --pid --fork --cgroup --net --ipc --uts --kill-child \
      bash "$work/$mode/machine.sh" "$mode" "$work/$mode"
  ) > "$work/$mode/machine.log" 2>&1 < /dev/null &
  living=$!
  wait "$living"
  living=''
  if [ ! -s "$log" ]; then
    skip "living with the package, $mode" "$(tail -n 1 "$work/$mode/machine.log" "$work/$mode/console" | tr '\n' ' ')"
    return
  fi
  sed "s/^\(ok\|FAILED\|skipped\)\b/\1 ($mode)/" "$log"
  passed=$((passed + $(grep -c '^ok' "$log")))
  failed=$((failed + $(grep -c '^FAILED' "$log")))
  skipped=$((skipped + $(grep -c '^skipped' "$log")))
  grep -q '^the end$' "$log" || fail "the story with $mode comes to its end"
}

live plain
if [ ! -x /lib/systemd/systemd ]; then
  skip "living with the package, systemd" "systemd is not installed"
elif ! make_group; then
  skip "living with the package, systemd" "no control group can be made here"
else
  live systemd
fi
finish
