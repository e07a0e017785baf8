#!/bin/sh
# Event handler for member-join.
# shellcheck disable=SC1091
. "${0%/*}/event.sh"
