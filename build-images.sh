#!/bin/sh
# Builds the images softengheigvd/ha and softengheigvd/webapp with docker or podman. Its arguments are passed to both
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

# Files from other directories of the repository are copied to build/ of each image, so that `docker build .` works.
rm -rf ha/build webapp/build
mkdir ha/build webapp/build
cp -Rp sidecar/target/sidecar.jar sidecar/target/lib ha/build
cp -Rp webapp/app/node_modules webapp/build
for image in ha webapp; do
  cp -Rp conf scripts/image $image/build
  # BUILDAH_FORMAT: podman's default image format has no health checks
  BUILDAH_FORMAT=docker step "$engine" build "$@" -t softengheigvd/$image $image ||
    die "the build of the image softengheigvd/$image failed; see the output of $engine above"
done

# The secrets that compose.yaml gives to the nodes. Only the owner can enter the directory; the files in it are readable
# by every user, because the user in the containers reads them.
[ -d .secrets ] || (
  umask 077
  mkdir .secrets
  umask 022
  head -c 32 /dev/urandom | base64 >.secrets/serf-key
  random 32 >.secrets/cookie-key
  random 16 >.secrets/token
)
