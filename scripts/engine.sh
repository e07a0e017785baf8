# shellcheck shell=sh
# The container engine: docker if it responds, else podman. ENGINE selects another one.

# find_engine: sets $engine
find_engine() {
  for engine in ${ENGINE:-docker podman}; do
    ! "$engine" version >/dev/null 2>&1 || return 0
  done
  die "no container engine responds (tried ${ENGINE:-docker, podman}); start docker (and join the group docker), or install podman: apt-get install podman netavark aardvark-dns iptables"
}

# containers_allowed: creates the namespaces that every container needs. Inside a container this may be denied even to
# root; unshare prints the reason.
containers_allowed() { unshare --mount --net --pid --fork --mount-proc true; }
