#!/bin/sh
# Runs the lab on one machine without containers: balancers and backends on loopback addresses, each with its own s6
# supervision tree and Serf agent, started by the scripts that the images use. See ./run.sh --help.
set -eu

usage="usage: ./run.sh [--backends N] [--balancers N] [--detach]   start the lab; Ctrl-C stops it
       ./run.sh add NAME       start another node: s1 to s99, or ha2 to ha9
       ./run.sh stop NAME      drain a node and stop it
       ./run.sh kill NAME      kill all processes of a node with SIGKILL
       ./run.sh restart NAME   stop a node and start it again; its sessions are lost
       ./run.sh status         print the status as text
       ./run.sh down           stop the lab

Options: --backends (default 2), --balancers (default 1), --detach (return once the application responds).
Environment: HTTP_PORT (8080), HAPROXY_STATS_PORT (1936), SIDECAR_HTTP_PORT (9999), SERF_PORT (7946),
SERF_RPC_PORT (7373), APP_PORT (3000), ROLLCALL_LAB_DIR (directory for the files of the lab, default .lab)."

usage_error() {
  echo "run.sh: $1; see ./run.sh --help" >&2
  exit 2
}

root=$(dirname "$(realpath "$0")")
lab=$(realpath -m "${ROLLCALL_LAB_DIR:-$root/.lab}")
cd "$root"
. scripts/needs.sh
. scripts/lab.sh
. scripts/runtime.sh

# ---- commands

# check_count OPTION MIN MAX [VALUE]
check_count() {
  expected="$1: expected a number from $2 to $3"
  case ${4:-} in
    '') usage_error "$expected, got nothing" ;;
    *[!0-9]* | ???*) usage_error "$expected, got \"$4\"" ;;
  esac
  { [ "$4" -ge "$2" ] && [ "$4" -le "$3" ]; } || usage_error "$expected, got \"$4\""
}

parse_options() {
  backends=2 balancers=1 detach=''
  while [ $# -gt 0 ]; do
    case $1 in
      --backends)
        check_count "$1" 0 99 "${2:-}"
        backends=$2
        shift 2
        ;;
      --balancers)
        check_count "$1" 1 9 "${2:-}"
        balancers=$2
        shift 2
        ;;
      --detach) detach=yes && shift ;;
      *) usage_error "unknown argument \"$1\"" ;;
    esac
  done
}

wait_for_application() {
  for balancer in $(node_names ha); do
    url=http://$(listen_address "$balancer" "${HTTP_HOST:-}"):$http_port/
    wait_for 30 responds "$url" || {
      stop_lab
      die "no response with status 200 from $url within 30 s; the lab was stopped; see the logs in $lab/*/log"
    }
  done
}

# sidecar_url BALANCER
sidecar_url() {
  scheme=http
  [ -z "${SIDECAR_HTTP_TLS_CERTIFICATE:-}" ] || scheme=https
  echo "$scheme://$(listen_address "$1" "${SIDECAR_HTTP_HOST:-}"):$sidecar_port/"
}

print_addresses() {
  for balancer in $(node_names ha); do
    cat <<TEXT

  balancer         $balancer
  application      http://$(listen_address "$balancer" "${HTTP_HOST:-}"):$http_port/
  status page      $(sidecar_url "$balancer")
  HAProxy stats    http://$(listen_address "$balancer" "${STATS_HOST:-}"):$stats_port/
  admin socket     $(socket_dir "$balancer")/admin.sock
TEXT
  done
  cat <<TEXT

  action token     ${SIDECAR_HTTP_TOKEN:-from $SIDECAR_HTTP_TOKEN_FILE}
  command line     $root/bin/rollcall --help
  logs             $lab/*/log

TEXT
}

command_start() {
  parse_options "$@"
  read_ports
  [ -z "$(running_nodes)" ] || die 'the lab is already running; stop it with ./run.sh down'
  mkdir -p "$lab" 2>/dev/null || : # the next line reports a failure
  [ -w "$lab" ] || die "cannot write to $lab; set ROLLCALL_LAB_DIR to a writable directory"
  [ -e "$lab/settings" ] || [ -z "$(ls -A "$lab")" ] ||
    die "$lab: expected an empty directory or the directory of a lab; set ROLLCALL_LAB_DIR to another directory"
  names=$({ echo ha && seq -f 'ha%g' 2 "$balancers" && seq -f 's%g' 1 "$backends"; } | xargs)
  trap 'on_signal 130' INT
  trap 'on_signal 143' TERM HUP
  install_missing
  # shellcheck disable=SC2086
  check_ports $names || exit 1
  build_sidecar
  step build_runtime sidecar/target/runtime
  install_libraries
  "$JAVA_HOME/bin/java" -jar sidecar/target/sidecar.jar --check >/dev/null || exit # it prints the errors

  stop_lab # processes of an earlier lab that was not stopped
  for name in $(node_names); do rm -rf "${lab:?}/$name"; done
  generate_secrets
  save_settings

  echo "Starting $names ..."
  # shellcheck disable=SC2086
  start_nodes $names
  [ "$backends" = 0 ] || wait_for_application
  print_addresses
  if [ -n "$detach" ]; then
    echo 'The lab is running. Stop it with ./run.sh down.'
    return
  fi
  echo 'The lab is running. Stop it with Ctrl-C; add a backend with ./run.sh add s3 in another terminal.'
  while [ -n "$(running_nodes)" ]; do
    sleep 1 &
    wait $! || :
  done
  stop_lab
  echo 'The lab was stopped.'
}

require_lab() { [ -n "$(running_nodes)" ] || die 'the lab is not running; start it with ./run.sh'; }

# check_name [NAME]: for commands that take the name of one node; sets $address
check_name() {
  [ $# -gt 0 ] || usage_error "$command: expected the name of a node, got nothing"
  [ $# = 1 ] || usage_error "$command: expected the name of one node, got $# names"
  address=$(address_of "$1")
}

require_running() { # require_running [NAME]
  check_name "$@"
  require_lab
  is_running "$1" || die "$1 is not running; start it with ./run.sh add $1"
}

command_add() {
  check_name "$@"
  require_lab
  if is_running "$1"; then die "$1 is already running"; fi
  kill_node "$1"
  check_ports "$1" || exit 1
  start_nodes "$1"
  case $1 in
    ha*) url=$(sidecar_url "$1")readyz ;;
    *) url=http://$address:$app_port/health ;;
  esac
  wait_for 15 responds "$url" ||
    die "$1 is not ready: no response with status 200 from $url within 15 s; see the logs in $lab/$1/log"
  echo "$1 is ready: $url responds"
}

command_stop() {
  require_running "$@"
  echo "Draining and stopping $1 ..."
  stop_nodes 12 "$1"
  wait_for 15 has_left "$1" ||
    die "$1 was stopped, but a balancer still lists it as alive or leaving after 15 s; see $lab/ha*/log/serf.log"
  echo "$1 has left the cluster"
}

command_kill() {
  require_running "$@"
  kill_node "$1"
  echo "$1 was killed"
}

command_restart() {
  check_name "$@"
  if is_running "$1"; then command_stop "$1"; fi
  command_add "$1"
}

action_token() {
  if [ -n "${SIDECAR_HTTP_TOKEN_FILE:-}" ]; then cat "$SIDECAR_HTTP_TOKEN_FILE"; else echo "$SIDECAR_HTTP_TOKEN"; fi
}

command_status() {
  [ $# = 0 ] || usage_error "status: unexpected argument \"$1\""
  require_lab
  [ -n "$(running_nodes ha)" ] || die 'no balancer is running; start one with ./run.sh add ha'
  failed=''
  for balancer in $(running_nodes ha); do
    url=$(sidecar_url "$balancer")
    # With a viewer among the tokens reading needs one too. Other users could read it on a command line.
    if text=$(printf 'header = "Authorization: Bearer %s"\n' "$(action_token)" |
      curl -fsk -m 5 -K - -H 'Accept: text/plain' "$url"); then
      printf '%s\n' "$text"
    else
      failed=$balancer
      echo "run.sh: no response from the sidecar of $balancer at $url; see $lab/$balancer/log/sidecar.log" >&2
    fi
  done
  [ -z "$failed" ]
}

command_down() {
  [ $# = 0 ] || usage_error "down: unexpected argument \"$1\""
  if [ -n "$(running_nodes)" ]; then echo 'Stopping ...'; else echo 'The lab is not running.'; fi
  stop_lab
}

case ${1:-} in
  '' | --backends | --balancers | --detach) command_start "$@" ;;
  add | stop | kill | restart | status | down)
    [ ! -e "$lab/settings" ] || [ -r "$lab/settings" ] ||
      die "$lab/settings: permission denied; the lab belongs to another user"
    # shellcheck disable=SC1091
    if [ -e "$lab/settings" ]; then . "$lab/settings"; fi
    read_ports
    command=$1
    shift
    "command_$command" "$@"
    ;;
  -h | --help) echo "$usage" ;;
  *) usage_error "unknown argument \"$1\"" ;;
esac
