#!/bin/sh
# Runs only the web application, in the foreground. Environment: HOST (0.0.0.0), PORT (3000), TAG (host name).
set -eu
cd "$(dirname "$0")/app"
exec node app.js
