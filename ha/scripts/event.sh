#!/bin/sh
# Event handler of Serf: writes the event to the sidecar and to the log. Serf sets SERF_EVENT to the type of the event
# and passes the lines of the event on standard input.
#
# File descriptor 9 is the FIFO, opened by services/serf/run for reading and writing and non-blocking: a write never
# blocks, a line that does not fit is dropped, and the next resync of the sidecar corrects that. A line is a single
# write of at most PIPE_BUF bytes, so lines of several handlers are not mixed. Serf runs one handler at a time and waits
# for it without a timeout, so a handler must not block; the only process it starts is `date`, once.
set -u
LC_ALL=C # ${#line} counts bytes
tab='	'
newline='
'
log=${SERF_LOG:-/var/log/serf.log}

# to_sidecar LINE: writes the line, or `resync` if it is too long
to_sidecar() {
  if [ "${#1}" -lt 4096 ]; then
    printf '%s\n' "$1" >&9
  else
    echo resync >&9
  fi
}

# escape TEXT: sets $escaped to the text with backslash, TAB and newline escaped
escape() {
  escaped='' rest=$1
  while :; do
    plain=${rest%%[\\"$tab$newline"]*}
    escaped=$escaped$plain rest=${rest#"$plain"}
    case $rest in
      '') return ;;
      \\*) escaped="$escaped\\\\" ;;
      "$tab"*) escaped=$escaped'\t' ;;
      *) escaped=$escaped'\n' ;;
    esac
    rest=${rest#?}
  done
}

# to_log LINE: writes Serf's fields NAME, ADDRESS, ROLE and TAGS to the log. `read` is not used to split the line,
# because it would skip an empty field.
to_log() {
  name=${1%%"$tab"*} rest=${1#*"$tab"}
  address=${rest%%"$tab"*} rest=${rest#*"$tab"}
  role=${rest%%"$tab"*} tags=${rest#*"$tab"}
  entry="$name $address role=$role $tags"
  while :; do # replaces control characters, which a terminal would interpret
    case $entry in
      *[[:cntrl:]]*) entry="${entry%%[[:cntrl:]]*}?${entry#*[[:cntrl:]]}" ;;
      *) break ;;
    esac
  done
  printf '%s %s %s\n' "$time" "$SERF_EVENT" "$entry" >&8
}

exec 2>/dev/null
if [ "$SERF_EVENT" = user ]; then
  payload='' separator=''
  while IFS= read -r line || [ -n "$line" ]; do
    payload=$payload$separator$line separator=$newline
    [ "${#payload}" -lt 4096 ] || break
  done
  if [ "${#payload}" -lt 4096 ]; then
    escape "$payload"
    to_sidecar "user$tab$SERF_USER_EVENT$tab$SERF_USER_LTIME$tab$escaped"
  else
    to_sidecar resync
  fi
else
  # If the log cannot be written, or is a pipe without a reader, the event must not be blocked.
  if [ -p "$log" ] || ! command exec 8>>"$log"; then exec 8>/dev/null; fi
  time=$(date -u +%FT%TZ)
  while IFS= read -r line || [ -n "$line" ]; do
    to_sidecar "$SERF_EVENT$tab$line"
    to_log "$line"
  done
fi
exit 0
