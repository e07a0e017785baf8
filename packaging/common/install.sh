#!/bin/sh
# Installs the files of this directory on a machine without dpkg, as root: ./install.sh [--remove | --purge]
# It needs what the Debian package depends on: a C library as new as that of Debian 12, adduser, execline, serf, curl.
set -eu
cd "$(dirname "$(realpath "$0")")"
[ "$(id -u)" = 0 ] || { echo 'install.sh: permission denied; run it as root' >&2 && exit 1; }

# Configuration that exists is kept, as dpkg keeps it.
is_configuration() { grep -qxF "/$1" scripts/conffiles; }
files() { (cd root && find . -type f -o -type l) | sed 's|^\./||' | LC_ALL=C sort; }

case ${1:-} in
  '')
    previous=''
    [ ! -e "/usr/share/doc/$(ls root/usr/share/doc)/copyright" ] || previous=installed
    files | while IFS= read -r file; do
      if is_configuration "$file" && [ -e "/$file" ]; then continue; fi
      mkdir -p "/$(dirname "$file")"
      cp -Pp "root/$file" "/$file.rollcall-new"
      mv "/$file.rollcall-new" "/$file"
    done
    sh -e scripts/postinst configure "$previous"
    ;;
  --remove | --purge)
    sh -e scripts/prerm remove
    files | while IFS= read -r file; do
      if [ "$1" = --remove ] && is_configuration "$file"; then continue; fi
      rm -f "/$file"
    done
    (cd root && find usr -depth -type d) | while IFS= read -r directory; do rmdir "/$directory" 2>/dev/null || :; done
    sh -e scripts/postrm "${1#--}"
    ;;
  *)
    echo 'usage: ./install.sh [--remove | --purge]' >&2
    exit 2
    ;;
esac
