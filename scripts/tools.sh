# shellcheck shell=sh
# What scripts/openapi and scripts/html share: their tools, in the versions of scripts/tools and kept in target/tools,
# and a lab to check. Sourced by them, after scripts/needs.sh.

tools=$PWD/target/tools
# shellcheck disable=SC2034
url=http://127.0.0.1:${SIDECAR_HTTP_PORT:-9999}

# install_npm_tools: into target/tools; scripts of the packages are not run
install_npm_tools() {
  case $(node -v) in
    v1[0-9].*) die "expected Node.js 20 or later, which Redocly CLI requires, found $(node -v)" ;; # as in Debian 12
  esac
  ! stale "$tools/node_modules/.package-lock.json" scripts/tools/package.json || {
    mkdir -p "$tools"
    cp scripts/tools/package.json "$tools"
    echo 'Installing the tools of scripts/tools/package.json ...'
    step npm --prefix "$tools" install --ignore-scripts --no-audit --no-fund --loglevel=error >"$tools/npm.log" ||
      die "npm install failed; see its output above and $tools/npm.log"
  }
}

# start_lab BACKENDS: the lab of ./run.sh in target/tools/lab, until the script ends, with so many backends. Mail and a
# channel are configured, and lead nowhere.
start_lab() {
  export ROLLCALL_LAB_DIR="$tools/lab" SIDECAR_MAIL_HOST=127.0.0.1 SIDECAR_MAIL_PORT=9 SIDECAR_MAIL_TLS=off \
    SIDECAR_MAIL_FROM=rollcall@example.org SIDECAR_MAIL_TO=ops@example.org SIDECAR_ALERTS_CHANNELS_0_NAME=hook \
    SIDECAR_ALERTS_CHANNELS_0_TYPE=webhook SIDECAR_ALERTS_CHANNELS_0_URL=http://127.0.0.1:9/
  trap './run.sh down >/dev/null' EXIT
  ./run.sh --detach --backends "$1" >"$tools/lab.log" || die "the lab did not start; see $tools/lab.log"
}
