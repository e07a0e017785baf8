#!/bin/sh
# A member left or failed: SERF_EVENT tells which.
# shellcheck disable=SC1091
. "${0%/*}/event.sh"
