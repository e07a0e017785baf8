#!/bin/sh
# Event handler for member-leave and member-failed; SERF_EVENT is the type.
# shellcheck disable=SC1091
. "${0%/*}/event.sh"
