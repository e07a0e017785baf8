# shellcheck shell=sh
# Users of the lab: where run.sh is started by root, HAProxy, Serf, the sidecar and the application run as different
# users without capabilities. They are numbers, which need no entry in /etc/passwd. Sourced by lab.sh.
: "${root:?}" "${lab:?}"
http_port='' stats_port='' sidecar_port='' # set by read_ports

# The group of those who use the admin socket, the state file or the FIFO of a balancer.
shared_group=64800

user_of() { # user_of SERVICE
  case $1 in
    ha) echo 64801 ;;
    serf) echo 64802 ;;
    sidecar) echo 64803 ;;
    *) echo 64804 ;;
  esac
}

# needed_files: what the services read, of this checkout, of the machine, and what settings name
needed_files() {
  printf '%s\n' "$root/run.sh" "$lab" "${JAVA_HOME:-}/bin/java" "$root/sidecar/target/sidecar.jar" \
    "$(command -v "${HAPROXY:-haproxy}")" "$(command -v serf)" "$(command -v node)" "$(command -v redirfd)"
  env | sed -n 's/^\(SIDECAR\|DYNAMIC_COOKIE\|SERF\|ROLLCALL\)_[A-Z0-9_]*_\(FILE\|KEY\|CERTIFICATE\)=\(\/.*\)/\3/p'
}

# separate_users: sets $separate if the services can run as users of their own; prints why they cannot
separate_users() {
  separate=''
  [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || return 0
  if [ -n "${SIDECAR_STATE_DIR:-}${SIDECAR_SERF_PIPE:-}${SIDECAR_HAPROXY_SOCKET:-}${SIDECAR_HAPROXY_STATEFILE:-}" ]; then
    echo 'All services run as root, because a path of the sidecar was set.'
    return 0
  fi
  # the lab's own key is given to the agents' user
  # shellcheck disable=SC2016
  unreadable=$(needed_files | grep -vxF "$lab/gossip-key" | setpriv --reuid 64804 --regid 64804 --clear-groups sh -c '
    while IFS= read -r file; do [ -r "$file" ] || { echo "$file" && exit; }; done')
  if [ -n "$unreadable" ]; then
    echo "All services run as root, because other users cannot read $unreadable."
    return 0
  fi
  separate=yes
}

# as_user SERVICE: prints the beginning of the command line that runs a service; empty without separate users
as_user() {
  [ -n "$separate" ] || return 0
  user=$(user_of "$1") capabilities=-all
  # A process may bind a low port only with this capability.
  if [ "$1" = ha ] && { [ "$http_port" -lt 1024 ] || [ "$stats_port" -lt 1024 ]; }; then
    capabilities=-all,+net_bind_service
  fi
  [ "$1" != sidecar ] || [ "$sidecar_port" -ge 1024 ] || capabilities=-all,+net_bind_service
  # s6 passes a pipe that belongs to root; the service opens it to report that it is ready
  # shellcheck disable=SC2016
  printf 'chown %s /proc/self/fd/3 2>/dev/null\nexec setpriv --reuid %s --regid %s --groups %s --inh-caps %s --ambient-caps %s --bounding-set %s --no-new-privs' \
    "$user" "$user" "$user" "$shared_group" "$capabilities" "$capabilities" "$capabilities"
}

# own_directories NODE: what the services of the node write to
own_directories() {
  node=$lab/$1
  mkdir -p "$node/serf" "$node/application"
  [ -n "$separate" ] || return 0
  chown -R "$(user_of serf)" "$node/serf"
  case $1 in
    ha*)
      mkdir -p "$node/haproxy" "$node/state"
      chown -R "$(user_of sidecar)" "$node/state"
      sockets=$(socket_dir "$1")
      for directory in "$node/haproxy" "$sockets"; do
        chgrp -R $shared_group "$directory"
        chmod 2770 "$directory"
      done
      : >>"$node/log/members.log"
      chown "$(user_of serf)" "$node/log/members.log"
      [ -p "$node/serf.pipe" ] || mkfifo "$node/serf.pipe"
      chown "$(user_of serf):$shared_group" "$node/serf.pipe"
      chmod 660 "$node/serf.pipe"
      ;;
    *) chown -R "$(user_of node)" "$node/application" ;;
  esac
  if [ -f "$lab/gossip-key" ]; then chown "$(user_of serf)" "$lab/gossip-key"; fi
}
