#!/bin/sh
# Installs what the tests require and runs them; with --containers or --machine, those that require a container engine.
# The last line is the number of tests passed and failed, unless Maven fails before it runs tests.
set -eu
cd "$(dirname "$0")"
. scripts/needs.sh
. scripts/engine.sh

# node_counts WORD, maven_counts ATTRIBUTE: how many tests the last run says it
node_counts() { sed -n "s/^# $1 //p" "$taps"; }

maven_counts() {
  find . -path '*/target/*-reports/TEST-*.xml' -exec sed -n "s/^<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" {} + |
    awk '{ sum += $1 } END { print sum + 0 }'
}

# slowest: the ten test classes that took longest, in seconds
slowest() {
  find . -path '*/target/*-reports/TEST-*.xml' \
    -exec sed -n 's/^<testsuite .* name="\([^"]*\)" time="\([0-9.]*\)".*/\2 \1/p' {} + |
    sort -rn | head -n 10 | awk 'NR == 1 { print "\nThe slowest test classes, in seconds:" } { printf "%8.1f  %s\n", $1, $2 }'
}

# begin: what all ways of testing share
begin() {
  trap 'end_step; exit 130' INT
  trap 'end_step; exit 143' TERM HUP
  install_missing
  install_libraries
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  taps=$folder/taps
  rm -rf ./*/target/*-reports
  node=passed maven=passed
}

test_node() { # test_node FILE...
  step node --test --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$taps" "$@"
}

# again: the tests that failed once and passed when they were run again, so that somebody looks at them
again() {
  find . -path '*/target/*-reports/TEST-*.xml' -exec awk '
    /<testcase / { name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
                   class = $0; sub(/.* classname="/, "", class); sub(/".*/, "", class) }
    /<flaky(Failure|Error) / { print "  " class "." name }' {} + | sort -u |
    awk 'NR == 1 { print "\nFailed, and passed when run a second time:" } { print }'
}

end() {
  failed=$(($(maven_counts errors) + $(maven_counts failures)))
  [ "$maven" = passed ] || [ "$failed" != 0 ] || exit 1 # it did not get to its tests
  slowest
  again
  passed=$(($(maven_counts tests) - failed - $(maven_counts skipped)))
  printf '\n%d passed, %d failed\n' $((passed + $(node_counts pass))) $((failed + $(node_counts fail))) # Maven leaves its last line open
  [ "$node$maven" = passedpassed ]
}

# run_maven_tests ARGUMENT...: Maven with these arguments; the tests of the scripts and of the web application run
# while Maven compiles.
run_maven_tests() {
  more_needs="$more_needs git:git shellcheck:shellcheck python3:python3" # an example of the kit is in Python
  begin
  test_node webapp/app/test/*.js scripts/test/*.mjs >"$folder/node.log" 2>&1 &
  beside=$!
  step ./mvnw -B -ntp "$@" || maven=failed
  wait "$beside" || node=failed
  cat "$folder/node.log"
  end
}

# The tests of pools in mode tcp have PostgreSQL, whose programs are in no PATH, and Redis.
needs_of_pools='pg_ctl:postgresql redis-server:redis-server openssl:openssl'
for programs in /usr/lib/postgresql/*/bin; do
  PATH=$PATH:$programs
done

run_tests() {
  # The tests open the status page in Chromium, send mail to Exim, and alert with Prometheus and Alertmanager.
  more_needs='chromium:chromium chromedriver:chromium-driver exim4:exim4-daemon-light openssl:openssl
    promtool:prometheus prometheus-alertmanager:prometheus-alertmanager'
  more_needs="$more_needs $needs_of_pools"
  run_maven_tests verify
}

# The unit tests with a tenth of the simulated schedules and generated inputs, and one class with real processes.
run_quick_tests() {
  run_maven_tests verify -Dcyclonedx.skip -Dsimulation.schedules=1000 -Djqwik.tries.default=100 -Dit.test=SidecarIT
}

# ---- in containers, with podman and nothing from a registry of images

# Works on any machine, also with the first version of cgroups; the user's own settings stay as they are.
engine_settings() {
  cat <<'TEXT'
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
TEXT
}

import_base() {
  echo 'Building the base image debian:trixie-slim ...'
  mmdebstrap -q --variant=minbase --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' trixie "$folder/base.tar" || return 1
  podman import -q "$folder/base.tar" debian:trixie-slim && rm "$folder/base.tar"
}

# All that is compiled, the tests too: Maven does it anew each time it is asked.
build_tests() {
  stale sidecar/target/test-classes/io/rollcall/it/SidecarIT.class pom.xml sidecar/pom.xml sidecar/src || return 0
  echo 'Building the sidecar and its tests ...'
  step ./mvnw -q -B -ntp -DskipTests -Dcyclonedx.skip package ||
    die 'the build of the sidecar failed; see the output of Maven above'
  touch sidecar/target/sidecar.jar # Maven leaves an unchanged one as it is
}

# Runs the tests with the tag `image` once more, on the HAProxy, Serf and s6 of the balancer's image. The classes are
# compiled and Maven is installed outside; the container mounts them.
test_image() {
  maven_home=$(dirname "$(dirname "$(readlink -f "$(command -v mvn)")")")
  set -- -v "$PWD:$PWD" -w "$PWD" -v "$HOME/.m2:$HOME/.m2" -e HOME -e LC_ALL=C.UTF-8
  java=$(realpath "$JAVA_HOME")
  set -- "$@" -v "$java:$java:ro" -e JAVA_HOME="$java"
  for lent in "$maven_home" /usr/share/java /etc/maven /etc/java-*; do
    [ ! -d "$lent" ] || set -- "$@" -v "$lent:$lent:ro"
  done
  step podman run --rm --name image-tests --user 0 --network none "$@" --entrypoint "$maven_home/bin/mvn" softengheigvd/ha \
    -o -B -ntp failsafe:integration-test failsafe:verify -pl sidecar -Dgroups=image
}

# begin_containers NAME...: podman, the base image, and these names for containers, which go with the run
begin_containers() {
  refusal=$(containers_allowed 2>&1) || die "containers are not permitted on this machine: $refusal"
  PATH=$PATH:/usr/lib/podman
  more_needs="$more_needs podman:podman runc:runc netavark:netavark aardvark-dns:aardvark-dns iptables:iptables
    nft:nftables mmdebstrap:mmdebstrap"
  begin
  engine_settings >"$folder/containers.conf"
  export CONTAINERS_CONF="$folder/containers.conf" ENGINE=podman
  names=$*
  for name in $names; do
    ! podman container exists "$name" ||
      die "the container $name exists, but the tests use the names $names; remove it with podman rm -f $name"
  done
  # shellcheck disable=SC2086
  trap 'podman rm -f -v -t 0 --ignore $names >/dev/null 2>&1; rm -rf "$folder"' EXIT
  podman image exists debian:trixie-slim || step import_base ||
    die 'cannot build the base image debian:trixie-slim; see the output above'
}

run_container_tests() {
  begin_containers ha ha2 s1 s2 s3 filler image-tests
  build_tests
  step ./build-images.sh
  test_image >"$folder/image.log" 2>&1 & # both mostly wait
  beside=$!
  test_node scripts/test-containers/*.test.mjs || node=failed
  wait "$beside" || maven=failed
  cat "$folder/image.log"
  end
}

# The roots of the machines with systemd, made once.
build_machines() {
  export ROLLCALL_MACHINES="${ROLLCALL_MACHINES:-/var/tmp/rollcall-machines}"
  mkdir -p "$ROLLCALL_MACHINES"
  for suite in bookworm trixie; do
    [ ! -d "$ROLLCALL_MACHINES/$suite" ] || continue
    echo "Building a machine with $suite ..."
    step scripts/test-machine/base "$suite" "$ROLLCALL_MACHINES/$suite" >"$folder/base.log" 2>&1 ||
      { tail -n 20 "$folder/base.log" && die "cannot build a machine with $suite; see the output above"; }
  done
}

run_machine_tests() {
  [ "$(id -u)" = 0 ] || die 'the machines require root: run ./test.sh --machine as root'
  ! apt_has vagrant || more_needs=vagrant:vagrant # Debian 12 has it, 13 has not
  more_needs="$more_needs lintian:lintian git:git" # the first release is built from its commit
  begin_containers machine
  build_machines
  step ./build-packages.sh # the sidecar too; the machine of provision.sh shares the folder, as Vagrant's does
  test_node scripts/test-machine/*.test.mjs || node=failed
  end
}

# run_haproxy_tests VERSION: the tests whose result depends on HAProxy, against this version
run_haproxy_tests() {
  [ -n "${1:-}" ] || die 'usage: ./test.sh --haproxy VERSION, such as 3.2'
  HAPROXY=$(scripts/haproxy-version "$1") || exit 1
  export HAPROXY
  "$HAPROXY" -v | head -n 1
  more_needs=$needs_of_pools
  begin
  printf '# pass 0\n# fail 0\n' >"$taps" # there are none of the scripts
  step ./mvnw -B -ntp verify -Dcyclonedx.skip -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
    -Dgroups='image | haproxy' || maven=failed
  end
}

case ${1:-} in
  '') run_tests ;;
  --quick) run_quick_tests ;;
  --containers) run_container_tests ;;
  --machine) run_machine_tests ;;
  --haproxy) run_haproxy_tests "${2:-}" ;;
  -h | --help)
    echo 'usage: ./test.sh                install what the tests require and run all tests that need no container engine'
    echo '       ./test.sh --quick        run the unit tests and one class of integration tests, within 3 minutes'
    echo '       ./test.sh --containers   build the images and run the tests in containers, with podman'
    echo '       ./test.sh --haproxy N    run the tests that talk to HAProxy against version N, such as 3.2'
    echo '       ./test.sh --machine      test the packages in clean machines with systemd (Debian 12 and 13), and provision.sh'
    echo '                                and compose.yaml in a clean Debian 13, with podman; as root'
    ;;
  *)
    echo "test.sh: unknown argument \"$1\"; see ./test.sh --help" >&2
    exit 2
    ;;
esac
