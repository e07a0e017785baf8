# shellcheck shell=sh
# Functions of the maintainer scripts and of the install scripts of the tarballs; put in front of each of them.

booted() { [ -d /run/systemd/system ]; }

# systemctl where systemd runs; a unit that does not exist is no error
units() {
  if booted; then systemctl --quiet "$@" || true; fi
}

add_user() { # add_user NAME HOME
  getent passwd "$1" >/dev/null || adduser --system --group --quiet --no-create-home --home "$2" "$1"
}

remove_user() {
  getent passwd "$1" >/dev/null || return 0
  if command -v deluser >/dev/null; then
    deluser --system --quiet "$1" || true
    ! getent group "$1" >/dev/null || delgroup --system --quiet "$1" || true
  else
    userdel "$1" 2>/dev/null || true
  fi
}

# make_secret FILE OWNER:GROUP MODE COMMAND...: creates the file from the output of the command, unless it exists
make_secret() {
  file=$1 owner=$2 mode=$3
  shift 3
  [ ! -e "$file" ] || return 0
  (umask 077 && "$@" >"$file.new")
  chown "$owner" "$file.new"
  chmod "$mode" "$file.new"
  mv "$file.new" "$file"
}

random_hex() { od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
random_base64() { head -c "$1" /dev/urandom | base64; }
cookie_key() { echo "DYNAMIC_COOKIE_KEY=$(random_hex 32)"; }

# Drop-ins in /etc/systemd/system that name files of this package do not work without it: they are put aside.
put_aside() {
  for file in "$@"; do
    [ ! -e "$file" ] || mv "$file" "$file.removed"
  done
}

put_back() {
  for file in "$@"; do
    [ ! -e "$file.removed" ] || [ -e "$file" ] || mv "$file.removed" "$file"
  done
}

remove_dropins() {
  for file in "$@"; do
    rm -f "$file" "$file.removed"
    rmdir "${file%/*}" 2>/dev/null || true
  done
}
