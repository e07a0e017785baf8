#!/bin/sh
# Starts the lab in containers, with docker or podman: ./start-containers.sh [NAME ...]. Default names: ha s1 s2.
# ha and ha2 to ha9 are balancers, s1 to s99 backends; the order does not matter. Only ha publishes ports on this
# machine: HTTP_PORT (80), HAPROXY_STATS_PORT (1936), SIDECAR_HTTP_PORT (9999).
#
# SERF_KEY_FILE names the key file that encrypts the gossip; all nodes need the same one. SIDECAR_HTTP_TOKEN,
# DYNAMIC_COOKIE_KEY, SERF_JOIN, WEIGHT, MAXCONN and DRAIN_DEADLINE are passed to the containers.
set -eu
cd "$(dirname "$0")"
. scripts/needs.sh
. scripts/engine.sh

network=heig
[ $# -gt 0 ] || set -- ha s1 s2
for name in "$@"; do
  case $name in
    ha | ha[2-9] | s[1-9] | s[1-9][0-9]) ;;
    *) die "invalid node name \"$name\": expected s1 to s99, ha, or ha2 to ha9" ;;
  esac
done
find_engine
for name in "$@"; do
  ! "$engine" container inspect "$name" >/dev/null 2>&1 ||
    die "the container $name already exists; remove it with $engine rm -f $name"
done
for image in ha webapp; do
  "$engine" image inspect softengheigvd/$image >/dev/null 2>&1 ||
    die "image softengheigvd/$image not found; build it with ./build-images.sh"
done
"$engine" network inspect $network >/dev/null 2>&1 || "$engine" network create $network >/dev/null

# run NAME OPTION ... IMAGE
run() {
  name=$1
  shift
  if [ -n "${SERF_KEY_FILE:-}" ]; then
    set -- -v "$(realpath "$SERF_KEY_FILE"):/run/secrets/serf-key:ro" -e SERF_KEY_FILE=/run/secrets/serf-key "$@"
  fi
  "$engine" run -d --restart=always --network $network --name "$name" -e NODE_NAME="$name" -e SERF_JOIN "$@" >/dev/null ||
    { "$engine" rm -f "$name" >/dev/null && exit 1; }
  echo "$name"
}

# export_shared VARIABLE BYTES: unless the variable is set, takes its value from an existing balancer, so that all
# balancers have the same one, or generates it.
export_shared() {
  eval "[ -z \"\${$1:-}\" ]" || return 0
  value=$(for balancer in ha ha2 ha3 ha4 ha5 ha6 ha7 ha8 ha9; do
    "$engine" container inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$balancer" 2>/dev/null || :
  done | sed -n "s/^$1=//p" | head -n 1)
  export "$1=${value:-$(random "$2")}"
}

for name in "$@"; do
  case $name in
    s*) run "$name" -e ROLE=backend -e TAG="$name" -e WEIGHT -e MAXCONN -e DRAIN_DEADLINE softengheigvd/webapp ;;
    *)
      export_shared SIDECAR_HTTP_TOKEN 16
      export_shared DYNAMIC_COOKIE_KEY 32
      set -- -e ROLE=balancer -e SIDECAR_HTTP_TOKEN -e DYNAMIC_COOKIE_KEY --network-alias serf-cluster softengheigvd/ha
      [ "$name" != ha ] || set -- -p "${HTTP_PORT:-80}:80" -p "${HAPROXY_STATS_PORT:-1936}:1936" \
        -p "${SIDECAR_HTTP_PORT:-9999}:9999" "$@"
      run "$name" "$@"
      ;;
  esac
done
[ -z "${SIDECAR_HTTP_TOKEN:-}" ] || cat <<TEXT

  application      http://127.0.0.1:${HTTP_PORT:-80}/
  status page      http://127.0.0.1:${SIDECAR_HTTP_PORT:-9999}/
  HAProxy stats    http://127.0.0.1:${HAPROXY_STATS_PORT:-1936}/
  action token     $SIDECAR_HTTP_TOKEN
TEXT
