# shellcheck shell=sh
# Sourced by session and display. run_child CMD...: runs it with this script's input, passes signals on
# to it, and leaves its exit code in $status, so that the caller can clean up.

run_child() {
  exec 3<&0
  # A shell without job control starts its children deaf to Ctrl+C, and with no input.
  env --default-signal=INT,QUIT "$@" <&3 &
  child=$!
  trap 'kill -TERM "$child" 2>/dev/null' TERM
  trap 'kill -HUP "$child" 2>/dev/null' HUP
  # From a terminal the child has had it already.
  trap '[ -t 3 ] || kill -INT "$child" 2>/dev/null' INT
  while :; do
    # shellcheck disable=SC2034 # for the caller
    status=0
    # shellcheck disable=SC2034
    wait "$child" || status=$?
    # A signal ends the wait too: only a child that is gone has given its own code.
    kill -0 "$child" 2>/dev/null || break
  done
  trap - TERM HUP INT
  exec 3<&-
}

# wait_for WHAT TEST...: up to 15 s for something started in the background.
wait_for() {
  what=$1
  shift
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ]; then
      echo "No sign of $what after 15 s." >&2
      exit 1
    fi
    sleep 0.05
  done
}
