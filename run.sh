#!/bin/sh
# The lab on one machine, without containers: a balancer and some backends on loopback addresses, each its own s6
# tree with its own Serf agent, run by the very scripts that the images use. `./run.sh --help` tells the commands.
set -eu

usage="usage: ./run.sh [--backends N] [--balancers N] [--detach]   starts the lab; Ctrl-C stops it
       ./run.sh add s3       starts one more node: s1 to s99, ha2 to ha9
       ./run.sh stop s1      drains it and stops it
       ./run.sh kill s1      kills every process of it
       ./run.sh restart s1   starts it afresh
       ./run.sh status       the status as text
       ./run.sh down         stops all of it"

die() {
  echo "run.sh: $1" >&2
  exit 1
}

wrong() {
  echo "run.sh: $1; ./run.sh --help tells the commands" >&2
  exit 2
}

root=$(cd "$(dirname "$0")" && pwd -P)
lab=${ROLLCALL_LAB_DIR:-$root/.lab}
mkdir -p "$lab"
lab=$(cd "$lab" && pwd -P)
cd "$root"

# What a later command needs to know of the start: it is kept in the lab's folder.
kept='HTTP_HOST|HTTP_PORT|STATS_HOST|HAPROXY_[A-Z_]+|SIDECAR_[A-Z0-9_]+|SERF_[A-Z_]+|APP_PORT|DRAIN_DEADLINE|DYNAMIC_COOKIE_KEY|JAVA_HOME'

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

# ---- settings

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

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

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

# ---- what has to be there before

find_jdk() {
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "${HOME:-}"/.sdkman/candidates/java/*; do
    [ -x "$home/bin/javac" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || :)
    if [ "${version:-0}" -ge 25 ]; then
      export JAVA_HOME="$home"
      return 0
    fi
  done
  return 1
}

# The work of a step runs beside this shell, so that Ctrl-C and TERM are answered at once.
step=''
step() {
  "$@" &
  step=$!
  wait "$step" || return 1
  step=''
}

install_missing() {
  missing=''
  for need in haproxy:haproxy serf:serf s6-svscan:s6 node:nodejs npm:npm curl:curl; do
    command -v "${need%:*}" >/dev/null || missing="$missing ${need#*:}"
  done
  PATH=$PATH:/usr/lib/execline/bin command -v redirfd >/dev/null || missing="$missing execline"
  command -v mvn >/dev/null || [ -x mvnw ] || missing="$missing maven"
  if ! find_jdk; then
    apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1 ||
      die 'a JDK 25 or later is needed: set JAVA_HOME to one, or put it under /usr/lib/jvm'
    missing="$missing openjdk-25-jdk-headless"
  fi
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "missing packages: as root, apt-get install$missing"
  fi
  echo "Installing$missing ..."
  export DEBIAN_FRONTEND=noninteractive
  step apt-get -q update || die 'apt-get update failed'
  # shellcheck disable=SC2086
  step apt-get -q install -y --no-install-recommends $missing || die "cannot install$missing"
  find_jdk || die 'no JDK 25 was found after installing one'
}

# stale RESULT SOURCE...: a source is newer than the result
stale() {
  result=$1
  shift
  [ ! -e "$result" ] || [ -n "$(find "$@" -newer "$result" -print -quit)" ]
}

build() {
  if stale sidecar/target/sidecar.jar pom.xml sidecar/pom.xml sidecar/src; then
    echo 'Building the sidecar (a minute the first time) ...'
    maven=mvn
    command -v mvn >/dev/null || maven=./mvnw
    step "$maven" -q -B -DskipTests package || die 'the sidecar does not build'
    touch sidecar/target/sidecar.jar # Maven leaves an unchanged one as it is
  fi
  if stale webapp/app/node_modules/.package-lock.json webapp/app/package-lock.json; then
    echo "Installing the web application's libraries ..."
    step npm --prefix webapp/app ci --omit=dev --no-audit --no-fund --loglevel=error || die 'npm ci failed'
  fi
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
  export SIDECAR_SERF_PIPE="$lab/$1/serf.pipe" SIDECAR_SERF_RPC="$SERF_RPC_ADDR" SIDECAR_STATE_DIR="$lab/$1/state"
  export SIDECAR_HAPROXY_SOCKET="$HAPROXY_SOCKET" SIDECAR_HAPROXY_STATEFILE="$HAPROXY_STATE_FILE"
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
  exec setsid s6-svscan "$lab/$1/services" </dev/null >"$lab/$1/log/s6.log" 2>&1
}

# prepare NAME: its scan directory, whose services call the scripts of the images
prepare() {
  case $1 in ha*) image=ha ;; *) image=webapp ;; esac
  rm -rf "${lab:?}/$1/services" "$lab/$1/log"
  mkdir -p "$lab/$1/log" "$lab/$1/services/.s6-svscan"
  for service in "$image"/services/*/; do
    service=$(basename "$service")
    cp -R "$image/services/$service" "$lab/$1/services/"
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

answers() { curl -fs -m 1 -o /dev/null "$1"; }

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
  done
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
  [ -z "$step" ] || kill "$step" 2>/dev/null || :
  echo 'Stopping ...'
  stop_all
  exit "$1"
}

unlisted() { # no balancer that runs lists it any longer
  for balancer in $(running ha); do
    if serf members -rpc-addr="$(address_of "$balancer"):$rpc_port" -status='alive|leaving' -name="$1" 2>/dev/null |
      grep -q .; then return 1; fi
  done
}

# ---- commands

command_start() {
  backends=2 balancers=1 detach=''
  while [ $# -gt 0 ]; do
    case $1 in
      --backends | --balancers)
        most=99
        [ "$1" = --backends ] || most=9
        case ${2:-} in '' | *[!0-9]* | ???*) wrong "$1: expected a number up to $most" ;; esac
        [ "$2" -le "$most" ] || wrong "$1: expected a number up to $most"
        if [ "$1" = --backends ]; then backends=$2; else balancers=$2; fi
        shift 2
        ;;
      --detach) detach=yes && shift ;;
      *) wrong "'$1': unknown" ;;
    esac
  done
  [ "$balancers" -gt 0 ] || wrong '--balancers: expected at least 1'
  [ -z "$(running)" ] || die 'the lab runs already: ./run.sh status shows it, ./run.sh down stops it'
  [ -e "$lab/settings" ] || [ -z "$(ls -A "$lab")" ] || die "$lab: expected an empty folder or that of a lab"

  names=ha
  for i in $(seq 2 "$balancers"); do names="$names ha$i"; done
  for i in $(seq 1 "$backends"); do names="$names s$i"; done
  read_settings
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM HUP
  install_missing
  # shellcheck disable=SC2086
  check_ports $names || exit 1
  build

  stop_all # what an earlier lab left behind
  for old in $(nodes); do rm -rf "${lab:?}/$old"; done
  if [ -z "${SIDECAR_HTTP_TOKEN:-}${SIDECAR_HTTP_TOKEN_FILE:-}" ]; then
    SIDECAR_HTTP_TOKEN=$(random 16)
    export SIDECAR_HTTP_TOKEN
  fi
  export DYNAMIC_COOKIE_KEY="${DYNAMIC_COOKIE_KEY:-$(random 32)}" # the same on every balancer
  (
    umask 077
    export -p | grep -E "^export ($kept)=" >"$lab/settings"
    echo "${SIDECAR_HTTP_TOKEN:-}" >"$lab/token"
  )

  echo "Starting $names ..."
  # shellcheck disable=SC2086
  start $names
  if [ "$backends" -gt 0 ]; then
    for balancer in $(nodes ha); do
      url=http://$(host_of "$balancer" "${HTTP_HOST:-}"):$http_port/
      within 30 answers "$url" || {
        stop_all
        die "$url does not answer 200 within 30 s: the logs are in $lab/$balancer/log"
      }
    done
  fi

  cat <<TEXT

  application      http://$(host_of ha "${HTTP_HOST:-}"):$http_port/
  status           http://$(host_of ha "${SIDECAR_HTTP_HOST:-}"):$sidecar_port/
  HAProxy's page   http://$(host_of ha "${STATS_HOST:-}"):$stats_port/
  admin socket     $(socket_folder ha)/admin.sock
  action token     ${SIDECAR_HTTP_TOKEN:-from $SIDECAR_HTTP_TOKEN_FILE}
  logs             $lab/ha/log

TEXT
  if [ -n "$detach" ]; then
    echo 'The lab runs. ./run.sh down stops it.'
    return
  fi
  echo 'The lab runs. Ctrl-C stops it; ./run.sh add s3 in another terminal adds a backend.'
  while [ -n "$(running)" ]; do
    sleep 1 &
    wait $! || :
  done
  stop_all
  echo 'The lab has ended.'
}

# A command about one node of a lab that runs.
need_lab() { [ -n "$(running)" ] || die 'the lab does not run: ./run.sh starts it'; }

need_node() { # need_node NAME: running
  [ $# = 1 ] || wrong 'expected one name'
  address=$(address_of "$1")
  need_lab
  runs "$1" || die "$1 does not run"
}

command_add() {
  [ $# = 1 ] || wrong 'expected one name'
  address=$(address_of "$1")
  need_lab
  if runs "$1"; then die "$1 runs already"; fi
  slay "$1"
  check_ports "$1" || exit 1
  start "$1"
  case $1 in
    ha*) url=http://$(host_of "$1" "${STATS_HOST:-}"):$stats_port/ ;;
    *) url=http://$address:$app_port/health ;;
  esac
  within 15 answers "$url" || die "$1 does not answer on $url within 15 s: the logs are in $lab/$1/log"
  echo "$1 runs: $url"
}

command_stop() {
  need_node "$@"
  terminate 12 "$1"
  within 15 unlisted "$1" || die "$1 has stopped, but a balancer still lists it"
  echo "$1 has left"
}

command_kill() {
  need_node "$@"
  slay "$1"
  echo "$1 is dead"
}

command_restart() {
  [ $# = 1 ] || wrong 'expected one name'
  address=$(address_of "$1")
  if runs "$1"; then command_stop "$1"; fi
  command_add "$1"
}

command_status() {
  [ $# = 0 ] || wrong 'status takes no argument'
  need_lab
  [ -n "$(running ha)" ] || die 'no balancer runs'
  for balancer in $(running ha); do
    curl -fsS -m 5 -H 'Accept: text/plain' "http://$(host_of "$balancer" "${SIDECAR_HTTP_HOST:-}"):$sidecar_port/" ||
      die "the sidecar of $balancer does not answer: its log is $lab/$balancer/log/sidecar.log"
  done
}

command_down() {
  [ $# = 0 ] || wrong 'down takes no argument'
  [ -n "$(running)" ] || echo 'Nothing runs.'
  stop_all
}

case ${1:-} in
  '' | --backends | --balancers | --detach) command_start "$@" ;;
  add | stop | kill | restart | status | down)
    # shellcheck disable=SC1091
    if [ -e "$lab/settings" ]; then . "$lab/settings"; fi
    read_settings
    command=$1
    shift
    "command_$command" "$@"
    ;;
  -h | --help) echo "$usage" ;;
  *) wrong "'$1': unknown" ;;
esac
