#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A throw-away OpenLDAP: mdb, syncprov, memberof, StartTLS and LDAPS on free ports of one address.
#   slapd.sh start DIR     makes DIR/… when empty, starts, waits, writes DIR/env (PORT, TLS_PORT, …)
#   slapd.sh stop DIR      stops the one that DIR/pid names
#   slapd.sh load DIR      slapadd of standard input (the server must be stopped)
# Environment: SUFFIX (dc=example,dc=com), ADDRESS (127.0.0.1), SIZE_LIMIT of the account that reads
# (unlimited), SESSION_LOG (10000 changes), SERVER_NAME (ldap.example.com) of the certificate.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/tls_files.sh"
command=$1
dir=$2
suffix=${SUFFIX:-dc=example,dc=com}
address=${ADDRESS:-127.0.0.1}
name=${SERVER_NAME:-ldap.example.com}
reader="cn=sync,$suffix"

configure() {
  mkdir -p "$dir/db"
  cat > "$dir/slapd.conf" << CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload syncprov
moduleload memberof
pidfile $dir/pid
argsfile $dir/args
TLSCACertificateFile $dir/tls/ca.pem
TLSCertificateFile $dir/tls/cert.pem
TLSCertificateKeyFile $dir/tls/key.pem
access to dn.base="" by * read
access to dn.base="cn=Subschema" by * read
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="$reader" read by dn.exact="cn=blind,$suffix" none by * none
database mdb
maxsize 17179869184
suffix "$suffix"
rootdn "cn=admin,$suffix"
rootpw secret
limits dn.exact="$reader" size=${SIZE_LIMIT:-unlimited} time=unlimited
directory $dir/db
dbnosync
index objectClass,entryUUID,entryCSN,uid,mail,member eq
overlay memberof
overlay syncprov
syncprov-checkpoint 100 10
syncprov-sessionlog ${SESSION_LOG:-10000}
CONF
}

accounts() {
  cat << LDIF
dn: $suffix
objectClass: dcObject
objectClass: organization
o: Example
dc: $(echo "$suffix" | sed 's/^dc=\([^,]*\).*/\1/')

LDIF
  readers
}

readers() {
  local account
  for account in sync blind; do
    cat << LDIF
dn: cn=$account,$suffix
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: $account
userPassword: $account-password

LDIF
  done
}

free_port() {
  /usr/bin/python3 -c "import socket; s = socket.socket(); s.bind(('$address', 0)); print(s.getsockname()[1])"
}

is_running() { [ -s "$dir/pid" ] && kill -0 "$(cat "$dir/pid")" 2> /dev/null; }

start() {
  is_running && return
  mkdir -p "$dir/tls"
  make_authority "$dir/tls"
  [ -s "$dir/tls/cert.pem" ] || make_leaf "$dir/tls" "$name" "$address"
  configure
  if [ ! -s "$dir/db/data.mdb" ]; then accounts | /usr/sbin/slapadd -f "$dir/slapd.conf" > "$dir/load.log" 2>&1; fi
  if [ ! -s "$dir/env" ]; then
    cat > "$dir/env" << ENV
ADDRESS=$address
SERVER_NAME=$name
PORT=$(free_port)
TLS_PORT=$(free_port)
SUFFIX=$suffix
CA_FILE=$dir/tls/ca.pem
READER=$reader
READER_PASSWORD=sync-password
ADMIN=cn=admin,$suffix
ADMIN_PASSWORD=secret
ENV
  fi
  . <(sed 's/=\(.*\)/="\1"/' "$dir/env")
  setsid /usr/sbin/slapd -f "$dir/slapd.conf" -h "ldap://$ADDRESS:$PORT ldaps://$ADDRESS:$TLS_PORT" \
    -d 0 < /dev/null > "$dir/log" 2>&1 &
  for _ in $(seq 200); do
    if ldapsearch -x -H "ldap://$ADDRESS:$PORT" -s base -b '' > /dev/null 2>&1; then return; fi
    sleep 0.05
  done
  echo "slapd does not answer:" >&2
  tail -5 "$dir/log" >&2
  exit 1
}

stop() {
  is_running || return 0
  local pid
  pid=$(cat "$dir/pid")
  kill -TERM "$pid"
  for _ in $(seq 200); do kill -0 "$pid" 2> /dev/null || return 0; sleep 0.05; done
  kill -KILL "$pid"
}

case $command in
  start) start ;;
  stop) stop ;;
  load)
    configure
    mkdir -p "$dir/tls"
    make_authority "$dir/tls"
    [ -s "$dir/tls/cert.pem" ] || make_leaf "$dir/tls" "$name" "$address"
    { cat; readers; } | /usr/sbin/slapadd -q -f "$dir/slapd.conf"
    ;;
  *) echo "usage: $0 start|stop|load DIR" >&2; exit 2 ;;
esac
