#!/bin/sh
# Builds the images softengheigvd/ha and softengheigvd/webapp with docker or podman, and for your own HAProxy and
# applications rollcall/sidecar and rollcall/backend. Its arguments are passed to all builds: ./build-images.sh --no-cache
set -eu
cd "$(dirname "$0")"
. scripts/needs.sh
. scripts/engine.sh

find_engine
needs='node:nodejs npm:npm mvn:maven'
install_missing
build_sidecar
install_libraries

# Files from other directories of the repository are copied to build/ of each image, so that `docker build .` works.
rm -rf ha/build webapp/build
mkdir ha/build webapp/build
cp -Rp sidecar/target/sidecar.jar sidecar/target/lib sidecar/launch sidecar/java-modules ha/build
cp -Rp webapp/app/node_modules backend/rollcall-backend webapp/build
build() { # build NAME DIRECTORY OPTION...
  name=$1 directory=$2
  shift 2
  # BUILDAH_FORMAT: podman's default image format has no health checks
  BUILDAH_FORMAT=docker step "$engine" build "$@" -t "$name" "$directory" ||
    die "the build of the image $name failed; see the output of $engine above"
}

for image in ha webapp; do
  cp -Rp conf scripts/image $image/build
  build softengheigvd/$image $image "$@"
done
build rollcall/sidecar ha --target sidecar "$@"
cp -p conf/serf-agent conf/serf.json backend
build rollcall/backend backend "$@"
rm backend/serf-agent backend/serf.json

# The secrets that compose.yaml gives to the nodes. Only the owner can enter the directory; the files in it are readable
# by every user, because the user in the containers reads them.
[ -d .secrets ] || (umask 077 && mkdir .secrets)
[ -e .secrets/serf-key ] || head -c 32 /dev/urandom | base64 >.secrets/serf-key
for secret in rpc-key:16 cookie-key:32 token:16; do
  [ -e ".secrets/${secret%:*}" ] || random "${secret#*:}" >".secrets/${secret%:*}"
done
