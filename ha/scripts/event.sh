#!/bin/sh
# Hands one Serf event to the sidecar: Serf runs it with the event's kind in SERF_EVENT and its lines on stdin.
#
# Descriptor 9 is the pipe, opened for reading and writing and non-blocking by services/serf/run: a write never
# waits, a full pipe drops the line, and the sidecar's resync heals that. A line is one write of at most PIPE_BUF
# bytes, so lines of several handlers never mix. Serf runs handlers one after the other and waits for each without
# a limit: so nothing here may block, and the only process started is `date`, once.
set -u
LC_ALL=C # ${#line} counts bytes
tab='	'
newline='
'
log=${SERF_LOG:-/var/log/serf.log}

# to_sidecar LINE
to_sidecar() {
  if [ "${#1}" -lt 4096 ]; then
    printf '%s\n' "$1" >&9
  else
    echo resync >&9
  fi
}

# escape TEXT: sets $escaped, one line without TAB
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

# to_log LINE: Serf's fields NAME, ADDRESS, ROLE, TAGS. Cut by hand, since `read` would collapse an empty one.
to_log() {
  name=${1%%"$tab"*} rest=${1#*"$tab"}
  address=${rest%%"$tab"*} rest=${rest#*"$tab"}
  role=${rest%%"$tab"*} tags=${rest#*"$tab"}
  entry="$name $address role=$role $tags"
  while :; do # a name may hold control characters, which a terminal would obey
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
  # A log that cannot be written, or a pipe that nobody reads, must not hold up the event.
  if [ -p "$log" ] || ! command exec 8>>"$log"; then exec 8>/dev/null; fi
  time=$(date -u +%FT%TZ)
  while IFS= read -r line || [ -n "$line" ]; do
    to_sidecar "$SERF_EVENT$tab$line"
    to_log "$line"
  done
fi
exit 0
