#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A throw-away Samba Active Directory domain controller on a loopback address of its own: Samba's
# LDAP ports cannot be moved.
#   samba_dc.sh start DIR [TEMPLATE.tar.zst]   unpacks the template, or provisions and writes it
#   samba_dc.sh stop DIR                       stops the one that DIR/run/samba.pid names
# Environment: DC_ADDRESS (127.0.0.21), DC_NAME (dc1), REALM (CORP.EXAMPLE.COM).
# DIR/env then has ADDRESS, SERVER_NAME, BASE, CA_FILE, KRB5_CONFIG, SAM_LDB, SMB_CONF, accounts.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/tls_files.sh"
command=$1
dir=$2
address=${DC_ADDRESS:-127.0.0.21}
realm=${REALM:-CORP.EXAMPLE.COM}
domain=${realm,,}
name=${DC_NAME:-dc1}
admin_password=Passw0rd.Admin1
pid_file=$dir/run/samba.pid
base=DC=${domain//./,DC=}

configure() {
  mkdir -p "$dir"/{etc,log,run,private,state,cache,lock,bind-dns}
  cat > "$dir/etc/smb.conf" << CONF
[global]
  workgroup = ${realm%%.*}
  realm = $realm
  netbios name = ${name^^}
  server role = active directory domain controller
  server services = ldap, cldap, kdc, rpc
  interfaces = $address/8
  bind interfaces only = yes
  log file = $dir/log/%m.log
  logging = file
  log level = 1
  private dir = $dir/private
  state directory = $dir/state
  cache directory = $dir/cache
  lock directory = $dir/lock
  pid directory = $dir/run
  binddns dir = $dir/bind-dns
  ncalrpc dir = $dir/run/ncalrpc
  ntp signd socket directory = $dir/run/ntp_signd
  winbindd socket directory = $dir/run/winbindd
  tls verify peer = no_check
  rpc server dynamic port range = 49152-49160
  ldap server require strong auth = yes
[sysvol]
  path = $dir/state/sysvol
  read only = No
[netlogon]
  path = $dir/state/sysvol/$domain/scripts
  read only = No
CONF
  cat > "$dir/krb5.conf" << CONF
[libdefaults]
  default_realm = $realm
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  $realm = {
    kdc = $address
    kpasswd_server = $address
  }
[domain_realm]
  .$domain = $realm
  $domain = $realm
CONF
  cat > "$dir/env" << ENV
ADDRESS=$address
SERVER_NAME=$name.$domain
PORT=389
TLS_PORT=636
BASE=$base
REALM=$realm
CA_FILE=$dir/private/tls/ca.pem
KRB5_CONFIG=$dir/krb5.conf
SAM_LDB=$dir/private/sam.ldb
SMB_CONF=$dir/etc/smb.conf
ADMIN=administrator@$realm
ADMIN_PASSWORD=$admin_password
ENV
}

provision() {
  mkdir -p "$dir"/{etc,log}
  : > "$dir/etc/empty.conf"
  /usr/bin/python3 "$here/provision_domain.py" -q --configfile="$dir/etc/empty.conf" \
    --targetdir="$dir" --realm="$realm" --domain="${realm%%.*}" --server-role=dc \
    --dns-backend=NONE --host-name="$name" --host-ip="$address" --adminpass="$admin_password" \
    --option="interfaces=$address/8" --option='bind interfaces only=yes' \
    > "$dir/log/provision.log" 2>&1 || { tail -5 "$dir/log/provision.log" >&2; exit 1; }
  configure
  # Without "ldap/<name>" among the service principals no Kerberos bind works.
  samba_spnupdate --configfile="$dir/etc/smb.conf" > /dev/null 2>&1 || true
}

is_running() { [ -s "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2> /dev/null; }

run_samba() {
  rm -rf "$dir/run/ncalrpc"
  # --foreground and not -i: with -i it ends when standard input does.
  setsid /usr/sbin/samba --foreground --no-process-group --configfile="$dir/etc/smb.conf" \
    --model=single --debug-stdout < /dev/null > "$dir/log/samba.out" 2>&1 &
  echo $! > "$pid_file"
  for _ in $(seq 600); do
    if LDAPTLS_REQCERT=never ldapsearch -x -o nettimeout=1 -H "ldaps://$address" -s base -b "" \
      defaultNamingContext > /dev/null 2>&1; then return; fi
    is_running || break
    sleep 0.05
  done
  echo "the domain controller does not answer:" >&2
  tail -5 "$dir/log/samba.out" >&2
  exit 1
}

start() {
  is_running && return
  local template=${1:-}
  if [ ! -s "$dir/private/sam.ldb" ] && [ -n "$template" ] && [ -s "$template" ]; then
    mkdir -p "$dir"
    zstd -qdc "$template" | tar -C "$dir" -xf -
  elif [ ! -s "$dir/private/sam.ldb" ]; then
    provision
    if [ -n "$template" ]; then
      mkdir -p "$(dirname "$template")"
      tar -C "$dir" --exclude=./run --exclude=./log --exclude='*/np' -cf - . 2> /dev/null |
        zstd -q -1 -f -o "$template.$$" && mv "$template.$$" "$template"
    fi
  fi
  configure
  if [ ! -s "$dir/private/tls/cert.pem" ]; then
    mkdir -p "$dir/private/tls"
    make_authority "$dir/private/tls"
    make_leaf "$dir/private/tls" "$name.$domain" "$address"
  fi
  run_samba
}

stop() {
  is_running || return 0
  local pid
  pid=$(cat "$pid_file")
  kill -TERM "$pid"
  for _ in $(seq 200); do kill -0 "$pid" 2> /dev/null || break; sleep 0.05; done
  kill -0 "$pid" 2> /dev/null && kill -KILL "$pid"
  rm -f "$pid_file"
}

case $command in
  start) start "${3:-}" ;;
  stop) stop ;;
  *) echo "usage: $0 start|stop DIR" >&2; exit 2 ;;
esac
