#!/bin/sh
# Makes this machine an agent of a Latchkey server:
#
#   curl -fsS https://keys.example/i | sh -s -- --code-file FILE [--state FOLDER] [--hostname NAME] [--server URL]
#
# It writes the program latchkey-agent to the folder (as root /var/lib/latchkey-agent), and runs its `enroll`. The code comes
# from the file, or from LATCHKEY_CODE; never give it as an argument, which other users can read. Running it again is safe.
# In braces, because the shell runs nothing of them before it has read the last one: a download that was cut short does
# nothing at all.
{
set -eu
set +x # a trace would print secrets
umask 077

stop() {
  printf 'latchkey: %s\n' "$1" >&2
  exit "$2"
}

if [ "$(id -u)" -eq 0 ]; then
  folder=/var/lib/latchkey-agent
else
  folder=${XDG_STATE_HOME:-${HOME:-}/.local/state}/latchkey-agent
fi
if [ "${1:-}" = --help ]; then
  printf 'curl -fsS @SERVER@/i | sh -s -- --code-file FILE [--state FOLDER] [--hostname NAME] [--server URL]\n'
  exit 0
fi
# --state is for here; the others are for the program. As many as there are arguments, since each goes to the end.
left=$#
while [ "$left" -gt 0 ]; do
  if [ "$1" = --state ]; then
    [ "$left" -gt 1 ] || stop "--state needs a value" 2
    folder=$2
    shift 2
    left=$((left - 2))
  else
    set -- "$@" "$1"
    shift
    left=$((left - 1))
  fi
done
command -v curl >/dev/null || stop "curl is not installed" 1
case $folder in
  /*/../* | */.. | [!/]* | /) stop "--state must be an absolute path" 2 ;;
esac
folder=${folder%/}
if [ ! -e "$folder" ] && [ ! -L "$folder" ]; then
  (umask 022 && mkdir -p "${folder%/*}/") && mkdir -m 700 "$folder" 2>/dev/null || [ -d "$folder" ] ||
    stop "cannot make $folder" 1
fi
# Another user could put files of their own into it.
# shellcheck disable=SC2012 # only the first columns are read; stat differs between systems
owner=$(ls -ldn "$folder" | awk 'NR == 1 { print substr($1, 1, 10), $3 }')
[ "$owner" = "drwx------ $(id -u)" ] || stop "$folder must be a folder of this user with mode 700" 1

program=$folder/latchkey-agent
cat >"$program.$$" <<'LATCHKEY_AGENT_ENDS'
@AGENT@LATCHKEY_AGENT_ENDS
chmod 700 "$program.$$"
mv -f "$program.$$" "$program"
# By sh: the folder's file system may not allow programs.
exec sh "$program" enroll "$@" </dev/null
}
