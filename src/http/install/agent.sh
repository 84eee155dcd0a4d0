#!/bin/sh
# Makes this machine an agent of a Latchkey server, and keeps a fresh token of it. Needs a POSIX sh, curl and the usual
# small tools.
#
#   latchkey-agent enroll --code-file FILE [--server URL] [--hostname NAME]
#   latchkey-agent token [--file FILE]     prints an access token, or keeps it in a file; for a timer
#   latchkey-agent status                  exit 0: enrolled; 1: not
#   latchkey-agent --help
#
# What it promises:
#   - The claim is on disk before the first request leaves. After an answer that got lost the same agent comes back, and
#     the key spends no second use.
#   - Codes, claims and tokens are in no argument list of a program that it starts, and in no message.
#   - Any number of runs, one after the other or at once, make one agent.
#
# The state is in its own folder, mode 700: `claim` and `agent.json`, which `latchkey token --state FOLDER` reads, too.
#
# Exit status: 0 done, 1 something on this machine, 2 usage, 3 refused, 4 not enrolled or no longer good, 5 the server
# cannot be reached or is busy: run it again, 9 an answer that makes no sense.

set -eu
set +x # a trace would print secrets
umask 077
LC_ALL=C
export LC_ALL

DEFAULT_SERVER='@SERVER@'
MAX_ATTEMPTS=8
MAX_WAIT_SECONDS=60
APPROVAL_SECONDS=3600
MAX_REPLY_BYTES=65536

STATE=$(cd "${0%/*}" && pwd)
WORK=''

fail() {
  fail_status=$1
  shift
  printf 'latchkey-agent: %s\n' "$*" >&2
  exit "$fail_status"
}

note() {
  printf 'latchkey-agent: %s\n' "$*" >&2
}

# shellcheck disable=SC2317 # called by a trap
clean_up() {
  [ -z "$WORK" ] || rm -rf "$WORK"
}

open_work_dir() {
  WORK=$STATE/work.$$.$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
  mkdir "$WORK" || fail 1 "cannot write to $STATE"
}

# write_file PATH < content: all of it or nothing.
write_file() {
  cat >"$WORK/new" && mv -f "$WORK/new" "$1" || fail 1 "cannot write $1"
}

# check_server: sets SERVER to an origin and SCHEME. Over plain http anyone on the way reads the code.
check_server() {
  SERVER=${SERVER%/}
  case $SERVER in
    https://*) SCHEME=https ;;
    http://127.0.0.1 | http://127.0.0.1:* | http://localhost | http://localhost:* | http://'[::1]' | http://'[::1]':*) SCHEME=http ;;
    http://*)
      [ -n "${LATCHKEY_ALLOW_HTTP:-}" ] || fail 2 "$SERVER is not https: set LATCHKEY_ALLOW_HTTP=1 if this network is trusted"
      SCHEME=http
      ;;
    *) fail 2 "--server must be a URL such as https://keys.example" ;;
  esac
  case ${SERVER#*://} in
    '' | *[!A-Za-z0-9._:-]*) case ${SERVER#*://} in
      '['*']' | '['*']':*) ;;
      *) fail 2 "--server must be a URL such as https://keys.example, without a path" ;;
    esac ;;
  esac
}

# ---------------------------------------------------------------- requests

# send PATH CONTENT_TYPE < body: sends it once. Sets CURL_STATUS (0: there is an answer) and HTTP_STATUS. The body goes
# through a pipe: argument lists are public.
send() {
  rm -f "$WORK/reply" "$WORK/headers"
  # -q: a ~/.curlrc could write the exchange to a file. No redirects: the code is for one server.
  set -- -q --silent --show-error --proto "=$SCHEME" --globoff --connect-timeout 10 --max-time 30 \
    --header "Content-Type: $2" --header 'Accept: application/json' --user-agent latchkey-agent \
    --data-binary @- --output "$WORK/reply" --dump-header "$WORK/headers" --write-out '%{http_code}' "$SERVER$1"
  CURL_STATUS=0
  HTTP_STATUS=$(curl "$@" 2>"$WORK/trouble") || CURL_STATUS=$?
}

# header NAME: its value in the last answer (a proxy may have put one before it).
header() {
  [ ! -f "$WORK/headers" ] || tr -d '\r' <"$WORK/headers" | awk -v wanted="$1:" '
    /^HTTP\// { value = "" }
    tolower($1) == wanted { value = $2 }
    END { print value }'
}

request_id() {
  id=$(header x-request-id | tr -cd 'A-Za-z0-9._-' | cut -c 1-80)
  printf '%s' "${id:-none given}"
}

# pause ATTEMPT: Retry-After, or twice as long each time; a fleet that got the same number must not come back at once.
pause() {
  seconds=$(header retry-after)
  case $seconds in '' | *[!0-9]* | ?????*) seconds=$((1 << ($1 < 6 ? $1 - 1 : 5))) ;; esac
  seconds=$(printf '%s' "$seconds" | sed 's/^0*\(.\)/\1/') # 08 would be read as octal
  [ "$seconds" -le "$MAX_WAIT_SECONDS" ] || fail 5 "$SERVER asks to wait for $seconds seconds: run it again then"
  chance=$(od -An -N1 -tu1 /dev/urandom | tr -d ' ')
  printf '%s' $((seconds + chance % (seconds / 4 + 1)))
}

# ask PATH CONTENT_TYPE: sends $WORK/body until there is an answer that is no 429 or 5xx of a moment.
ask() {
  attempt=0
  while :; do
    attempt=$((attempt + 1))
    send "$1" "$2" <"$WORK/body"
    if [ "$CURL_STATUS" -eq 0 ]; then
      case $HTTP_STATUS in
        429 | 502 | 503 | 504) reason="$SERVER is busy (HTTP $HTTP_STATUS)" ;;
        *) return 0 ;;
      esac
    else
      reason="no answer from $SERVER ($(sed -n '1s/^curl: ([0-9]*) //p' "$WORK/trouble"))"
      # A certificate that is not trusted is so the next time, too.
      case $CURL_STATUS in 35 | 51 | 58 | 60 | 77 | 83 | 90 | 91) fail 5 "$reason" ;; esac
    fi
    [ "$attempt" -lt "$MAX_ATTEMPTS" ] || fail 5 "$reason; gave up after $attempt tries"
    wait_seconds=$(pause "$attempt") || exit 5
    note "$reason; trying again in $wait_seconds s"
    sleep "$wait_seconds"
  done
}

@REPLY@
unexpected() {
  fail 9 "$SERVER answered HTTP $HTTP_STATUS with what makes no sense; is it a Latchkey server? Request id: $(request_id)"
}

# keep_agent: writes agent.json from the last answer, as the latchkey command keeps it.
keep_agent() {
  access=$(reply access_token) refresh=$(reply refresh_token) seconds=$(reply expires_in)
  case $seconds in '' | *[!0-9]* | ??????*) unexpected ;; esac
  [ -n "$access" ] && [ -n "$refresh" ] && [ -n "$AGENT_ID" ] || unexpected
  now=$(date +%s)
  write_file "$STATE/agent.json" <<STATE
{
  "url": "$SERVER",
  "agent": {
    "id": "$AGENT_ID",
    "organization_id": ${ORGANIZATION:-0},
    "profile_id": "$PROFILE",
    "key_id": "$KEY",
    "dialect": "native"
  },
  "access_token": "$access",
  "refresh_token": "$refresh",
  "refresh_at": $((now + seconds * 2 / 3))000,
  "expires_at": $((now + seconds))000
}
STATE
}

# read_identity PREFIX: of the agent, from REPLY_LINES.
read_identity() {
  AGENT_ID=$(reply agent.id) PROFILE=$(reply agent.profile_id) KEY=$(reply agent.key_id)
  ORGANIZATION=$(reply agent.organization_id)
  case $AGENT_ID in *[!0-9a-f-]*) AGENT_ID='' ;; esac
  case $ORGANIZATION in *[!0-9]*) unexpected ;; esac
}

# load_agent: what agent.json says, or fails.
load_agent() {
  [ -f "$STATE/agent.json" ] || fail 4 "this machine is not enrolled"
  cat "$STATE/agent.json" >"$WORK/reply"
  REPLY_LINES=$(reply_lines) || fail 1 "$STATE/agent.json cannot be read: mend or remove it"
  read_identity
  SERVER=$(printf '%s\n' "$REPLY_LINES" | sed -n 's/^\.url=//p')
  ACCESS=$(reply access_token) REFRESH=$(reply refresh_token) REFRESH_AT=$(reply refresh_at)
  case $REFRESH_AT in '' | *[!0-9.]*) fail 1 "$STATE/agent.json is damaged: mend or remove it" ;; esac
  REFRESH_AT=${REFRESH_AT%%.*}
}

# ---------------------------------------------------------------- commands

load_claim() {
  if [ ! -s "$STATE/claim" ]; then
    od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' >"$WORK/claim"
    [ "$(wc -c <"$WORK/claim")" -eq 64 ] || fail 1 "cannot read 32 random bytes"
    # Two runs at once: the first one's holds.
    ln "$WORK/claim" "$STATE/claim" 2>/dev/null || [ -s "$STATE/claim" ] || fail 1 "cannot write $STATE/claim"
  fi
  CLAIM=$(cat "$STATE/claim")
  case $CLAIM in '' | *[!A-Za-z0-9_-]*) fail 1 "$STATE/claim is damaged: restore it, or remove it if nothing enrolled with it" ;; esac
}

read_code() {
  if [ -n "$CODE_FILE" ]; then
    # A shell would print a line of its own of a file that it cannot open.
    [ -r "$CODE_FILE" ] && CODE=$(tr -d ' \t\r\n' <"$CODE_FILE") || fail 2 "cannot read $CODE_FILE"
  else
    CODE=${LATCHKEY_CODE:-}
  fi
  [ -n "$CODE" ] || fail 2 "give the code by --code-file FILE or LATCHKEY_CODE"
  case $CODE in *[!A-Za-z0-9_-]*) fail 2 "the code has characters that no code has" ;; esac
}

enroll() {
  CODE_FILE='' SERVER=$DEFAULT_SERVER NAME=$(uname -n | tr -cd 'A-Za-z0-9._-')
  while [ $# -gt 0 ]; do
    # An argument that belongs to no option is not shown: it may be the code.
    case $1 in
      --code-file | --server | --hostname) [ $# -gt 1 ] || fail 2 "$1 needs a value" ;;
      --*) fail 2 "unknown option ${1%%=*}" ;;
      *) fail 2 "an argument belongs to no option" ;;
    esac
    case $1 in
      --code-file) CODE_FILE=$2 ;;
      --server) SERVER=$2 ;;
      --hostname) NAME=$2 ;;
    esac
    shift 2
  done
  case $NAME in *[!A-Za-z0-9._-]*) fail 2 "--hostname may have letters, digits, dots and hyphens" ;; esac
  check_server
  read_code
  unset LATCHKEY_CODE
  load_claim
  printf '{"code":"%s","claim":"%s","hostname":"%s"}' "$CODE" "$CLAIM" "$NAME" >"$WORK/body"
  until_time=$(($(date +%s) + APPROVAL_SECONDS)) said=''
  while :; do
    ask /v1/enroll application/json
    [ "$HTTP_STATUS" = 202 ] || break
    REPLY_LINES=$(reply_lines) || unexpected
    compare=$(reply comparison_code)
    [ "$compare" = "$said" ] || note "waiting for an operator, who sees the code $compare"
    said=$compare
    [ "$(date +%s)" -lt "$until_time" ] || fail 5 "no operator has approved this machine: run it again"
    wait_seconds=$(pause 3) || exit 5
    sleep "$wait_seconds"
  done
  case $HTTP_STATUS in
    200 | 201) ;;
    400 | 413 | 422) fail 3 "the server did not take what was sent (HTTP $HTTP_STATUS); request id: $(request_id)" ;;
    401) fail 3 "the server refused this code: it may be mistyped, spent, expired or revoked. An operator finds the reason by the request id: $(request_id)" ;;
    *) unexpected ;;
  esac
  REPLY_LINES=$(reply_lines) || unexpected
  read_identity
  keep_agent
  if [ "$HTTP_STATUS" = 201 ]; then
    note "enrolled; the state is in $STATE"
  else
    note "it was enrolled before: nothing is spent"
  fi
  printf '%s\n' "$AGENT_ID"
}

token() {
  FILE=''
  case ${1:-} in
    '') ;;
    --file) FILE=${2:-} ; [ -n "$FILE" ] || fail 2 "--file needs a value" ;;
    *) fail 2 "token knows --file only" ;;
  esac
  load_agent
  if [ "$(date +%s)000" -ge "$REFRESH_AT" ]; then
    check_server
    printf 'grant_type=refresh_token&refresh_token=%s' "$REFRESH" >"$WORK/body"
    ask /v1/token application/x-www-form-urlencoded
    case $HTTP_STATUS in
      200) ;;
      400 | 401) fail 4 "the agent $AGENT_ID may not go on: it was revoked, or its tokens were copied" ;;
      *) unexpected ;;
    esac
    REPLY_LINES=$(reply_lines) || unexpected
    keep_agent
    ACCESS=$access
  fi
  if [ -n "$FILE" ]; then
    printf '%s\n' "$ACCESS" | write_beside "$FILE"
  else
    printf '%s\n' "$ACCESS"
  fi
}

# write_beside PATH < content: replaces a file in one step, on its own file system.
write_beside() {
  cat >"$1.$$" && mv -f "$1.$$" "$1" || fail 1 "cannot write $1"
}

status() {
  [ -f "$STATE/agent.json" ] || { printf 'not enrolled\n'; exit 1; }
  load_agent
  printf 'enrolled at %s as %s\n' "$SERVER" "$AGENT_ID"
}

main() {
  command=${1:-}
  [ $# -eq 0 ] || shift
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  case $command in
    enroll | token | status) ;;
    -h | --help)
      printf 'latchkey-agent enroll --code-file FILE [--server URL] [--hostname NAME]\nlatchkey-agent token [--file FILE]\nlatchkey-agent status\n'
      return 0
      ;;
    *) fail 2 "give a command: enroll, token or status (--help shows their options)" ;;
  esac
  open_work_dir
  "$command" "$@"
}

main "$@"
