#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The life of the package on a machine: installed, set up, upgraded, downgraded, removed, installed again, purged.
# Called by machine.sh, on a machine that forgets. Use: story.sh plain|systemd
set -u
mode=$1
home=/var/lib/tandem
old=/mnt/test/0.1.0-1/tandem_0.1.0-1_amd64.deb
new=/mnt/test/0.2.0-1/tandem_0.2.0-1_amd64.deb
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C HOME=/root

# check NAME COMMAND…: one test that is a command.
check() {
  local name=$1
  shift
  if "$@" > /tmp/output 2>&1; then
    echo "ok: $name"
  else
    echo "FAILED: $name: $*"
    sed 's/^/    /' /tmp/output
  fi
}
# check_service NAME COMMAND…: one of a machine with systemd; run.sh says so where there is none.
check_service() {
  [ "$mode" = plain ] || check "$@"
}

as_tandem() { runuser -u tandem -- tandem "$@"; }
property() { systemctl show --property="$1" --value tandem; }
same() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\""; return 1; }; }
not() { ! "$@"; }
is_active() { same "$(property ActiveState)" active; }
eventually() {
  local try
  for ((try = 0; try < 150; ++try)); do
    "$@" > /dev/null 2>&1 && return
    sleep 0.2
  done
  "$@"
}
says() { property StatusText | grep -F -- "$1" || { property StatusText; return 1; }; }
# Settings and secrets, by content; objects, by number.
settings() { (cd $home && sha256sum policy.json server.toml secrets.key 2> /dev/null); }
objects() {
  as_tandem status --json | python3 -c 'import json, sys
print([(one["name"], one["objects"]) for one in json.load(sys.stdin)["connectors"]])'
}
installed_is() { same "$(dpkg-query -W -f '${db:Status-Status} ${Version}' tandem)" "installed $1"; }
# Sockets of TCP in the state LISTEN (0A) on another address than loopback.
strangers() {
  awk '$4 == "0A" && $2 !~ /^0100007F:/ && $2 !~ /^0{24}01000000:/ { print FILENAME, $2; found = 1 }
    END { exit !found }' /proc/net/tcp /proc/net/tcp6
}
confined() {
  local pid
  pid=$(property MainPID)
  grep -E '^(Uid|CapBnd|NoNewPrivs|Seccomp):' "/proc/$pid/status"
  grep -q '^NoNewPrivs:.1$' "/proc/$pid/status" && grep -q '^Seccomp:.2$' "/proc/$pid/status" &&
    grep -q '^CapBnd:.0*$' "/proc/$pid/status" && grep -q "^Uid:.$(id -u tandem)\b" "/proc/$pid/status"
}
all_belong_to_tandem() {
  local others
  others=$(find $home ! -user tandem)
  same "$others" ''
}

# ------------------------------------------------------------------------------ install

check "it installs" dpkg --install $old
check "the version is the package's" installed_is 0.1.0-1
check "the manual page is there" test -s /usr/share/man/man1/tandem.1.gz
# shellcheck disable=SC2016 # the shell that is started expands them
check "completion knows the commands" bash -c '. /usr/share/bash-completion/completions/tandem
  COMP_WORDS=(tandem account l) COMP_CWORD=2; _tandem; [[ ${COMPREPLY[*]} == *list* ]]'
check "there is a user" same "$(getent passwd tandem | cut -d : -f 6,7)" "$home:/usr/sbin/nologin"
check "the home folder is the user's alone" same "$(stat -c '%U %G %a' $home)" 'tandem tandem 700'
check_service "the service is ready, and waits to be set up" eventually says 'waiting to be set up: tandem account link'
check_service "it is enabled" systemctl is-enabled tandem
check_service "it is confined" confined
check_service "root gets a link to sign in by" tandem account link
check "nothing listens beyond loopback" not strangers

# ------------------------------------------------------------------------------ set up

check "the user makes a demo home" as_tandem init --demo --people 50
if [ "$mode" = systemd ]; then
  check "the service has its first cycle" eventually says '; next cycle at '
else
  check "a cycle by hand" as_tandem cycle initial
fi
check "the store is filled" test "$(stat -c %s $home/tandem.db)" -gt 100000
check "root may ask as well" tandem status
check "everything is the user's" all_belong_to_tandem
settings_before=$(settings) objects_before=$(objects)
unchanged() { same "$(settings)" "$settings_before" && same "$(objects)" "$objects_before"; }

if [ "$mode" = systemd ]; then
  install -d -m 0700 /etc/credstore
  install -m 0600 $home/secrets.key /etc/credstore/tandem-secrets-key
  mkdir -p /etc/systemd/system/tandem.service.d
  printf '[Service]\nWatchdogSec=2\n' > /etc/systemd/system/tandem.service.d/watchdog.conf
  systemctl daemon-reload
  systemctl restart tandem
  pid=$(property MainPID)
  credentials=$(tr '\0' '\n' < "/proc/$pid/environ" | sed -n 's/^CREDENTIALS_DIRECTORY=//p')
  check "the key may be a credential" cmp $home/secrets.key "/proc/$pid/root$credentials/tandem-secrets-key"
  sleep 5
  check "it feeds a watchdog of two seconds" same "$(property NRestarts) $(property ActiveState)" '0 active'
  # systemd sends SIGCONT with its signal; what matters is that it noticed.
  kill -STOP "$(property MainPID)"
  restarted() { [ "$(property NRestarts)" -ge 1 ] && is_active; }
  check "a service that stands still is restarted" eventually restarted
  rm -rf /etc/systemd/system/tandem.service.d /etc/credstore
  systemctl daemon-reload
  systemctl restart tandem
fi

# ------------------------------------------------------------------------------ upgrade and downgrade

[ "$mode" = plain ] || pid_before=$(property MainPID)
check "it upgrades" dpkg --install $new
check "the version is the new one" installed_is 0.2.0-1
check "an upgrade changes no data and no settings" unchanged
check_service "the service was restarted" test "${pid_before:-}" != "$(property MainPID 2> /dev/null)"
check_service "and works" eventually says '; next cycle at '
check_service "an administrator disables it" systemctl disable --quiet tandem
check "it goes back to the version before" dpkg --install $old
check "a downgrade changes no data and no settings" unchanged
check_service "what was disabled stays so" not systemctl is-enabled tandem
check_service "until it is enabled again" systemctl enable --quiet tandem
format() { python3 -c 'import sqlite3, sys
store = sqlite3.connect("/var/lib/tandem/tandem.db")
if len(sys.argv) > 1: store.execute("PRAGMA user_version=" + sys.argv[1])
print(store.execute("PRAGMA user_version").fetchone()[0])' "$@"; }
[ "$mode" = plain ] || systemctl stop tandem
format_before=$(format)
format 9999 > /dev/null
check "a store of a newer version is refused" not as_tandem cycle delta
check "and left as it is" same "$(format)" 9999
format "$format_before" > /dev/null
chown tandem:tandem $home/tandem.db*
[ "$mode" = plain ] || systemctl start tandem
check "with its own format all is well" unchanged

# ------------------------------------------------------------------------------ remove, and again

check "it is removed" dpkg --remove tandem
check "the program is gone" test ! -e /usr/bin/tandem
check_service "the service is stopped" not pgrep -x tandem
check "data, settings and the user are kept" same "$(settings) $(id -un tandem)" "$settings_before tandem"
check "it is installed again" dpkg --install $new
check "and finds everything" unchanged
check_service "and runs" eventually says '; next cycle at '

# ------------------------------------------------------------------------------ purge

check "it is purged" dpkg --purge tandem
check "the data are gone" test ! -e $home
check "the user and the group are gone" not getent passwd tandem
check "no process is left" not pgrep -x tandem
# The overlay holds all that is other than before. What dpkg, adduser, man and the system keep for themselves remains.
left_behind() {
  find /mnt/changed \( -type f -o -type l -o -type c \) -printf '/%P\n' | grep -vE \
    -e '^/(var/lib/dpkg|var/log|var/cache|var/lib/systemd/(random-seed|catalog|timers|coredump)|root)(/|$)' \
    -e '^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$' \
    -e '^/etc/(\.pwd\.lock|machine-id|resolv.conf|mtab|\.updated)$' \
    -e '^/var/(\.updated|lib/private|tmp)' -e '^/usr/sbin/policy-rc.d$'
}
check "nothing is left behind" same "$(left_behind)" ''
echo 'the end'
