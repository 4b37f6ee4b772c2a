#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A throw-away etcd of three members on free ports of the loopback address.
#   etcd_cluster.sh start DIR      starts it in DIR, waits until it answers, writes DIR/env
#   etcd_cluster.sh stop DIR       stops all members
#   etcd_cluster.sh kill DIR N     kills member N (1 to 3) with kill -9
#   etcd_cluster.sh restart DIR N  starts it again
# Environment: SECURE=1 for TLS with client certificates and a user with a password.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/tls_files.sh"
command=$1
dir=$2
secure=${SECURE:-}
etcd=$(command -v etcd)
export ETCDCTL_API=3

free_ports() {
  /usr/bin/python3 - "$1" << 'PYTHON'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in sockets])
PYTHON
}

# The gateway is a client of its own member and shows the member's certificate: it needs both uses.
# And it refuses a client whose certificate has a common name.
make_certificates() {
  make_authority "$dir/tls"
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Tandem tests" \
    -keyout "$dir/tls/key.pem" -out "$dir/tls/request.pem" 2> /dev/null
  openssl x509 -req -in "$dir/tls/request.pem" -CA "$dir/tls/ca.pem" -CAkey "$dir/tls/ca.key" \
    -CAcreateserial -days 365 -out "$dir/tls/cert.pem" 2> /dev/null -extfile <(
      printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n'
      printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n')
  chmod 600 "$dir/tls/key.pem" "$dir/tls/ca.key"
}

plan() {
  local ports
  read -r -a ports <<< "$(free_ports 6)"
  local scheme=http
  if [ -n "$secure" ]; then
    scheme=https
    make_certificates
  fi
  cat > "$dir/env" << ENV
SCHEME=$scheme
CLIENT_PORTS="${ports[*]:0:3}"
PEER_PORTS="${ports[*]:3:3}"
ENDPOINTS=$scheme://127.0.0.1:${ports[0]},$scheme://127.0.0.1:${ports[1]},$scheme://127.0.0.1:${ports[2]}
CA_FILE=$dir/tls/ca.pem
CERTIFICATE_FILE=$dir/tls/cert.pem
KEY_FILE=$dir/tls/key.pem
ENV
}

# run N STATE: STATE is new or existing
run() {
  local clients peers i cluster="" tls=()
  read -r -a clients <<< "$CLIENT_PORTS"
  read -r -a peers <<< "$PEER_PORTS"
  for i in 1 2 3; do cluster+="${cluster:+,}m$i=http://127.0.0.1:${peers[i - 1]}"; done
  if [ "$SCHEME" = https ]; then
    tls=(--cert-file "$CERTIFICATE_FILE" --key-file "$KEY_FILE" --trusted-ca-file "$CA_FILE"
      --client-cert-auth)
  fi
  local client=$SCHEME://127.0.0.1:${clients[$1 - 1]} peer=http://127.0.0.1:${peers[$1 - 1]}
  setsid "$etcd" --name "m$1" --data-dir "$dir/m$1" --initial-cluster "$cluster" \
    --initial-cluster-state "$2" --initial-cluster-token "tandem-$$" \
    --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
    --logger zap --log-level warn "${tls[@]}" < /dev/null >> "$dir/m$1.log" 2>&1 &
  echo $! > "$dir/m$1.pid"
}

ctl() {
  local tls=()
  if [ "$SCHEME" = https ]; then
    tls=(--cert "$CERTIFICATE_FILE" --key "$KEY_FILE" --cacert "$CA_FILE")
  fi
  etcdctl --endpoints "$ENDPOINTS" "${tls[@]}" "$@" > /dev/null 2>> "$dir/ctl.log"
}

wait_until_it_answers() {
  local i
  for i in $(seq 120); do
    ctl get --command-timeout 2s "up?" && return
    sleep 0.5
  done
  tail -n 5 "$dir"/m*.log >&2
  exit 1
}

make_users() {
  ctl user add root:root-password
  ctl role add witness
  ctl role grant-permission witness --prefix=true readwrite /tandem/
  ctl user add tandem:tandem-password
  ctl user grant-role tandem witness
  ctl user grant-role root root || { ctl role add root && ctl user grant-role root root; }
  ctl auth enable
}

# stop_member N SIGNAL
stop_member() {
  local pid
  [ -s "$dir/m$1.pid" ] || return 0
  pid=$(cat "$dir/m$1.pid")
  rm "$dir/m$1.pid"
  kill "-$2" "$pid" 2> /dev/null || return 0
  while kill -0 "$pid" 2> /dev/null; do sleep 0.05; done
}

case $command in
  start)
    mkdir -p "$dir"
    plan
    . "$dir/env"
    for n in 1 2 3; do run $n new; done
    wait_until_it_answers
    if [ -n "$secure" ]; then make_users; fi
    ;;
  stop) for n in 1 2 3; do stop_member $n TERM; done ;;
  kill) stop_member "$3" KILL ;;
  restart)
    . "$dir/env"
    run "$3" existing
    ;;
  *) echo "start, stop, kill or restart" >&2 && exit 2 ;;
esac
