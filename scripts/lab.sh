# shellcheck shell=sh
# The nodes of the lab: names, addresses, processes and ports; how nodes are started and stopped. Sourced by run.sh,
# which sets $root, the directory of the repository, and $lab, the directory of the lab.
: "${root:?}" "${lab:?}"
. scripts/lab-users.sh

# ---- nodes: a name, its address, its processes

address_of() {
  case $1 in
    ha) echo 127.0.0.1 ;;
    ha[2-9]) echo "127.0.0.${1#ha}" ;;
    s[1-9] | s[1-9][0-9]) echo "127.0.0.$((10 + ${1#s}))" ;;
    *) die "invalid node name \"$1\": expected s1 to s99, ha, or ha2 to ha9" ;;
  esac
}

# node_names [PREFIX]: nodes that were started, whether or not they are still running
node_names() {
  for directory in "$lab/${1:-}"*/services; do
    [ ! -d "$directory" ] || basename "${directory%/services}"
  done
}

# Every process of a node has ROLLCALL_NODE in its environment, so it is found even after it was reparented.
processes() { grep -slzxF "ROLLCALL_NODE=$lab/$1" /proc/[0-9]*/environ | cut -d / -f 3; }

is_running() { [ -s "$lab/$1/pid" ] && grep -sqzxF "ROLLCALL_NODE=$lab/$1" "/proc/$(cat "$lab/$1/pid")/environ"; }

# running_nodes [PREFIX]
running_nodes() { for node in $(node_names "${1:-}"); do if is_running "$node"; then echo "$node"; fi; done; }

all_stopped() { for node in "$@"; do [ -z "$(processes "$node")" ] || return 1; done; }

# wait_for SECONDS COMMAND...: repeats the command until it succeeds; fails after SECONDS
wait_for() {
  end=$(($(date +%s) + $1))
  shift
  until "$@"; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.1
  done
}

responds() { curl -fsk -m 1 -o /dev/null "$1"; }

# ---- settings

# Variables that are saved in the lab's directory at the start, so that later commands use the same values.
saved='(HTTP|STATS)_HOST|HTTP_PORT|(HAPROXY|SERF)_[A-Z_]+|SIDECAR_[A-Z0-9_]+|APP_PORT|DRAIN_DEADLINE|DYNAMIC_COOKIE_KEY'
saved="$saved|JAVA_HOME"

save_settings() (
  umask 077
  export -p | grep -E "^export ($saved)=" >"$lab/settings"
  echo "${SIDECAR_HTTP_TOKEN:-}" >"$lab/token"
)

# Unless they are set: the token for actions, the cookie key, which is the same on every balancer, and the keys of the
# agents' RPC and of the gossip. Set but empty means none.
generate_secrets() {
  if [ -z "${SIDECAR_HTTP_TOKEN:-}${SIDECAR_HTTP_TOKEN_FILE:-}" ]; then
    SIDECAR_HTTP_TOKEN=$(random 16)
    export SIDECAR_HTTP_TOKEN
  fi
  export DYNAMIC_COOKIE_KEY="${DYNAMIC_COOKIE_KEY:-$(random 32)}" SERF_RPC_AUTH="${SERF_RPC_AUTH-$(random 16)}"
  if [ -z "${SERF_KEY_FILE+set}" ]; then
    export SERF_KEY_FILE="$lab/gossip-key"
    (umask 077 && head -c 32 /dev/urandom | base64 >"$SERF_KEY_FILE")
  fi
}

read_ports() {
  http_port=${HTTP_PORT:-8080}
  stats_port=${HAPROXY_STATS_PORT:-1936}
  sidecar_port=${SIDECAR_HTTP_PORT:-9999}
  serf_port=${SERF_PORT:-7946}
  rpc_port=${SERF_RPC_PORT:-7373}
  app_port=${APP_PORT:-3000}
  for setting in "HTTP_PORT $http_port" "HAPROXY_STATS_PORT $stats_port" "SIDECAR_HTTP_PORT $sidecar_port" \
    "SERF_PORT $serf_port" "SERF_RPC_PORT $rpc_port" "APP_PORT $app_port"; do
    port=${setting#* }
    error="${setting%% *}: expected a port from 1 to 65535, got \"$port\""
    case $port in
      *[!0-9]* | ?????? | 0*) die "$error" ;;
    esac
    [ "$port" -le 65535 ] || die "$error"
  done
}

# listen_address NAME CONFIGURED: only `ha` uses a configured address; the other balancers use the same ports on their
# own loopback addresses.
listen_address() {
  if [ "$1" = ha ] && [ -n "$2" ]; then echo "$2"; else address_of "$1"; fi
}

# check_ports NAME...: opens every port once; no node is started unless all ports are free
# shellcheck disable=SC2016
check_ports() {
  for name in "$@"; do
    at=$(address_of "$name")
    case $name in
      ha*)
        echo "tcp $(listen_address "$name" "${HTTP_HOST:-}") $http_port HTTP_PORT"
        echo "tcp $(listen_address "$name" "${STATS_HOST:-}") $stats_port HAPROXY_STATS_PORT"
        echo "tcp $(listen_address "$name" "${SIDECAR_HTTP_HOST:-}") $sidecar_port SIDECAR_HTTP_PORT"
        ;;
      *) echo "tcp $at $app_port APP_PORT" ;;
    esac
    echo "tcp $at $serf_port SERF_PORT"
    echo "udp $at $serf_port SERF_PORT"
    echo "tcp $at $rpc_port SERF_RPC_PORT"
  done | node -e '
    const lines = require("fs").readFileSync(0, "utf8").trim().split("\n");
    const open = { tcp: (port, host) => require("net").createServer().listen(port, host),
                   udp: (port, host) => require("dgram").createSocket("udp4").bind(port, host) };
    Promise.all(lines.map((line) => new Promise((resolve) => {
      const [kind, host, port, variable] = line.split(" ");
      open[kind](Number(port), host).once("listening", resolve).once("error", ({ code }) => {
        const reasons = { EADDRINUSE: "is already in use", EACCES: "requires root" };
        const reason = reasons[code] ?? `cannot be opened (${code})`;
        console.error(`run.sh: ${kind} port ${port} on ${host} ${reason}; set ${variable} to another port`);
        process.exitCode = 1;
        resolve();
      });
    }))).then(() => process.exit());'
}

# ---- starting

# The path of a Unix socket has a limit of about 100 bytes: if $lab is too long, the directory is created in /tmp.
socket_dir() {
  if [ "${#lab}" -lt 70 ]; then
    mkdir -p "$lab/$1/run"
  elif [ ! -d "$lab/$1/run" ]; then
    ln -sfn "$(mktemp -d /tmp/rollcall.XXXXXX)" "$lab/$1/run"
  fi
  (cd "$lab/$1/run" && pwd -P)
}

export_balancer_settings() {
  sockets=$(socket_dir "$1")
  export ROLE=balancer HTTP_PORT="$http_port" HAPROXY_STATS_PORT="$stats_port" SIDECAR_HTTP_PORT="$sidecar_port"
  HTTP_HOST=$(listen_address "$1" "${HTTP_HOST:-}")
  STATS_HOST=$(listen_address "$1" "${STATS_HOST:-}")
  SIDECAR_HTTP_HOST=$(listen_address "$1" "${SIDECAR_HTTP_HOST:-}")
  export HTTP_HOST STATS_HOST SIDECAR_HTTP_HOST
  export HAPROXY_CONFIG="$root/ha/config/haproxy.cfg" HAPROXY_SOCKET="$sockets/admin.sock"
  export HAPROXY_STATE_FILE="$lab/$1/haproxy/server-state"
  export SERF_HANDLERS="$root/ha/scripts" SERF_LOG="$lab/$1/log/members.log"
  export ROLLCALL_LAUNCH="${ROLLCALL_LAUNCH:-$root/sidecar/target/runtime/launch}"
  export SIDECAR_SERF_PIPE="${SIDECAR_SERF_PIPE:-$lab/$1/serf.pipe}" SIDECAR_SERF_RPC="${SIDECAR_SERF_RPC-$SERF_RPC_ADDR}"
  export SIDECAR_STATE_DIR="${SIDECAR_STATE_DIR:-$lab/$1/state}"
  export SIDECAR_HAPROXY_SOCKET="${SIDECAR_HAPROXY_SOCKET:-$HAPROXY_SOCKET}"
  export SIDECAR_HAPROXY_STATEFILE="${SIDECAR_HAPROXY_STATEFILE:-$HAPROXY_STATE_FILE}"
  peers=$(node_names)
}

export_backend_settings() {
  export ROLE=backend HOST="$address" PORT="$app_port" TAG="$1"
  export WEBAPP_DIR="$root/webapp" ROLLCALL_IDENTITY="$lab/$1/application/identity" PATH="$root/backend:$PATH"
  peers=$(node_names ha)
}

# launch NAME EXPORT_SETTINGS: exports the common settings and those of the role, then runs s6 in a new session, so that
# Ctrl-C reaches only this shell.
launch() {
  export ROLLCALL_ROOT="$root" ROLLCALL_NODE="$lab/$1" ROLLCALL_CONF="$root/conf"
  export NODE_NAME="$1" SERF_BIND="$address" SERF_PORT="$serf_port" SERF_RPC_ADDR="$address:$rpc_port"
  export SERF_DIR="$lab/$1/serf"
  "$2" "$1"
  SERF_JOIN=${SERF_JOIN:-$(for peer in $peers; do address_of "$peer"; done | xargs)}
  export SERF_JOIN
  log=$lab/$1/log/s6.log
  set -- setsid s6-svscan "$lab/$1/services"
  # A caller may wait until all writers of a pipe have closed it, so the lab does not inherit its file descriptors.
  for descriptor in /proc/self/fd/*; do
    descriptor=${descriptor##*/}
    [ "$descriptor" -le 2 ] || set -- fdclose "$descriptor" "$@"
  done
  exec "$@" </dev/null >"$log" 2>&1
}

# prepare_node NAME: creates the s6 scan directory, whose services run the scripts of the images. It removes the
# identity file of a run that was killed; otherwise the agent would join with the old boot.
prepare_node() {
  case $1 in ha*) image=ha ;; *) image=webapp ;; esac
  rm -rf "${lab:?}/$1/services" "$lab/$1/log" "$lab/$1/application"
  mkdir -p "$lab/$1/log" "$lab/$1/services/.s6-svscan"
  for service in "$image"/services/*/; do
    service=$(basename "$service")
    cp -R "$image/services/$service" "$lab/$1/services/"
    # No log service: each service has a log file, and serf-log is not needed because a node keeps its address.
    rm -rf "$lab/$1/services/$service/log"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\n%s sh "$ROLLCALL_ROOT/%s" >>"$ROLLCALL_NODE/log/%s" 2>&1\n' \
      "$(as_user "$service" | grep . || echo exec)" "$image/services/$service/run" "$service.log" \
      >"$lab/$1/services/$service/run"
  done
  own_directories "$1"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec sh "$ROLLCALL_ROOT/%s"\n' "$image/services/.s6-svscan/SIGTERM" \
    >"$lab/$1/services/.s6-svscan/SIGTERM"
  chmod 755 "$lab/$1/services"/*/run "$lab/$1/services/.s6-svscan/SIGTERM"
}

# start_nodes NAME...
start_nodes() {
  separate_users
  for name in "$@"; do prepare_node "$name"; done
  for name in "$@"; do
    address=$(address_of "$name")
    case $name in ha*) export_settings=export_balancer_settings ;; *) export_settings=export_backend_settings ;; esac
    (launch "$name" "$export_settings") &
    echo $! >"$lab/$name/pid"
  done
}

# ---- stopping

stop_nodes() { # stop_nodes SECONDS NAME...: sends SIGTERM, and after SECONDS SIGKILL to the remaining processes
  seconds=$1
  shift
  for name in "$@"; do if is_running "$name"; then kill -TERM "$(cat "$lab/$name/pid")"; fi; done
  wait_for "$seconds" all_stopped "$@" || for name in "$@"; do kill_node "$name"; done
}

kill_node() { # kill_node NAME: sends SIGKILL to all processes of the node and waits until they have exited
  while pids=$(processes "$1") && [ -n "$pids" ]; do
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || :
    for pid in $pids; do until has_exited "$pid"; do sleep 0.01; done; done
  done
}

# An exiting process loses its environment first; its sockets are closed when its last thread has exited.
has_exited() { # has_exited PID
  [ -e "/proc/$1/status" ] || return 0
  [ "$(echo "/proc/$1/task"/*)" = "/proc/$1/task/$1" ] && grep -qs '^State:.Z' "/proc/$1/status"
}

stop_lab() {
  # shellcheck disable=SC2046
  stop_nodes 9 $(node_names)
  for directory in "$lab"/ha*/run; do
    if [ -L "$directory" ]; then rm -rf "$(readlink "$directory")" "$directory"; fi
  done
}

on_signal() { # on_signal EXIT_STATUS
  trap '' INT TERM HUP
  # With `set -e` a failed write to a closed terminal would end the script before the lab is stopped.
  set +e
  end_step
  echo 'Stopping ...' 2>/dev/null
  stop_lab
  exit "$1"
}

has_left() { # has_left NAME: no running balancer lists it as alive or leaving
  for balancer in $(running_nodes ha); do
    if serf members -rpc-addr="$(address_of "$balancer"):$rpc_port" -status='alive|leaving' -name="$1" 2>/dev/null |
      grep -q .; then return 1; fi
  done
}
