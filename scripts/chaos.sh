#!/bin/sh
# Starts the chaos driver. Root gives it a mount namespace, in which its home is a small disk that can be full and read-only.
if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
  CHAOS_MOUNTS=yes exec unshare --mount node_modules/.bin/jiti test/chaos/main.ts "$@"
fi
exec node_modules/.bin/jiti test/chaos/main.ts "$@"
