# shellcheck shell=sh
# The nodes of the lab: their names and addresses, their processes and ports, how they start and end. run.sh sources
# it with $root, the folder of the repository, and $lab, the folder of this lab.
: "${root:?}" "${lab:?}"

# ---- nodes: a name, its address, its processes

address_of() {
  case $1 in
    ha) echo 127.0.0.1 ;;
    ha[2-9]) echo "127.0.0.${1#ha}" ;;
    s[1-9] | s[1-9][0-9]) echo "127.0.0.$((10 + ${1#s}))" ;;
    *) die "'$1': expected a name from s1 to s99, ha, or ha2 to ha9" ;;
  esac
}

# nodes [PREFIX]: the names that were started, running or not
nodes() {
  for folder in "$lab/${1:-}"*/services; do
    [ ! -d "$folder" ] || basename "${folder%/services}"
  done
}

# Every process of a node carries its folder in the environment: so it is found wherever it was reparented to.
processes() { grep -slzxF "ROLLCALL_NODE=$lab/$1" /proc/[0-9]*/environ | cut -d / -f 3; }

runs() { [ -s "$lab/$1/pid" ] && grep -sqzxF "ROLLCALL_NODE=$lab/$1" "/proc/$(cat "$lab/$1/pid")/environ"; }

running() { for each in $(nodes "${1:-}"); do if runs "$each"; then echo "$each"; fi; done; }

gone() { for each in "$@"; do [ -z "$(processes "$each")" ] || return 1; done; }

# within SECONDS COMMAND...: tries until it succeeds
within() {
  end=$(($(date +%s) + $1))
  shift
  until "$@"; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.1
  done
}

answers() { curl -fs -m 1 -o /dev/null "$1"; }

# ---- settings

# What a later command needs to know of the start: it is kept in the lab's folder.
kept='(HTTP|STATS)_HOST|HTTP_PORT|(HAPROXY|SERF)_[A-Z_]+|SIDECAR_[A-Z0-9_]+|APP_PORT|DRAIN_DEADLINE|DYNAMIC_COOKIE_KEY'
kept="$kept|JAVA_HOME"

keep_settings() (
  umask 077
  export -p | grep -E "^export ($kept)=" >"$lab/settings"
  echo "${SIDECAR_HTTP_TOKEN:-}" >"$lab/token"
)

# Where nothing else is given: a token for the actions, and a cookie key that is the same on every balancer.
make_secrets() {
  if [ -z "${SIDECAR_HTTP_TOKEN:-}${SIDECAR_HTTP_TOKEN_FILE:-}" ]; then
    SIDECAR_HTTP_TOKEN=$(random 16)
    export SIDECAR_HTTP_TOKEN
  fi
  export DYNAMIC_COOKIE_KEY="${DYNAMIC_COOKIE_KEY:-$(random 32)}"
}

read_settings() {
  http_port=${HTTP_PORT:-8080}
  stats_port=${HAPROXY_STATS_PORT:-1936}
  sidecar_port=${SIDECAR_HTTP_PORT:-9999}
  serf_port=${SERF_PORT:-7946}
  rpc_port=${SERF_RPC_PORT:-7373}
  app_port=${APP_PORT:-3000}
  for setting in "HTTP_PORT $http_port" "HAPROXY_STATS_PORT $stats_port" "SIDECAR_HTTP_PORT $sidecar_port" \
    "SERF_PORT $serf_port" "SERF_RPC_PORT $rpc_port" "APP_PORT $app_port"; do
    port=${setting#* }
    case $port in
      *[!0-9]* | ?????? | 0*) die "${setting%% *}=$port: expected a port from 1 to 65535" ;;
    esac
    [ "$port" -le 65535 ] || die "${setting%% *}=$port: expected a port from 1 to 65535"
  done
}

# Only `ha` may be seen from outside; the other balancers share its ports on their own addresses.
host_of() { # host_of NAME GIVEN
  if [ "$1" = ha ] && [ -n "$2" ]; then echo "$2"; else address_of "$1"; fi
}

# Every port at once, by opening them: nothing of the lab starts unless all are free.
# shellcheck disable=SC2016
check_ports() {
  for name in "$@"; do
    at=$(address_of "$name")
    case $name in
      ha*)
        echo "tcp $(host_of "$name" "${HTTP_HOST:-}") $http_port HTTP_PORT"
        echo "tcp $(host_of "$name" "${STATS_HOST:-}") $stats_port HAPROXY_STATS_PORT"
        echo "tcp $(host_of "$name" "${SIDECAR_HTTP_HOST:-}") $sidecar_port SIDECAR_HTTP_PORT"
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
        const why = { EADDRINUSE: "is taken", EACCES: "needs root" }[code] ?? `cannot be opened (${code})`;
        console.error(`run.sh: ${kind} port ${port} on ${host} ${why}: choose another with ${variable}`);
        process.exitCode = 1;
        resolve();
      });
    }))).then(() => process.exit());'
}

# ---- starting

# A socket's path holds about 100 bytes: from a folder deep down it goes to /tmp.
socket_folder() {
  if [ "${#lab}" -lt 70 ]; then
    mkdir -p "$lab/$1/run"
  elif [ ! -d "$lab/$1/run" ]; then
    ln -sfn "$(mktemp -d /tmp/rollcall.XXXXXX)" "$lab/$1/run"
  fi
  (cd "$lab/$1/run" && pwd -P)
}

balancer_settings() {
  sockets=$(socket_folder "$1")
  export ROLE=balancer HTTP_PORT="$http_port" HAPROXY_STATS_PORT="$stats_port" SIDECAR_HTTP_PORT="$sidecar_port"
  HTTP_HOST=$(host_of "$1" "${HTTP_HOST:-}")
  STATS_HOST=$(host_of "$1" "${STATS_HOST:-}")
  SIDECAR_HTTP_HOST=$(host_of "$1" "${SIDECAR_HTTP_HOST:-}")
  export HTTP_HOST STATS_HOST SIDECAR_HTTP_HOST
  export HAPROXY_CONFIG="$root/ha/config/haproxy.cfg" HAPROXY_SOCKET="$sockets/admin.sock"
  export HAPROXY_STATE_FILE="$lab/$1/haproxy/server-state"
  export SERF_HANDLERS="$root/ha/scripts" SERF_LOG="$lab/$1/log/members.log"
  export ROLLCALL_JAR="$root/sidecar/target/sidecar.jar"
  export SIDECAR_SERF_PIPE="${SIDECAR_SERF_PIPE:-$lab/$1/serf.pipe}" SIDECAR_SERF_RPC="${SIDECAR_SERF_RPC-$SERF_RPC_ADDR}"
  export SIDECAR_STATE_DIR="${SIDECAR_STATE_DIR:-$lab/$1/state}"
  export SIDECAR_HAPROXY_SOCKET="${SIDECAR_HAPROXY_SOCKET:-$HAPROXY_SOCKET}"
  export SIDECAR_HAPROXY_STATEFILE="${SIDECAR_HAPROXY_STATEFILE:-$HAPROXY_STATE_FILE}"
  peers=$(nodes)
}

backend_settings() {
  export ROLE=backend HOST="$address" PORT="$app_port" TAG="$1"
  export WEBAPP_DIR="$root/webapp" WEBAPP_IDENTITY="$lab/$1/identity"
  peers=$(nodes ha)
}

# What all nodes share; then the kind's own; then s6, in a session of its own, so that Ctrl-C reaches only this shell.
launch() {
  export ROLLCALL_ROOT="$root" ROLLCALL_NODE="$lab/$1" ROLLCALL_CONF="$root/conf"
  export NODE_NAME="$1" SERF_BIND="$address" SERF_PORT="$serf_port" SERF_RPC_ADDR="$address:$rpc_port"
  export SERF_DIR="$lab/$1/serf"
  "$2" "$1"
  SERF_JOIN=${SERF_JOIN:-$(for peer in $peers; do address_of "$peer"; done | xargs)}
  export SERF_JOIN
  log=$lab/$1/log/s6.log
  set -- setsid s6-svscan "$lab/$1/services"
  # The caller may wait until the last one has closed a pipe: none of its descriptors goes on into the lab.
  for descriptor in /proc/self/fd/*; do
    descriptor=${descriptor##*/}
    [ "$descriptor" -le 2 ] || set -- fdclose "$descriptor" "$@"
  done
  exec "$@" </dev/null >"$log" 2>&1
}

# prepare NAME: its scan directory, whose services call the scripts of the images. An identity that is left from a
# run that was killed goes: the agent would join with the old boot.
prepare() {
  case $1 in ha*) image=ha ;; *) image=webapp ;; esac
  rm -rf "${lab:?}/$1/services" "$lab/$1/log" "$lab/$1/identity"
  mkdir -p "$lab/$1/log" "$lab/$1/services/.s6-svscan"
  for service in "$image"/services/*/; do
    service=$(basename "$service")
    cp -R "$image/services/$service" "$lab/$1/services/"
    rm -rf "$lab/$1/services/$service/log" # here each service has its file, and every node keeps its address
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nexec sh "$ROLLCALL_ROOT/%s" >>"$ROLLCALL_NODE/log/%s" 2>&1\n' \
      "$image/services/$service/run" "$service.log" >"$lab/$1/services/$service/run"
  done
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec sh "$ROLLCALL_ROOT/%s"\n' "$image/services/.s6-svscan/SIGTERM" \
    >"$lab/$1/services/.s6-svscan/SIGTERM"
  chmod 755 "$lab/$1/services"/*/run "$lab/$1/services/.s6-svscan/SIGTERM"
}

# start NAME...
start() {
  for name in "$@"; do prepare "$name"; done
  for name in "$@"; do
    address=$(address_of "$name")
    case $name in ha*) kind=balancer_settings ;; *) kind=backend_settings ;; esac
    (launch "$name" "$kind") &
    echo $! >"$lab/$name/pid"
  done
}

# ---- stopping

terminate() { # terminate SECONDS NAME...: TERM, and KILL for what is left after that
  seconds=$1
  shift
  for name in "$@"; do if runs "$name"; then kill -TERM "$(cat "$lab/$name/pid")"; fi; done
  within "$seconds" gone "$@" || for name in "$@"; do slay "$name"; done
}

slay() {
  while pids=$(processes "$1") && [ -n "$pids" ]; do
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || :
    for pid in $pids; do until dead "$pid"; do sleep 0.01; done; done
  done
}

# A process that ends loses its environment first and its sockets last, with its last thread.
dead() {
  [ -e "/proc/$1/status" ] || return 0
  [ "$(echo "/proc/$1/task"/*)" = "/proc/$1/task/$1" ] && grep -qs '^State:.Z' "/proc/$1/status"
}

stop_all() {
  # shellcheck disable=SC2046
  terminate 9 $(nodes)
  for folder in "$lab"/ha*/run; do
    if [ -L "$folder" ]; then rm -rf "$(readlink "$folder")" "$folder"; fi
  done
}

interrupted() {
  trap '' INT TERM HUP
  # whoever read the output may be gone with the terminal: saying so is not worth a lab that stays
  set +e
  end_step
  echo 'Stopping ...' 2>/dev/null
  stop_all
  exit "$1"
}

unlisted() { # no balancer that runs lists it any longer
  for balancer in $(running ha); do
    if serf members -rpc-addr="$(address_of "$balancer"):$rpc_port" -status='alive|leaving' -name="$1" 2>/dev/null |
      grep -q .; then return 1; fi
  done
}
