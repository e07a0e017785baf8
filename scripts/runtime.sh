# shellcheck shell=sh
# The runtime directory of the sidecar: a linked Java, the jars and the AOT cache. Sourced after needs.sh.

# runtime_sources: what a runtime is made from, as text; it changes with every jar and JDK
runtime_sources() {
  cksum sidecar/target/sidecar.jar sidecar/target/lib/*.jar sidecar/launch sidecar/java-modules ha/train bin/rollcall scripts/AddStackMaps.java
  cat "$JAVA_HOME/release"
}

# build_runtime DIR: only if it is not there or was made from something else
build_runtime() {
  runtime=$(realpath -m "$1")
  mkdir -p "${runtime%/*}"
  (
    flock 9
    [ "$(runtime_sources)" != "$(cat "$runtime/made-from" 2>/dev/null)" ] || exit 0
    echo 'Linking the Java runtime and training its cache (half a minute, once for each build) ...'
    training=''
    trap '[ -z "$training" ] || kill "$training"; exit 1' INT TERM HUP
    make_runtime "$runtime" 9>&-
  ) 9>"$runtime.lock"
}

make_runtime() { # make_runtime DIR
  new=$1.new
  rm -rf "$new" "$1.old"
  mkdir "$new"
  cp -p sidecar/target/sidecar.jar sidecar/launch "$new"
  cp -Rp sidecar/target/lib "$new"
  # The library for arguments is compiled for Java 5, and would not be in the cache: a third of the time of a command.
  "$JAVA_HOME/bin/java" scripts/AddStackMaps.java "$new"/lib/picocli-*.jar
  "$JAVA_HOME/bin/jlink" --add-modules "$(cat sidecar/java-modules)" --strip-java-debug-attributes --no-header-files \
    --no-man-pages --output "$new/java" || {
    rm -rf "$new/java"
    echo "${0##*/}: jlink failed; the sidecar runs with $JAVA_HOME" >&2
  }
  train "$new" || {
    rm -rf "$new/aot"
    echo "${0##*/}: the training run failed; the sidecar starts without an AOT cache, about a second later" >&2
  }
  runtime_sources >"$new/made-from"
  [ ! -e "$1" ] || mv "$1" "$1.old"
  mv "$new" "$1"
  rm -rf "$1.old"
}

# free_ports COUNT: that many ports that nothing listens on
free_ports() {
  node -e '
    const net = require("net");
    Promise.all([...Array(Number(process.argv[1]))].map(() => new Promise((resolve) => {
      const server = net.createServer().listen(0, "0.0.0.0", () => resolve(server));
    }))).then((servers) => {
      console.log(servers.map((server) => server.address().port).join(" "));
      servers.forEach((server) => server.close());
    });' "$1"
}

# train DIR: runs the balancer of the checkout once, on free ports and in a directory of its own. Its environment has
# nothing of the caller's, so that no setting of a lab reaches it.
train() {
  folder=$(mktemp -d /tmp/rollcall-train.XXXXXX)
  # shellcheck disable=SC2046
  set -- "$(realpath "$1")" $(free_ports 5)
  env -i PATH="$PATH" HOME="$folder" LC_ALL=C.UTF-8 JAVA_HOME="$JAVA_HOME" TMPDIR="$folder" \
    SERVICES="$PWD/ha/services" ROLLCALL_LAUNCH="$1/launch" ROLLCALL_CONF="$PWD/conf" \
    ROLLCALL_HOME="$1" ROLLCALL_COMMAND="$PWD/bin/rollcall" ROLLCALL_LAB_DIR="$folder" \
    HTTP_PORT="$2" HAPROXY_STATS_PORT="$3" SIDECAR_HTTP_PORT="$4" SERF_PORT="$5" SERF_RPC_PORT="$6" \
    HAPROXY_CONFIG="$PWD/ha/config/haproxy.cfg" HAPROXY_SOCKET="$folder/admin.sock" \
    HAPROXY_STATE_FILE="$folder/server-state" SERF_HANDLERS="$PWD/ha/scripts" SERF_LOG="$folder/members.log" \
    SERF_DIR="$folder/serf" SIDECAR_SERF_PIPE="$folder/serf.pipe" SIDECAR_STATE_DIR="$folder/state" \
    SIDECAR_HAPROXY_SOCKET="$folder/admin.sock" SIDECAR_HAPROXY_STATEFILE="$folder/server-state" \
    timeout -k 5 180 sh ha/train "$1/aot" >"$folder.log" 2>&1 &
  training=$!
  if wait "$training"; then code=0; else code=1 && tail -n 20 "$folder.log" >&2; fi
  training=''
  rm -rf "$folder" "$folder.log"
  return "$code"
}
