#!/bin/sh
# Sets up the lab on a new Debian 13 machine, as root: installs docker, builds the images, starts ha, s1 and s2.
set -eu
cd "$(dirname "$(realpath "$0")")"
[ -d /vagrant ] || ln -s "$PWD" /vagrant # the text of the lab uses this path for the repository

export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q install -y --no-install-recommends apparmor ca-certificates curl docker.io docker-cli docker-compose git \
  iptables socat
./build-images.sh
./start-containers.sh
