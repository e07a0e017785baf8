#!/bin/sh
# Builds the packages into dist/ (ROLLCALL_DIST): rollcall_VERSION_amd64.deb (the sidecar with its own Java) and
# rollcall-backend_VERSION_all.deb (the kit for machines with applications), a tarball of each with an install script,
# their SHA-256 sums and a bill of materials of what they contain. No root is needed, nor anything from a network but
# what Maven fetches. Node.js, which the bill needs, and the other commands are checked at the start.
#
# The same commit and JDK give the same files, but for the AOT cache, which a run of the sidecar writes. The runtime is
# the JDK's own: a package for Debian 12 and later has to be built with a JDK that runs there.
set -eu
umask 022
cd "$(dirname "$0")"
. scripts/needs.sh
. scripts/runtime.sh

case ${1:-} in
  '') ;;
  -h | --help)
    sed -n '2,8s/^# \{0,1\}//p' "$0"
    exit
    ;;
  *)
    echo "build-packages.sh: unknown argument \"$1\"; see ./build-packages.sh --help" >&2
    exit 2
    ;;
esac

trap 'end_step; exit 130' INT
trap 'end_step; exit 143' TERM HUP
needs="$needs dpkg-deb:dpkg fakeroot:fakeroot"
install_missing
# The bill of materials needs the plugin that other builds skip.
if stale sidecar/target/sidecar.jar pom.xml sidecar/pom.xml sidecar/src || stale sidecar/target/bom.json pom.xml sidecar/pom.xml; then
  echo 'Building the sidecar and its bill of materials ...'
  step ./mvnw -q -B -ntp -Dmaven.test.skip=true package || die 'the build of the sidecar failed; see the output of Maven above'
  touch sidecar/target/sidecar.jar sidecar/target/bom.json
fi
build_runtime sidecar/target/runtime

version=$(sed -n '/<artifactId>rollcall<\/artifactId>/{n;s|.*<version>\(.*\)</version>.*|\1|p;}' pom.xml)
SOURCE_DATE_EPOCH=$(date -u -d "$(sed -n 's|.*<project.build.outputTimestamp>\(.*\)</.*|\1|p' pom.xml)" +%s)
export SOURCE_DATE_EPOCH
stage=$PWD/sidecar/target/packages
dist=${ROLLCALL_DIST:-dist}
rm -rf "$stage" "$dist"/rollcall_* "$dist"/rollcall-backend_* "$dist"/rollcall-*-linux-*.tar.gz "$dist/SHA256SUMS"
mkdir -p "$stage" "$dist"

# ---- the trees of the two packages

put() { # put MODE FILE TARGET
  install -D -m "$1" "$2" "$3"
}

docs() { # docs TREE PACKAGE: the documents that every Debian package has
  doc=$1/usr/share/doc/$2
  mkdir -p "$doc"
  cat >"$doc/copyright" <<TEXT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Rollcall

Files: *
Copyright: 2026 The Rollcall authors
License: Apache-2.0
 See /usr/share/common-licenses/Apache-2.0.
TEXT
  [ "$2" = rollcall-backend ] || cat >>"$doc/copyright" <<'TEXT'

Files: usr/lib/rollcall/java/*
Copyright: 1993-2026 Oracle and/or its affiliates, and the OpenJDK contributors
License: GPL-2 with classpath exception
 See /usr/share/common-licenses/GPL-2 and /usr/lib/rollcall/java/legal.
Comment: The libraries in usr/lib/rollcall/lib and their licences are listed in
 /usr/share/doc/rollcall/bom.json. The classes in picocli-*.jar were given the stack
 maps of Java 8; nothing else of it was changed.
TEXT
  printf '%s (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.gz for the changes of this version.\n\n -- %s  %s\n' \
    "$2" "$version" 'Rollcall <rollcall@example.org>' "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" |
    gzip -9n >"$doc/changelog.gz"
  gzip -9nc CHANGELOG.md >"$doc/CHANGELOG.md.gz"
  put 644 docs/install.md "$doc/install.md"
}

manual() { # manual TREE SECTION FILE: a manual page, compressed
  mkdir -p "$1/usr/share/man/man$2"
  sed "s/@VERSION@/$version/" "$3" | gzip -9n >"$1/usr/share/man/man$2/$(basename "$3").gz"
}

stage_balancer() {
  tree=$stage/rollcall
  lib=$tree/usr/lib/rollcall
  mkdir -p "$lib" "$tree/usr/bin"
  cp -R sidecar/target/runtime/java sidecar/target/runtime/lib "$lib"
  put 644 sidecar/target/runtime/sidecar.jar "$lib/sidecar.jar"
  put 755 sidecar/target/runtime/launch "$lib/launch"
  put 755 packaging/rollcall/serf-run "$lib/serf-run"
  put 755 ha/services/serf/run "$lib/serf-balancer"
  put 755 conf/serf-agent "$lib/serf-agent"
  put 644 conf/serf.json "$lib/serf.json"
  for handler in ha/scripts/*.sh; do put 755 "$handler" "$lib/handlers/$(basename "$handler")"; done
  [ ! -e bin/rollcall ] || put 755 bin/rollcall "$tree/usr/bin/rollcall"
  put 644 packaging/rollcall/rollcall.service "$tree/usr/lib/systemd/system/rollcall.service"
  put 644 packaging/rollcall/tmpfiles.conf "$tree/usr/lib/tmpfiles.d/rollcall.conf"
  put 644 packaging/rollcall/default "$tree/etc/default/rollcall"
  put 644 packaging/rollcall/default-serf "$tree/etc/default/rollcall-serf"
  put 644 packaging/rollcall/logrotate "$tree/etc/logrotate.d/rollcall"
  put 644 packaging/rollcall/serf.conf "$tree/usr/share/rollcall/systemd/serf.service.d/rollcall.conf"
  put 644 packaging/rollcall/haproxy.conf "$tree/usr/share/rollcall/systemd/haproxy.service.d/rollcall.conf"
  # The state file is in the sidecar's own directory, where Debian's HAProxy, which starts as root, can read it.
  mkdir -p "$tree/usr/share/rollcall"
  sed 's|^\( *stateFile: \).*|\1/var/lib/rollcall/server-state|' conf/sidecar.yaml >"$tree/usr/share/rollcall/sidecar.yaml"
  put 644 ha/config/haproxy.cfg "$tree/usr/share/doc/rollcall/examples/haproxy.cfg"
  scripts/bill.mjs sidecar/target/bom.json "$lib" >"$stage/bom.json" ||
    die 'the bill of materials does not list what is packed; see the output above'
  put 644 "$stage/bom.json" "$tree/usr/share/doc/rollcall/bom.json"
  put 644 packaging/rollcall/overrides "$tree/usr/share/lintian/overrides/rollcall"
  docs "$tree" rollcall
  manual "$tree" 8 packaging/rollcall/rollcall.8
  manual "$tree" 1 share/man/man1/rollcall.1
  for file in bash-completion/completions/rollcall zsh/vendor-completions/_rollcall; do
    put 644 "share/$file" "$tree/usr/share/$file"
  done
}

stage_backend() {
  tree=$stage/rollcall-backend
  lib=$tree/usr/lib/rollcall-backend
  mkdir -p "$tree/usr/bin"
  sed "s/\${ROLLCALL_VERSION:-development}/$version/" backend/rollcall-backend >"$tree/usr/bin/rollcall-backend"
  chmod 755 "$tree/usr/bin/rollcall-backend"
  put 755 backend/entrypoint "$lib/entrypoint"
  put 755 conf/serf-agent "$lib/serf-agent"
  put 644 conf/serf.json "$lib/serf.json"
  put 755 packaging/rollcall-backend/serf-run "$lib/serf-run"
  put 755 packaging/rollcall-backend/init "$lib/init"
  put 644 packaging/rollcall-backend/serf.conf "$lib/serf.conf"
  put 644 packaging/rollcall-backend/unit.conf "$lib/unit.conf"
  mkdir -p "$tree/usr/share/doc/rollcall-backend"
  cp -R backend/examples "$tree/usr/share/doc/rollcall-backend/examples"
  docs "$tree" rollcall-backend
  manual "$tree" 8 packaging/rollcall-backend/rollcall-backend.8
}

# reset TREE: modes and times that do not depend on this machine
reset() {
  chmod -R u+rwX,go+rX,go-w "$1"
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# ---- Debian packages

# oldest_libc: the newest symbol version that the Java runtime uses
oldest_libc() {
  find "$stage/rollcall/usr/lib/rollcall/java" -type f \( -name '*.so' -o -path '*/bin/*' \) -exec grep -aohE 'GLIBC_2\.[0-9]+' {} + |
    sort -uV | tail -n 1 | sed 's/GLIBC_//'
}

control() { # control PACKAGE ARCHITECTURE DEPENDS SUMMARY <<DESCRIPTION
  mkdir -p "$stage/$1/DEBIAN"
  cat >"$stage/$1/DEBIAN/control" <<TEXT
Package: $1
Version: $version
Section: net
Priority: optional
Architecture: $2
Maintainer: Rollcall <rollcall@example.org>
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$stage/$1" | cut -f 1)
Depends: $3
Description: $4
$(cat)
TEXT
  (cd "$stage/$1" && find etc -type f 2>/dev/null | sort | sed 's|^|/|') >"$stage/$1/DEBIAN/conffiles"
  [ -s "$stage/$1/DEBIAN/conffiles" ] || rm "$stage/$1/DEBIAN/conffiles"
  (cd "$stage/$1" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$stage/$1/DEBIAN/md5sums"
  for script in postinst prerm postrm; do
    { printf '#!/bin/sh\nset -e\n' && cat packaging/common/setup.sh "packaging/$1/$script"; } >"$stage/$1/DEBIAN/$script"
    chmod 755 "$stage/$1/DEBIAN/$script"
  done
}

pack() { # pack PACKAGE ARCHITECTURE
  reset "$stage/$1"
  # the compression in two threads is the same as in one
  step dpkg-deb --root-owner-group -Zxz --build "$stage/$1" "$dist/$1_${version}_$2.deb" >/dev/null ||
    die "dpkg-deb failed for $1; see the output above"
}

# ---- tarballs, for machines without dpkg: the same tree, with install.sh, which does what the maintainer scripts do

tarball() { # tarball PACKAGE ARCHITECTURE
  name=$1-$version-linux-$2
  mkdir "$stage/$name"
  cp -Rp "$stage/$1" "$stage/$name/root"
  mv "$stage/$name/root/DEBIAN" "$stage/$name/scripts"
  rm -f "$stage/$name/scripts/control" "$stage/$name/scripts/md5sums"
  touch "$stage/$name/scripts/conffiles"
  put 755 packaging/common/install.sh "$stage/$name/install.sh"
  put 644 LICENSE "$stage/$name/LICENSE"
  reset "$stage/$name"
  tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$stage" -cf - "$name" |
    gzip -6n >"$dist/$name.tar.gz"
}

echo "Packing Rollcall $version ..."
stage_balancer
stage_backend
reset "$stage/rollcall"
# Java 25.0.4 and later compare the times of the jars with those in the cache: it is trained on the files of the package.
echo 'Training the AOT cache of the package ...'
train "$stage/rollcall/usr/lib/rollcall" || die 'the training run failed; see the output above'

control rollcall amd64 "libc6 (>= $(oldest_libc)), zlib1g, adduser, execline, init-system-helpers (>= 1.54)" \
  'keeps the servers of HAProxy in sync with a Serf cluster' <<'TEXT'
 Rollcall is a sidecar of HAProxy: a backend that starts is added to rotation,
 one that leaves is drained, one that fails is removed, and HAProxy is never
 reloaded. It reads the members of a Serf cluster and programs the servers of
 HAProxy over the admin socket.
 .
 The package contains its own Java runtime.
TEXT
sed -i '/^Depends:/a Recommends: haproxy, serf, logrotate' "$stage/rollcall/DEBIAN/control"
control rollcall-backend all 'serf, curl, adduser' 'announces applications to balancers with Rollcall' <<'TEXT'
 A shell script for machines with applications behind HAProxy with Rollcall: it
 announces an application when it responds, waits until it is drained before it
 stops, and sets its weight. It connects units of systemd with the Serf agent.
TEXT
pack rollcall amd64
pack rollcall-backend all
tarball rollcall amd64
tarball rollcall-backend all
cp "$stage/bom.json" "$dist/rollcall_${version}_bom.json"
(cd "$dist" && sha256sum -- rollcall*"$version"* >SHA256SUMS)
wc -c "$dist"/rollcall*"$version"* | sed '$d'
