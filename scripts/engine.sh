# shellcheck shell=sh
# Docker or podman, whichever answers. ENGINE names another one.

# find_engine: sets $engine
find_engine() {
  for engine in ${ENGINE:-docker podman}; do
    ! "$engine" version >/dev/null 2>&1 || return 0
  done
  die "no container engine answers: start docker (or be in its group), or apt-get install podman netavark aardvark-dns iptables"
}
