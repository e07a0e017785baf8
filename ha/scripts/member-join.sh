#!/bin/sh
# A member joined.
# shellcheck disable=SC1091
. "${0%/*}/event.sh"
