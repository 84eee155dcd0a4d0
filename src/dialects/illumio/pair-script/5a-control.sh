# ---------------------------------------------------------------- illumio-ven-ctl

# Beside the credentials, for tools that ask whether a machine is paired, or unpair it.
write_control() {
  write_file illumio-ven-ctl <<'CONTROL'
#!/bin/sh
# Written by pair.sh: whether this machine is paired with a Latchkey server, and the end of that.
#   illumio-ven-ctl status            exit 0: paired; 1: not
#   illumio-ven-ctl unpair [STRATEGY] [--insecure]
#                                     ends the pairing at the server and removes the credentials; the
#                                     strategy (saved, recommended, open, ...) is ignored: no firewall
#                                     is touched
set -eu
set +x # a trace would print tokens
umask 077
DIRECTORY=$(cd "$(dirname "$0")" && pwd)
CREDENTIALS=$DIRECTORY/credentials

stored() {
  [ ! -f "$CREDENTIALS" ] || sed -n "s/^$1=//p" "$CREDENTIALS"
}

fail() {
  printf 'illumio-ven-ctl: %s\n' "$1" >&2
  exit 1
}

# call STDIN ARGUMENT...: secrets go through standard input, since argument lists are public.
call() {
  input=$1
  shift
  printf '%s' "$input" | curl -q --silent --proto '=http,https' --max-time 30 $INSECURE "$@"
}

status() {
  [ -n "$(stored workload)" ] || { printf 'Status for illumio-agent: not paired\n'; exit 1; }
  printf 'Status for illumio-agent: paired\nmanagement server: %s\nworkload: %s\n' \
    "$(stored management_server)" "$(stored workload)"
}

unpair() {
  [ -f "$CREDENTIALS" ] || { printf 'Not paired\n'; return 0; }
  server=$(stored management_server)
  answer=$(call "grant_type=refresh_token&refresh_token=$(stored refresh_token)" --data-binary @- \
    --write-out '\n%{http_code}' "$server/v1/token") || fail "no answer from $server; nothing was changed"
  case $(printf '%s\n' "$answer" | tail -n 1) in
    200) ;;
    400 | 401) # It had ended already.
      rm -f "$CREDENTIALS"
      printf 'Unpaired: the pairing had ended already\n'
      return 0
      ;;
    *) fail "$server did not renew the token; nothing was changed" ;;
  esac
  token=$(printf '%s' "$answer" | sed -n 's/.*"access_token" *: *"\([A-Za-z0-9_.~+\/=-]*\)".*/\1/p')
  [ -n "$token" ] || fail "$server answered without a token; nothing was changed"
  code=$(call "header = \"Authorization: Bearer $token\"" --config - --request DELETE \
    --output /dev/null --write-out '%{http_code}' "$server/v1/agents/self") || fail "no answer from $server; run it again"
  case $code in
    204 | 401 | 404) ;;
    *) fail "$server answered with HTTP $code; run it again" ;;
  esac
  rm -f "$CREDENTIALS"
  printf 'Unpaired from %s\n' "$server"
}

INSECURE=''
command=${1:-}
for argument in "$@"; do
  [ "$argument" != --insecure ] || INSECURE=--insecure
done
case $command in
  status) status ;;
  unpair | deactivate) unpair ;;
  *) fail "status or unpair" ;;
esac
CONTROL
  chmod 700 "$STATE_DIR/illumio-ven-ctl"
}

