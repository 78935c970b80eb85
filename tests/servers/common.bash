#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# common - what the scripts beside this one share; they source it. Each sets `program` and `dir`.
# shellcheck disable=SC2154

PATH=$PATH:/usr/sbin:/sbin

die() { echo "$program: $*" >&2; exit 1; }

# answers ADDRESS PORT: whether somebody listens there
answers() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# ports COUNT: free ports of loopback, from a random place below the ephemeral range
ports() {
  local port=$((20000 + RANDOM % 10000)) found=0
  while [ "$found" -lt "$1" ]; do
    port=$((port + 1))
    if ! answers 127.0.0.1 "$port"; then
      echo "$port"
      found=$((found + 1))
    fi
  done
}

# authority NAME: a certificate authority
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$dir/tls/$1.key" -out "$dir/tls/$1.crt" 2>/dev/null
}

# certificate NAME EXTENSIONS AUTHORITY [COMMAND...]: one that AUTHORITY signs, by openssl run under COMMAND
certificate() {
  local name=$1 extensions=$2 signer=$3
  shift 3
  printf '%b\n' "$extensions" >"$dir/tls/$name.ext"
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$dir/tls/$name.key" -out "$dir/tls/$name.csr" 2>/dev/null
  "$@" openssl x509 -req -in "$dir/tls/$name.csr" -CA "$dir/tls/$signer.crt" -CAkey "$dir/tls/$signer.key" \
    -set_serial "0x$(openssl rand -hex 8)" -days 30 -extfile "$dir/tls/$name.ext" -out "$dir/tls/$name.crt" 2>/dev/null
}

# revoke NAME: writes authority.crl, a list of revoked certificates that holds NAME
revoke() {
  local place=$dir/tls/revocation
  mkdir -p "$place"
  : >"$place/index.txt"
  echo 01 >"$place/number"
  cat >"$place/openssl.cnf" <<END
[ca]
default_ca = authority
[authority]
database = $place/index.txt
crlnumber = $place/number
default_md = sha256
default_crl_days = 30
END
  local common=(-config "$place/openssl.cnf" -cert "$dir/tls/authority.crt" -keyfile "$dir/tls/authority.key")
  openssl ca "${common[@]}" -revoke "$dir/tls/$1.crt" 2>/dev/null
  openssl ca "${common[@]}" -gencrl -out "$dir/tls/authority.crl" 2>/dev/null
}

# certificates NAMES: an authority and a stranger; server certificates for NAMES that are good, expired, revoked,
# for another host or for none; and one for a client
certificates() {
  [ ! -s "$dir/tls/client.crt" ] || return 0
  mkdir -p "$dir/tls"
  authority authority
  authority stranger
  certificate server "subjectAltName=$1\nextendedKeyUsage=serverAuth" authority
  certificate wrong-host "subjectAltName=DNS:other.example\nextendedKeyUsage=serverAuth" authority
  certificate expired "subjectAltName=$1\nextendedKeyUsage=serverAuth" authority faketime '2020-01-01 00:00:00'
  certificate nameless "extendedKeyUsage=serverAuth" authority
  certificate revoked "subjectAltName=$1\nextendedKeyUsage=serverAuth" authority
  revoke revoked
  certificate client "extendedKeyUsage=clientAuth" authority
  chmod 600 "$dir"/tls/*.key
}

# pin NAME: what its public key is pinned with
pin() {
  echo "sha256//$(openssl x509 -in "$dir/tls/$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER |
    openssl dgst -sha256 -binary | base64)"
}

tls_variables() {
  echo "AUTHORITY=$dir/tls/authority.crt"
  echo "STRANGER=$dir/tls/stranger.crt"
  echo "REVOKED=$dir/tls/authority.crl"
  echo "CLIENT=$dir/tls/client.crt"
  echo "CLIENT_KEY=$dir/tls/client.key"
  echo "PIN=$(pin server)"
}

# born PID: when it began; a number that was given to another process since then has another
born() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20 || true; }

# remember PID: notes whom to end
remember() {
  echo "$1" >"$dir/pid"
  born "$1" >"$dir/born"
}

# end: ends whom start() remembered
end() {
  [ -s "$dir/pid" ] || return 0
  local pid
  pid=$(cat "$dir/pid")
  if [ -n "$(born "$pid")" ] && [ "$(born "$pid")" = "$(cat "$dir/born" 2>/dev/null)" ]; then
    kill -CONT "$pid" 2>/dev/null || true
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 200); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$dir/pid" "$dir/born"
}

# guard GUARDIAN SERVER: ends what runs in DIR when the process GUARDIAN is gone
guard() {
  while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done
  kill -0 "$1" 2>/dev/null || end
}

# watch SERVER: guards it if a GUARDIAN was named
watch() {
  if [ -n "${GUARDIAN:-}" ]; then guard "$GUARDIAN" "$1" </dev/null >/dev/null 2>&1 & fi
}

# usage: prints the head of the script that was started
usage() {
  sed -n '3,/^set /{/^set /!s/^# \{0,1\}//p}' "$0" >&2
  exit 64
}
