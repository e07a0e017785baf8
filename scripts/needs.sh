# shellcheck shell=sh
# What has to be there before anything works: a JDK, the packages, what is built. run.sh, test.sh and mvnw source it.

die() {
  echo "${0##*/}: $1" >&2
  exit 1
}

# Debian gives these two folders to root only, or to nobody; here their commands are asked for by name.
export PATH="$PATH:/usr/sbin:/usr/lib/execline/bin"

# random BYTES: as many, in hexadecimal
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# ---- a JDK

no_jdk='a JDK 25 or later is needed: set JAVA_HOME to one, or put it under /usr/lib/jvm'

# find_jdk: sets JAVA_HOME; the default Java of a machine is often older
find_jdk() {
  javac=$(readlink -f "$(command -v javac)" || :)
  for home in "${JAVA_HOME:-}" "${javac%/bin/javac}" /usr/lib/jvm/* /opt/java/* \
    "${HOME:-}/.sdkman/candidates/java"/*; do
    [ -x "$home/bin/javac" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || :)
    if [ "${version:-0}" -ge 25 ]; then
      export JAVA_HOME="$home"
      return 0
    fi
  done
  return 1
}

# ---- work that takes its time

# It runs beside this shell, so that Ctrl-C and TERM are answered at once.
step=''
step() {
  "$@" &
  step=$!
  if wait "$step"; then code=0; else code=1; fi
  step=''
  return "$code"
}

end_step() { [ -z "$step" ] || kill "$step" 2>/dev/null || :; }

# ---- packages

# more_needs: further commands, with their packages, that only the tests call
more_needs=''

# Each command that is called, with the package of Debian that brings it: one from elsewhere does as well.
needs='haproxy:haproxy serf:serf s6-svscan:s6 redirfd:execline node:nodejs npm:npm curl:curl mvn:maven'

missing_packages() {
  for need in $needs $more_needs; do
    command -v "${need%:*}" >/dev/null || printf ' %s' "${need#*:}"
  done
}

apt_has() { apt-cache show "$1" >/dev/null 2>&1; }

install_missing() {
  missing=$(missing_packages)
  jdk=''
  find_jdk || jdk=openjdk-25-jdk-headless
  [ -n "$missing$jdk" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    [ -z "$missing" ] || die "missing: as root, apt-get install$missing${jdk:+; and $no_jdk}"
    die "$no_jdk"
  fi
  export DEBIAN_FRONTEND=noninteractive
  echo "Installing${missing:- a JDK} ..."
  # A list that fails may be one that is not needed: what cannot be installed is told below.
  step apt-get -q update || :
  if [ -n "$jdk" ]; then
    apt_has "$jdk" || die "$no_jdk"
    missing="$missing $jdk"
  fi
  mkdir -p /usr/share/man/man1 # slim images have none, and Java's packages fail without
  # shellcheck disable=SC2086
  step apt-get -q install -y --no-install-recommends --no-remove $missing || die "cannot install$missing"
  find_jdk || die "$no_jdk"
}

# ---- what is built

# stale RESULT SOURCE...: a source is newer than the result
stale() {
  result=$1
  shift
  [ ! -e "$result" ] || [ -n "$(find "$@" -newer "$result" -print -quit)" ]
}

build_sidecar() {
  stale sidecar/target/sidecar.jar pom.xml sidecar/pom.xml sidecar/src || return 0
  echo 'Building the sidecar (a minute the first time) ...'
  step ./mvnw -q -B -ntp -Dmaven.test.skip=true package || die 'the sidecar does not build'
  touch sidecar/target/sidecar.jar # Maven leaves an unchanged one as it is
}

install_libraries() {
  stale webapp/app/node_modules/.package-lock.json webapp/app/package-lock.json || return 0
  echo "Installing the web application's libraries ..."
  step npm --prefix webapp/app ci --omit=dev --no-audit --no-fund --loglevel=error >/dev/null || die 'npm ci failed'
}
