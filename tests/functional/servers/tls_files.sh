# SPDX-License-Identifier: Apache-2.0
# Certificates for the servers of functional tests; to be sourced.

# make_authority DIR: ca.pem and ca.key in DIR, unless they are there.
make_authority() {
  [ -s "$1/ca.pem" ] && return
  mkdir -p "$1"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj "/O=Tandem tests/CN=Test authority" -keyout "$1/ca.key" -out "$1/ca.pem" 2> /dev/null
}

# make_leaf DIR NAME ADDRESS [OPENSSL-X509-OPTIONS]: cert.pem and key.pem in DIR, by its authority.
make_leaf() {
  local dir=$1 name=$2 address=$3
  shift 3
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$dir/key.pem" -out "$dir/request.pem" 2> /dev/null
  # keyUsage is for GnuTLS, which libldap uses: it refuses a key that may not sign.
  openssl x509 -req -in "$dir/request.pem" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial \
    -days 365 -out "$dir/cert.pem" "$@" 2> /dev/null -extfile <(
      printf 'subjectAltName=DNS:%s,IP:%s\nbasicConstraints=CA:FALSE\n' "$name" "$address"
      printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n')
  chmod 600 "$dir/key.pem" "$dir/ca.key"
}
