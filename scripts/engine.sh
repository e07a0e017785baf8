# shellcheck shell=sh
# Docker or podman, whichever answers. ENGINE names another one.

# find_engine: sets $engine
find_engine() {
  for engine in ${ENGINE:-docker podman}; do
    ! "$engine" version >/dev/null 2>&1 || return 0
  done
  die "no container engine answers: start docker (or be in its group), or apt-get install podman netavark aardvark-dns iptables"
}

# What each container begins with. A machine that is one itself may refuse it to its root, and tells why.
containers_allowed() { unshare --mount --net --pid --fork --mount-proc true; }
