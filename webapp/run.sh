#!/bin/sh
# Runs the web application alone, in the foreground. HOST, PORT (3000) and TAG are its settings.
set -eu
cd "$(dirname "$0")/app"
exec node app.js
