#!/bin/sh
# Builds the images softengheigvd/ha and softengheigvd/webapp with docker or podman. What it is given goes to both
# builds: ./build-images.sh --no-cache
set -eu
cd "$(dirname "$0")"
. scripts/needs.sh
. scripts/engine.sh

find_engine
needs='node:nodejs npm:npm mvn:maven'
install_missing
build_sidecar
install_libraries

# What an image needs from elsewhere in the repository lies in its build/, so that `docker build .` works there.
rm -rf ha/build webapp/build
mkdir ha/build webapp/build
cp -Rp sidecar/target/sidecar.jar sidecar/target/lib ha/build
cp -Rp webapp/app/node_modules webapp/build
for image in ha webapp; do
  cp -Rp conf scripts/image $image/build
  # podman: the format that knows health checks
  BUILDAH_FORMAT=docker step "$engine" build "$@" -t softengheigvd/$image $image || die "the image $image does not build"
done

# What compose.yaml shares among the nodes. The folder keeps others out: in it the files are for every user, since
# those of the containers read them.
[ -d .secrets ] || (
  umask 077
  mkdir .secrets
  umask 022
  head -c 32 /dev/urandom | base64 >.secrets/serf-key
  random 32 >.secrets/cookie-key
  random 16 >.secrets/token
)
