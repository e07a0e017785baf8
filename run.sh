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
       ./run.sh down         stops all of it

Each port has a variable: HTTP_PORT (8080), HAPROXY_STATS_PORT (1936), SIDECAR_HTTP_PORT (9999), SERF_PORT (7946),
SERF_RPC_PORT (7373), APP_PORT (3000). ROLLCALL_LAB_DIR is where the lab keeps its files (.lab)."

wrong() {
  echo "run.sh: $1; ./run.sh --help tells the commands" >&2
  exit 2
}

root=$(dirname "$(realpath "$0")")
lab=$(realpath -m "${ROLLCALL_LAB_DIR:-$root/.lab}")
cd "$root"
. scripts/needs.sh
. scripts/lab.sh

# ---- commands

read_options() {
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
}

await_traffic() {
  for balancer in $(nodes ha); do
    url=http://$(host_of "$balancer" "${HTTP_HOST:-}"):$http_port/
    within 30 answers "$url" || {
      stop_all
      die "$url does not answer 200 within 30 s: the logs are in $lab/*/log"
    }
  done
}

show_addresses() {
  for balancer in $(nodes ha); do
    cat <<TEXT

  balancer         $balancer
  application      http://$(host_of "$balancer" "${HTTP_HOST:-}"):$http_port/
  status           http://$(host_of "$balancer" "${SIDECAR_HTTP_HOST:-}"):$sidecar_port/
  HAProxy's page   http://$(host_of "$balancer" "${STATS_HOST:-}"):$stats_port/
  admin socket     $(socket_folder "$balancer")/admin.sock
TEXT
  done
  cat <<TEXT

  action token     ${SIDECAR_HTTP_TOKEN:-from $SIDECAR_HTTP_TOKEN_FILE}
  logs             $lab/*/log

TEXT
}

command_start() {
  read_options "$@"
  read_settings
  [ -z "$(running)" ] || die 'the lab runs already: ./run.sh status shows it, ./run.sh down stops it'
  mkdir -p "$lab" 2>/dev/null || : # the next line tells
  [ -w "$lab" ] || die "$lab: the lab's files cannot be written there: choose another folder with ROLLCALL_LAB_DIR"
  [ -e "$lab/settings" ] || [ -z "$(ls -A "$lab")" ] || die "$lab: expected an empty folder or that of a lab"
  names=$({ echo ha && seq -f 'ha%g' 2 "$balancers" && seq -f 's%g' 1 "$backends"; } | xargs)
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM HUP
  install_missing
  # shellcheck disable=SC2086
  check_ports $names || exit 1
  build_sidecar
  install_libraries
  "$JAVA_HOME/bin/java" -jar sidecar/target/sidecar.jar --check-settings >/dev/null || exit # it tells what is wrong

  stop_all # what an earlier lab left behind
  for old in $(nodes); do rm -rf "${lab:?}/$old"; done
  make_secrets
  keep_settings

  echo "Starting $names ..."
  # shellcheck disable=SC2086
  start $names
  [ "$backends" = 0 ] || await_traffic
  show_addresses
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
  [ $# = 1 ] || wrong "$command: expected one name"
  address=$(address_of "$1")
  need_lab
  runs "$1" || die "$1 does not run"
}

command_add() {
  [ $# = 1 ] || wrong "$command: expected one name"
  address=$(address_of "$1")
  need_lab
  if runs "$1"; then die "$1 runs already"; fi
  slay "$1"
  check_ports "$1" || exit 1
  start "$1"
  case $1 in
    ha*) url=http://$(host_of "$1" "${SIDECAR_HTTP_HOST:-}"):$sidecar_port/readyz ;;
    *) url=http://$address:$app_port/health ;;
  esac
  within 15 answers "$url" || die "$1 does not answer on $url within 15 s: the logs are in $lab/$1/log"
  echo "$1 answers on $url; ./run.sh status shows it"
}

command_stop() {
  need_node "$@"
  echo "Draining and stopping $1 ..."
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
  [ $# = 1 ] || wrong "$command: expected one name"
  address=$(address_of "$1")
  if runs "$1"; then command_stop "$1"; fi
  command_add "$1"
}

command_status() {
  [ $# = 0 ] || wrong 'status takes no argument'
  need_lab
  [ -n "$(running ha)" ] || die 'no balancer runs'
  silent=''
  for balancer in $(running ha); do
    url=http://$(host_of "$balancer" "${SIDECAR_HTTP_HOST:-}"):$sidecar_port/
    if text=$(curl -fs -m 5 -H 'Accept: text/plain' "$url"); then
      printf '%s\n' "$text"
    else
      silent=$balancer
      echo "run.sh: the sidecar of $balancer does not answer: its log is $lab/$balancer/log/sidecar.log" >&2
    fi
  done
  [ -z "$silent" ]
}

command_down() {
  [ $# = 0 ] || wrong 'down takes no argument'
  if [ -n "$(running)" ]; then echo 'Stopping ...'; else echo 'Nothing runs.'; fi
  stop_all
}

case ${1:-} in
  '' | --backends | --balancers | --detach) command_start "$@" ;;
  add | stop | kill | restart | status | down)
    [ ! -e "$lab/settings" ] || [ -r "$lab/settings" ] || die "$lab: the lab of another user"
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
