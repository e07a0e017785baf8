#!/bin/sh
# Installs what the tests need and runs them all. The last line counts them, unless Maven has another reason to end.
set -eu
cd "$(dirname "$0")"
. scripts/needs.sh

# node_counts WORD, maven_counts ATTRIBUTE: how many tests the last run says it
node_counts() { sed -n "s/^# $1 //p" "$taps"; }

maven_counts() {
  find . -path '*/target/*-reports/TEST-*.xml' -exec sed -n "s/^<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" {} + |
    awk '{ sum += $1 } END { print sum + 0 }'
}

# The browser that the tests open the page in.
needs="$needs chromium:chromium chromedriver:chromium-driver"

run_tests() {
  trap 'end_step; exit 130' INT
  trap 'end_step; exit 143' TERM HUP
  more_needs='exim4:exim4-daemon-light openssl:openssl'
  install_missing
  install_libraries
  taps=$(mktemp)
  trap 'rm -f "$taps"' EXIT
  rm -rf ./*/target/*-reports

  node=passed maven=passed
  step node --test --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$taps" webapp/app/test/*.js scripts/test/*.mjs || node=failed
  step ./mvnw -B -ntp verify || maven=failed

  failed=$(($(maven_counts errors) + $(maven_counts failures)))
  [ "$maven" = passed ] || [ "$failed" != 0 ] || exit 1 # it did not get to its tests
  passed=$(($(maven_counts tests) - failed - $(maven_counts skipped)))
  printf '\n%d passed, %d failed\n' $((passed + $(node_counts pass))) $((failed + $(node_counts fail))) # Maven leaves its last line open
  [ "$node$maven" = passedpassed ]
}

case ${1:-} in
  '') run_tests ;;
  -h | --help) echo 'usage: ./test.sh   installs what the tests need and runs all of them' ;;
  *)
    echo "test.sh: '$1': unknown; ./test.sh --help tells what there is" >&2
    exit 2
    ;;
esac
