# shellcheck shell=sh
# Requirements of the scripts: a JDK, packages, and build results. Sourced by run.sh, test.sh, build-images.sh,
# start-containers.sh and mvnw.

die() {
  echo "${0##*/}: $1" >&2
  exit 1
}

# On Debian /usr/sbin is only in root's PATH, and /usr/lib/execline/bin is in no PATH.
export PATH="$PATH:/usr/sbin:/usr/lib/execline/bin"

# random BYTES: prints that many random bytes in hexadecimal
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# ---- a JDK

no_jdk='no JDK 25 or later found; install one in /usr/lib/jvm, or set JAVA_HOME to its directory'

# find_jdk: sets JAVA_HOME to a JDK 25 or later; the default Java of a machine is often older
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

# ---- commands that take long

# step COMMAND...: runs the command in the background and waits for it, so that traps for INT and TERM run at once.
step=''
step() {
  "$@" &
  step=$!
  if wait "$step"; then code=0; else code=1; fi
  step=''
  return "$code"
}

# end_step: stops the running step, if any
end_step() { [ -z "$step" ] || kill "$step" 2>/dev/null || :; }

# ---- packages

# more_needs: additional commands and their packages; set by test.sh
more_needs=''

# COMMAND:PACKAGE, the commands that the scripts call and the Debian packages that contain them. A command that was
# installed in another way is used as well.
needs='haproxy:haproxy serf:serf s6-svscan:s6 redirfd:execline node:nodejs npm:npm curl:curl mvn:maven'

missing_packages() {
  # HAPROXY names a binary to be used instead of the installed one.
  [ -z "${HAPROXY:-}" ] || [ -x "$(command -v "$HAPROXY")" ] || die "HAPROXY: $HAPROXY is not an executable file"
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
    [ -z "$missing" ] || die "missing packages; run as root: apt-get install$missing${jdk:+; also, $no_jdk}"
    die "$no_jdk"
  fi
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp "${TMPDIR:-/tmp}/rollcall-install.XXXXXX")
  echo "Installing${missing:- a JDK} (log: $log) ..."
  # A package list that cannot be fetched may not be needed; a package that cannot be installed is reported below.
  step apt-get -q update >>"$log" 2>&1 || :
  if [ -n "$jdk" ]; then
    apt_has "$jdk" || die "$no_jdk"
    missing="$missing $jdk"
  fi
  mkdir -p /usr/share/man/man1 # missing in slim images; without it the Java packages fail to install
  # shellcheck disable=SC2086
  step apt-get -q install -y --no-install-recommends --no-remove $missing >>"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    die "cannot install$missing; see the output of apt-get above and in $log"
  }
  rm -f "$log"
  find_jdk || die "$no_jdk"
}

# ---- build results

# stale RESULT SOURCE...: the result is missing or older than a source
stale() {
  result=$1
  shift
  [ ! -e "$result" ] || [ -n "$(find "$@" -newer "$result" -print -quit)" ]
}

build_sidecar() {
  stale sidecar/target/sidecar.jar pom.xml sidecar/pom.xml sidecar/src || return 0
  echo 'Building the sidecar (about a minute the first time) ...'
  step ./mvnw -q -B -ntp -Dmaven.test.skip=true -Dcyclonedx.skip package ||
    die 'the build of the sidecar failed; see the output of Maven above'
  touch sidecar/target/sidecar.jar # Maven does not rewrite an unchanged jar
}

install_libraries() {
  stale webapp/app/node_modules/.package-lock.json webapp/app/package-lock.json || return 0
  echo "Installing the web application's libraries ..."
  step npm --prefix webapp/app ci --omit=dev --no-audit --no-fund --loglevel=error >/dev/null ||
    die 'npm ci in webapp/app failed; see its output above'
}
