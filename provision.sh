#!/bin/sh
# Makes of a fresh Debian 13 the machine of the lab, as root: docker, the images, and the containers ha, s1 and s2.
set -eu
cd "$(dirname "$(realpath "$0")")"
[ -d /vagrant ] || ln -s "$PWD" /vagrant # the lab's texts know the repository by this name

export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q install -y --no-install-recommends apparmor ca-certificates curl docker.io docker-cli docker-compose git \
  iptables socat
./build-images.sh
./start-containers.sh
