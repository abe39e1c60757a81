# Kills what the test bed started once the Java process that feeds this script's standard input is gone, however it died.
# Input: "+pid N", "-pid N" or "+dir PATH", one a line. Signals of the terminal's Ctrl-C must not end it early.
trap '' INT TERM HUP
pids=
set --
while read -r what value; do
  case $what in
    +pid) pids="$pids $value" ;;
    -pid)
      kept=
      for pid in $pids; do [ "$pid" = "$value" ] || kept="$kept $pid"; done
      pids=$kept
      ;;
    +dir) set -- "$@" "$value" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
for dir in "$@"; do rm -rf "$dir" 2>/dev/null || { sleep 1; rm -rf "$dir"; }; done
