#!/bin/sh
# Pairs this machine with a Latchkey management server: redeems an activation code,
# once, and keeps the identity that comes back. Needs a POSIX sh, curl and the usual
# small tools; uses `ip` when it is there.
#
# What it promises:
#   - The claim is on disk before the first request leaves. A reply that got lost is
#     asked for again with the same claim, and costs the key no second use.
#   - The code and the claim are in no argument list of a program it starts, in no
#     output and, but for the claim in its own file, on no disk.
#   - Any number of runs, one after the other or at once, make one agent.
#
# Everything is a function, and the last lines call `main`: a download that was cut short
# does nothing at all.

set -eu
set +x # a trace would print the code
umask 077
LC_ALL=C # bytes are bytes, and [a-z] is ASCII
export LC_ALL

AGENT_VERSION=0.1.0

EXIT_LOCAL=1
EXIT_USAGE=2
EXIT_REFUSED=3
EXIT_REJECTED=4
EXIT_UNREACHABLE=5
EXIT_LOCKED=6
EXIT_PAIRED_ELSEWHERE=7
EXIT_DIRECTORY=8
EXIT_UNEXPECTED=9

MAX_ATTEMPTS=8
REQUEST_SECONDS=30
MAX_BACKOFF_SECONDS=30
MAX_RETRY_AFTER_SECONDS=60
MAX_REPLY_BYTES=65536
MAX_INTERFACES=32 # the server takes 8 KiB of facts
LOCK_LOOKS=5

show_help() {
  cat <<'HELP'
Pair this machine with a Latchkey management server.

  pair.sh --management-server HOST:PORT --activation-code CODE [options]

  --management-server S   host:port (https), or https://host:port. http://host:port is
                          taken for this machine itself, or with --insecure.
                          IPv6 in brackets. Also from VEN_MANAGEMENT_SERVER.
  --activation-code CODE  the pairing key, 81 hexadecimal characters.
                          Also from VEN_ACTIVATION_CODE, which other users cannot
                          see in the list of processes.
  --proxy-server S        host:port of an HTTP proxy. Without it the usual variables
                          (https_proxy, no_proxy, ...) hold.
  --insecure              do not verify the server's certificate.
  --help                  show this.

Wishes, which the pairing profile may refuse (it does so silently):
  --enforcement-mode M    idle, visibility_only, selective, full
  --mode M                the old names: idle, illuminated, enforced
  --visibility-level L    flow_summary, flow_drops, flow_off, flow_full_detail,
                          enhanced_data_collection
  --log-traffic           log traffic
  --role V  --app V  --env V  --loc V
                          labels

"--option value" and "--option=value" are the same.

Running it again is safe: with the same server and code it asks for the same agent,
renews the credentials and says "Already paired". With another server or code it
refuses while credentials are here: unpair the workload on its server, remove the
file `credentials`, and run it again.

Files, in LATCHKEY_VEN_DIR (default /opt/illumio_ven_data), for their owner only:
  credentials    KEY=value lines: management_server, activation_code_sha256, agent,
                 ven, workload, token_type, access_token, expires_in (seconds),
                 obtained_at (seconds since 1970), refresh_token
  claim-HASH     what this machine shows with one code at one server; while it is
                 kept, a repeat is free
  pair.lock, pair.work.*
                 are there while a run is under way

LATCHKEY_PAIR_DEADLINE_SECONDS (default 120) limits how long it keeps trying.
~/.curlrc is not read; CURL_CA_BUNDLE names the certificates to trust.

Exit status:
  0  paired, or already was
  1  something on this machine: a missing tool, a full disk
  2  wrong options; nothing was sent
  3  the server refused the activation code
  4  the server rejected what was sent
  5  the server cannot be reached, is not trusted (TLS), or stayed busy: run it again
  6  another run is under way
  7  this machine is paired with another server or code; nothing was sent
  8  the directory cannot be used safely; nothing was sent
  9  the server gave an answer that makes no sense
HELP
}

# ---------------------------------------------------------------- output

say() {
  printf '%s\n' "$*"
}

warn() {
  printf 'pair.sh: %s\n' "$*" >&2
}

# fail STATUS MESSAGE...
fail() {
  fail_status=$1
  shift
  warn "$@"
  exit "$fail_status"
}

usage_error() {
  fail "$EXIT_USAGE" "$* (--help shows the options)"
}

# Prints its argument without the code and the claim, which a message of the server may echo.
without_secrets() {
  text=$1
  for secret in "$ACTIVATION_CODE" "$CLAIM"; do
    while :; do
      case $text in
        *"$secret"*) text="${text%%"$secret"*}[hidden]${text#*"$secret"}" ;;
        *) break ;;
      esac
    done
  done
  printf '%s\n' "$text"
}

# ---------------------------------------------------------------- options

parse_options() {
  MANAGEMENT_SERVER=${VEN_MANAGEMENT_SERVER:-}
  ACTIVATION_CODE=${VEN_ACTIVATION_CODE:-}
  unset VEN_ACTIVATION_CODE # no child needs it
  PROXY='' INSECURE='' MODE='' ENFORCEMENT_MODE='' VISIBILITY_LEVEL='' LOG_TRAFFIC=''
  ROLE='' APP='' ENV='' LOC=''
  while [ $# -gt 0 ]; do
    option=$1
    shift
    case $option in
      --help | -h)
        show_help
        exit 0
        ;;
      --insecure)
        INSECURE=yes
        continue
        ;;
      --log-traffic)
        LOG_TRAFFIC=true
        case ${1:-} in
          true | false)
            LOG_TRAFFIC=$1
            shift
            ;;
        esac
        continue
        ;;
      --*=*)
        value=${option#*=}
        option=${option%%=*}
        require_known_option "$option"
        ;;
      --*)
        require_known_option "$option"
        [ $# -gt 0 ] || usage_error "$option needs a value"
        case $1 in --*) usage_error "$option needs a value" ;; esac
        value=$1
        shift
        ;;
      # Not shown: it may be the code, given without its option.
      *) usage_error "an argument belongs to no option" ;;
    esac
    [ -n "$value" ] || usage_error "$option needs a value"
    set_option "$option" "$value"
  done
}

require_known_option() {
  case $1 in
    --management-server | --activation-code | --proxy-server) ;;
    --mode | --enforcement-mode | --visibility-level | --log-traffic) ;;
    --role | --app | --env | --loc) ;;
    --insecure) usage_error "--insecure takes no value" ;;
    *) usage_error "unknown option $1" ;;
  esac
}

set_option() {
  case $1 in
    --management-server) MANAGEMENT_SERVER=$2 ;;
    --activation-code) ACTIVATION_CODE=$2 ;;
    --proxy-server) PROXY=$2 ;;
    --mode) MODE=$2 ;;
    --enforcement-mode) ENFORCEMENT_MODE=$2 ;;
    --visibility-level) VISIBILITY_LEVEL=$2 ;;
    --log-traffic) LOG_TRAFFIC=$2 ;;
    --role) ROLE=$2 ;;
    --app) APP=$2 ;;
    --env) ENV=$2 ;;
    --loc) LOC=$2 ;;
  esac
}

check_options() {
  check_activation_code
  check_modes
  check_server
  check_proxy
  check_plain_http
  DEADLINE_SECONDS=${LATCHKEY_PAIR_DEADLINE_SECONDS:-120}
  case $DEADLINE_SECONDS in
    0) ;;
    *[!0-9]* | 0* | ??????*) usage_error "LATCHKEY_PAIR_DEADLINE_SECONDS must be a number of seconds" ;;
  esac
  STATE_DIR=${LATCHKEY_VEN_DIR:-/opt/illumio_ven_data}
  while :; do # "link/" would be seen as the directory behind the link
    case $STATE_DIR in ?*/) STATE_DIR=${STATE_DIR%/} ;; *) break ;; esac
  done
  case $STATE_DIR in
    / | [!/]* | */../* | */.. | */./* | */.) usage_error "LATCHKEY_VEN_DIR must be a plain absolute path" ;;
  esac
}

check_activation_code() {
  [ -n "$ACTIVATION_CODE" ] || usage_error "--activation-code is missing"
  case $ACTIVATION_CODE in
    *[!0-9a-f]*) usage_error "the activation code must be 81 characters, all of them 0-9 or a-f" ;;
  esac
  [ "${#ACTIVATION_CODE}" -eq 81 ] ||
    usage_error "the activation code must be 81 characters long, this one has ${#ACTIVATION_CODE}"
}

check_modes() {
  case $MODE in
    '') translated='' ;;
    idle) translated=idle ;;
    illuminated) translated=visibility_only ;;
    enforced) translated=full ;;
    *) usage_error "--mode must be idle, illuminated or enforced" ;;
  esac
  case $ENFORCEMENT_MODE in
    '' | idle | visibility_only | selective | full) ;;
    *) usage_error "--enforcement-mode must be idle, visibility_only, selective or full" ;;
  esac
  if [ -n "$translated" ] && [ "${ENFORCEMENT_MODE:-$translated}" != "$translated" ]; then
    usage_error "--mode $MODE and --enforcement-mode $ENFORCEMENT_MODE contradict each other"
  fi
  ENFORCEMENT_MODE=${ENFORCEMENT_MODE:-$translated}
  case $VISIBILITY_LEVEL in
    '' | flow_summary | flow_drops | flow_off | flow_full_detail | enhanced_data_collection) ;;
    *) usage_error "--visibility-level must be flow_summary, flow_drops, flow_off, flow_full_detail or enhanced_data_collection" ;;
  esac
  case $LOG_TRAFFIC in
    '' | true | false) ;;
    *) usage_error "--log-traffic takes true or false, or nothing" ;;
  esac
}

# Brings every spelling of one server to one URL, because the claim hangs on it.
check_server() {
  [ -n "$MANAGEMENT_SERVER" ] || usage_error "--management-server is missing"
  case $MANAGEMENT_SERVER in
    https://*) SCHEME=https default_port=443 ;;
    http://*) SCHEME=http default_port=80 ;;
    *://*) usage_error "--management-server must be host:port, or a URL that begins with https://" ;;
    *) SCHEME=https default_port='' ;;
  esac
  authority=${MANAGEMENT_SERVER#*://}
  split_authority --management-server "${authority%/}" "$default_port"
  SERVER_HOST=$host
  SERVER_URL=$SCHEME://$host:$port
}

check_proxy() {
  PROXY_HOST=''
  [ -n "$PROXY" ] || return 0
  authority=${PROXY#http://}
  # A password in it would show in the argument list of curl; https_proxy is the way for one.
  split_authority --proxy-server "${authority%/}" ''
  PROXY_HOST=$host
  PROXY=http://$host:$port
}

# split_authority OPTION HOST[:PORT] DEFAULT_PORT: sets host (lower case) and port.
split_authority() {
  case $2 in
    '['*']'*)
      address=${2%%']'*}
      address=${address#'['}
      case $address in
        *[!0-9A-Fa-f:.]*) usage_error "$1: what is in the brackets is no IPv6 address" ;;
        *:*:*) host="[$address]" ;;
        *) usage_error "$1: what is in the brackets is no IPv6 address" ;;
      esac
      rest=${2#*']'}
      ;;
    *)
      host=${2%%:*}
      case $host in
        '' | -* | .* | *[!A-Za-z0-9._-]*) usage_error "$1 must be host:port (an IPv6 address in brackets)" ;;
      esac
      rest=${2#"$host"}
      ;;
  esac
  host=$(printf '%s' "$host" | tr '[:upper:]' '[:lower:]')
  port=${rest#:}
  if [ -z "$rest" ]; then
    [ -n "$3" ] || usage_error "$1 must name a port, as in host:8443"
    port=$3
  fi
  case $port in
    *[!0-9]* | 0* | '' | ??????*) usage_error "$1: the port must be a number from 1 to 65535" ;;
  esac
  [ "$port" -le 65535 ] || usage_error "$1: the port must be a number from 1 to 65535"
}

# Over plain http everybody on the way reads the code, so it must not leave this machine.
check_plain_http() {
  [ "$SCHEME" = http ] && [ -z "$INSECURE" ] || return 0
  is_loopback "$SERVER_HOST" ||
    usage_error "http:// would show the activation code to the network; use https://, or --insecure to insist"
  [ -z "$PROXY" ] || is_loopback "$PROXY_HOST" ||
    usage_error "http:// through a proxy would show the activation code to it; use https://, or --insecure to insist"
}

is_loopback() {
  case $1 in
    localhost | '[::1]') return 0 ;;
    *[!0-9.]*) return 1 ;; # 127.0.0.1.example.com
    127.*.*.*) return 0 ;;
    *) return 1 ;;
  esac
}

check_tools() {
  for tool in awk cat curl cut date od readlink sed sha256sum tr; do
    command -v "$tool" >/dev/null || fail "$EXIT_LOCAL" "this script needs $tool, which is not installed"
  done
  # Secrets go through printf. As a program of its own it would show them in its argument list.
  case $(command -v printf) in
    */*) fail "$EXIT_LOCAL" "this shell has no printf of its own; run the script with dash, bash or busybox" ;;
  esac
}

# ---------------------------------------------------------------- the directory

# One way out for every doubt about the directory or a file in it.
refuse_directory() {
  fail "$EXIT_DIRECTORY" "$*; nothing was sent"
}

open_state_dir() {
  if [ ! -e "$STATE_DIR" ] && [ ! -L "$STATE_DIR" ]; then
    # Parents are everybody's; only the last one is ours.
    (umask 022 && mkdir -p "${STATE_DIR%/*}/" && mkdir -m 700 "$STATE_DIR") 2>/dev/null || [ -d "$STATE_DIR" ] ||
      refuse_directory "cannot make $STATE_DIR; run this as root, or set LATCHKEY_VEN_DIR"
  fi
  [ ! -L "$STATE_DIR" ] || refuse_directory "$STATE_DIR is a symbolic link; name the directory itself in LATCHKEY_VEN_DIR"
  [ -d "$STATE_DIR" ] || refuse_directory "$STATE_DIR is not a directory"
  is_ours "$STATE_DIR" || refuse_directory "$STATE_DIR belongs to another user; run this as its owner, or set LATCHKEY_VEN_DIR"
  case $(ls -ldn "$STATE_DIR") in
    drwx------*) ;;
    *) close_to_others ;;
  esac
  [ -w "$STATE_DIR" ] || refuse_directory "$STATE_DIR cannot be written"
}

# The documented way to fetch this script makes the directory open to a group, so that is
# mended. A directory that holds something else stays as it is: its users would be locked out.
close_to_others() {
  for entry in "$STATE_DIR"/* "$STATE_DIR"/.[!.]*; do
    case ${entry##*/} in
      '*' | '.[!.]*' | tmp | pair.sh | pair.lock* | pair.work.* | credentials | claim-*) ;;
      *) refuse_directory "$STATE_DIR is open to other users and holds files of something else; set LATCHKEY_VEN_DIR to a directory of its own" ;;
    esac
  done
  chmod 700 "$STATE_DIR" || refuse_directory "cannot close $STATE_DIR to other users (mode 700)"
}

is_ours() {
  # shellcheck disable=SC2012 # only the first columns are read; stat differs between systems
  [ "$(ls -ldn "$1" | awk 'NR == 1 { print $3 }')" = "$(id -u)" ]
}

# While the directory was open somebody may have put a file there, or a link.
require_own_file() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  if [ -L "$1" ] || [ ! -f "$1" ] || ! is_ours "$1"; then
    refuse_directory "$1 was not written by this script and user; look at it, and remove it"
  fi
  chmod 600 "$1"
}

# write_file NAME < content: all of it or nothing, and on the disk when it returns.
write_file() {
  if cat >"$WORK/new" && flush "$WORK/new" && mv -f "$WORK/new" "$STATE_DIR/$1"; then
    flush "$STATE_DIR"
  else
    fail "$EXIT_LOCAL" "cannot write $STATE_DIR/$1"
  fi
}

flush() {
  sync "$1" 2>/dev/null || sync
}

# ---------------------------------------------------------------- one run at a time

# A symbolic link, because it comes into being in one step and with its content: who owns it.
take_lock() {
  LOCK=$STATE_DIR/pair.lock WORK=$STATE_DIR/pair.work.$$
  myself=$(process_identity "$$")
  looks=0
  while [ "$looks" -lt "$LOCK_LOOKS" ]; do
    looks=$((looks + 1))
    if ln -s "$myself" "$LOCK" 2>/dev/null; then
      # A directory in its place would have taken the link inside.
      [ "$(readlink "$LOCK")" = "$myself" ] || break
      HAVE_LOCK=yes
      return 0
    fi
    owner=$(readlink "$LOCK") || continue # it was let go this instant
    ! is_running "$owner" || fail "$EXIT_LOCKED" "another run is under way (process ${owner%%.*}); nothing was sent"
    remove_stale_lock "$owner"
  done
  fail "$EXIT_LOCKED" "cannot take $LOCK; if no other run is under way, remove it and $LOCK.removal"
}

# Two may find the same stale lock, and the slower one would remove the new lock of the faster.
# So removing needs a lock of its own, and under it a second look.
remove_stale_lock() {
  if ! mkdir "$LOCK.removal" 2>/dev/null; then
    sleep 1
    return 0
  fi
  [ "$(readlink "$LOCK")" != "$1" ] || rm -f "$LOCK"
  rmdir "$LOCK.removal"
}

is_running() {
  [ "$(process_identity "${1%%.*}")" = "$1" ]
}

# Prints the process id with its start and the boot: after a reboot the same id is somebody else.
process_identity() {
  if [ -r "/proc/$1/stat" ]; then
    started=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }') || started=''
    [ -n "$started" ] || return 0
    boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) || boot=unknown
    printf '%s.%s.%s\n' "$1" "$started" "$boot"
  elif kill -0 "$1" 2>/dev/null; then
    printf '%s\n' "$1"
  fi
}

# shellcheck disable=SC2317 # called by a trap
clean_up() {
  [ -z "$HAVE_LOCK" ] || rm -rf "$WORK" "$LOCK"
}

# ---------------------------------------------------------------- what is kept

# For what is needed while it runs. With the lock held, what is there was left by a killed run,
# whose curl may still be writing: so the name is new each time.
open_work_dir() {
  rm -rf "$STATE_DIR"/pair.work.*
  mkdir "$WORK" || fail "$EXIT_LOCAL" "cannot make $WORK"
}

# stored KEY: its value in the credentials, or nothing.
stored() {
  [ ! -f "$STATE_DIR/credentials" ] || sed -n "s/^$1=//p" "$STATE_DIR/credentials"
}

# Another server or code is an operator's decision, never a side effect of a second run.
check_earlier_pairing() {
  require_own_file "$STATE_DIR/credentials"
  CODE_HASH=$(printf '%s' "$ACTIVATION_CODE" | sha256sum | cut -d ' ' -f 1)
  PAIRED_WORKLOAD=$(stored workload)
  [ -f "$STATE_DIR/credentials" ] || return 0
  other=''
  [ "$(stored activation_code_sha256)" = "$CODE_HASH" ] || other="another activation code"
  [ "$(stored management_server)" = "$SERVER_URL" ] || other="another server, $(stored management_server)"
  [ -z "$other" ] ||
    fail "$EXIT_PAIRED_ELSEWHERE" "this machine is already paired as workload $PAIRED_WORKLOAD, with $other; nothing was sent. To pair it anew, unpair that workload on its server, remove $STATE_DIR/credentials and run this again"
}

# A claim belongs to one server and one code: shown to a wrong server, it is worth nothing at
# the right one. Kept after a refusal, because an earlier try may have been accepted unheard.
load_claim() {
  pairing_hash=$(printf '%s\n%s' "$SERVER_URL" "$ACTIVATION_CODE" | sha256sum | cut -d ' ' -f 1)
  claim_name=claim-$pairing_hash
  require_own_file "$STATE_DIR/$claim_name"
  if [ ! -f "$STATE_DIR/$claim_name" ]; then
    CLAIM=$(od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n')
    [ "${#CLAIM}" -eq 64 ] || fail "$EXIT_LOCAL" "cannot read 32 random bytes from /dev/urandom"
    printf '%s\n' "$CLAIM" | write_file "$claim_name"
  fi
  CLAIM=$(cat "$STATE_DIR/$claim_name")
  case $CLAIM in *[!0-9a-f]*) CLAIM='' ;; esac
  [ "${#CLAIM}" -eq 64 ] ||
    refuse_directory "$STATE_DIR/$claim_name is damaged; restore it, or remove it: a new one may cost a second use of the key"
}

save_credentials() {
  write_file credentials <<CREDENTIALS
management_server=$SERVER_URL
activation_code_sha256=$CODE_HASH
agent=$AGENT
ven=$VEN
workload=$WORKLOAD
token_type=$(reply token_type)
access_token=$(reply access_token)
expires_in=$(reply expires_in)
obtained_at=$(date +%s)
refresh_token=$(reply refresh_token)
CREDENTIALS
}

# ---------------------------------------------------------------- facts about this machine

# Prints its argument as a JSON string. Goes over the bytes, so that no locale and no awk can
# differ; whatever is not ASCII becomes \u escapes, and what is not UTF-8 is left out.
json_string() {
  printf '%s' "$1" | od -An -v -tu1 | awk '
    function is_tail(at) { return byte[at] >= 128 && byte[at] < 192 }
    function decode(at,   lead, code) {
      lead = byte[at]; used = 1
      if (lead < 128) return lead
      if (lead >= 194 && lead < 224 && is_tail(at + 1)) {
        used = 2
        return (lead - 192) * 64 + byte[at + 1] - 128
      }
      if (lead >= 224 && lead < 240 && is_tail(at + 1) && is_tail(at + 2)) {
        code = ((lead - 224) * 64 + byte[at + 1] - 128) * 64 + byte[at + 2] - 128
        if (code < 2048 || (code >= 55296 && code < 57344)) return -1
        used = 3
        return code
      }
      if (lead >= 240 && lead < 245 && is_tail(at + 1) && is_tail(at + 2) && is_tail(at + 3)) {
        code = (((lead - 240) * 64 + byte[at + 1] - 128) * 64 + byte[at + 2] - 128) * 64 + byte[at + 3] - 128
        if (code < 65536 || code > 1114111) return -1
        used = 4
        return code
      }
      return -1
    }
    function escape(code) {
      if (code < 0) return ""
      if (code == 34) return "\\\""
      if (code == 92) return "\\\\"
      if (code >= 32 && code < 127) return sprintf("%c", code)
      if (code < 65536) return sprintf("\\u%04x", code)
      code -= 65536
      return sprintf("\\u%04x\\u%04x", 55296 + int(code / 1024), 56320 + code % 1024)
    }
    { for (i = 1; i <= NF; i++) byte[n++] = $i + 0 }
    END {
      for (i = 0; i < n; i += used) out = out escape(decode(i))
      printf "\"%s\"", out
    }'
}

# os_release KEY: its value in /etc/os-release, without quotes.
os_release() {
  [ ! -r /etc/os-release ] || sed -n "s/^$1=//p" /etc/os-release | tr -d "\"'" | sed -n 1p
}

os_id() {
  name=$(os_release ID)
  release=$(os_release VERSION_CODENAME)
  [ -n "$release" ] || release=$(os_release VERSION_ID)
  printf '%s-%s%s' "${name:-linux}" "$(uname -m)" "${release:+-$release}"
}

machine_id() {
  [ ! -r /etc/machine-id ] || tr -cd '0-9a-f' </etc/machine-id
}

# One line per address: name, address, length of the prefix, default gateway or "-".
interface_lines() {
  if command -v ip >/dev/null; then interfaces_from_ip; else interfaces_from_proc; fi |
    awk -v most="$MAX_INTERFACES" '
      # Every machine has loopback and link-local addresses: they say nothing.
      $1 == "lo" || $2 ~ /^(127\.|::1$|fe[89ab])/ || $2 !~ /^[0-9a-f.:]+$/ || $3 !~ /^[0-9]+$/ { next }
      n++ < most'
}

interfaces_from_ip() {
  {
    ip -o route show default
    ip -o -6 route show default
    ip -o addr show
  } 2>/dev/null | awk '
    function after(word,   i) {
      for (i = 1; i < NF; i++) if ($i == word) return $(i + 1)
      return ""
    }
    $1 == "default" {
      key = after("dev") (after("via") ~ /:/ ? " 6" : " 4")
      if (after("via") != "" && !(key in gateway)) gateway[key] = after("via")
      next
    }
    $3 == "inet" || $3 == "inet6" {
      sub(/@.*/, "", $2)
      # Point to point: "inet 10.0.0.5 peer 10.0.0.6/32".
      count = split($4 ~ /\// ? $4 : $4 "/" ($3 == "inet" ? 32 : 128), part, "/")
      key = $2 ($3 == "inet6" ? " 6" : " 4")
      print $2, part[1], part[count], (key in gateway ? gateway[key] : "-")
    }'
}

# Without `ip`: addresses from hostname, their networks and the gateway from the routes (IPv4,
# hexadecimal in the byte order of the machine), and IPv6 from a table that says it all.
interfaces_from_proc() {
  {
    sed 's/^/route /' /proc/net/route
    sed 's/^/six /' /proc/net/if_inet6
    printf 'addresses %s\n' "$(hostname -I)"
  } 2>/dev/null | awk -v order="$(printf '\001\000' | od -An -tu2)" '
    function number(hex,   i, n) {
      for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
      return n + 0
    }
    function in_order(hex) {
      if (order + 0 != 1) return hex
      return substr(hex, 7, 2) substr(hex, 5, 2) substr(hex, 3, 2) substr(hex, 1, 2)
    }
    function dotted(n) {
      return int(n / 16777216) "." int(n / 65536) % 256 "." int(n / 256) % 256 "." n % 256
    }
    function prefix_of(size,   bits) {
      for (bits = 32; size > 1; bits--) size /= 2
      return bits
    }
    function report(address,   part, n, i, best) {
      split(address, part, ".")
      n = ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4]
      best = -1
      for (i = 0; i < routes; i++)
        if (n - n % size[i] == network[i] && (best < 0 || size[i] < size[best])) best = i
      if (best >= 0) print name[best], address, prefix_of(size[best]), (name[best] in gateway ? gateway[name[best]] : "-")
      else if (exit_name != "") print exit_name, address, 32, gateway[exit_name]
    }
    BEGIN { routes = 0 }
    $1 == "route" && $3 ~ /^[0-9A-F]+$/ {
      via = number(in_order($4))
      if ($3 == "00000000" && via && !($2 in gateway)) {
        gateway[$2] = dotted(via)
        if (exit_name == "") exit_name = $2
      }
      if (via == 0) {
        name[routes] = $2
        network[routes] = number(in_order($3))
        size[routes++] = 4294967296 - number(in_order($9))
      }
    }
    $1 == "six" {
      address = $2
      gsub(/..../, "&:", address)
      sub(/:$/, "", address)
      if (address !~ /^0000:.*:0001$/) print $7, address, number(toupper($4)), "-"
    }
    $1 == "addresses" { for (field = 2; field <= NF; field++) if ($field !~ /:/) report($field) }'
}

interfaces_json() {
  comma=''
  printf '['
  interface_lines | while read -r name address prefix gateway; do
    printf '%s{"name":%s,"address":"%s","cidr_block":%s' "$comma" "$(json_string "$name")" "$address" "$prefix"
    [ "$gateway" = - ] || printf ',"default_gateway_address":"%s"' "$gateway"
    printf '}'
    comma=,
  done
  printf ']'
}

# ---------------------------------------------------------------- the request

# member NAME VALUE: one more member of a JSON object, if there is a value.
member() {
  [ -n "$2" ] || return 0
  printf ',"%s":%s' "$1" "$(json_string "$2")"
}

labels_json() {
  member role "$ROLE"
  member app "$APP"
  member env "$ENV"
  member loc "$LOC"
}

overrides_json() {
  member enforcement_mode "$ENFORCEMENT_MODE"
  member visibility_level "$VISIBILITY_LEVEL"
  [ -z "$LOG_TRAFFIC" ] || printf ',"log_traffic":%s' "$LOG_TRAFFIC"
  labels=$(labels_json)
  [ -z "$labels" ] || printf ',"labels":{%s}' "${labels#,}"
}

request_json() {
  printf '{"activation_code":"%s","claim":"%s"' "$ACTIVATION_CODE" "$CLAIM"
  member hostname "$(uname -n)"
  member os_id "$(os_id)"
  member os_detail "$(uname -r) $(uname -v)"
  member os_platform linux
  member agent_version "$AGENT_VERSION"
  member uid "$(machine_id)"
  member ven_type server
  printf ',"interfaces":%s' "$(interfaces_json)"
  overrides=$(overrides_json)
  [ -z "$overrides" ] || printf ',"overrides":{%s}' "${overrides#,}"
  printf '}'
}

# Sends the request once. Sets CURL_STATUS (0: there is an answer) and HTTP_STATUS; the answer
# is in $WORK/reply and $WORK/headers. The body goes through a pipe: argument lists are public.
send_request() {
  rm -f "$WORK/reply" "$WORK/headers"
  seconds=$((GIVE_UP_AT - $(date +%s)))
  [ "$seconds" -ge 5 ] || seconds=5
  [ "$seconds" -le "$REQUEST_SECONDS" ] || seconds=$REQUEST_SECONDS
  # -q: a ~/.curlrc could write the exchange to a file. No redirects: the code is for one server.
  set -- -q --silent --show-error --proto "=$SCHEME" --tlsv1.2 --globoff \
    --connect-timeout 10 --max-time "$seconds" \
    --header 'Content-Type: application/json' --header 'Accept: application/json' \
    --user-agent "latchkey-pair/$AGENT_VERSION" --data-binary @- \
    --output "$WORK/reply" --dump-header "$WORK/headers" --write-out '%{http_code}'
  [ -z "$INSECURE" ] || set -- "$@" --insecure
  if [ -n "$PROXY" ]; then
    set -- "$@" --proxy "$PROXY"
  elif [ "$SCHEME" = http ] && [ -z "$INSECURE" ]; then
    set -- "$@" --noproxy '*' # plain http must not leave this machine
  fi
  CURL_STATUS=0
  HTTP_STATUS=$(printf '%s' "$REQUEST" 2>/dev/null | curl "$@" "$SERVER_URL/api/v2/agents/activate" 2>"$WORK/trouble") ||
    CURL_STATUS=$?
}

# header NAME: its value in the last answer (a proxy may have put one before it).
header() {
  [ ! -f "$WORK/headers" ] || tr -d '\r' <"$WORK/headers" | awk -v wanted="$1:" '
    /^HTTP\// { value = "" }
    tolower($1) == wanted { value = $2 }
    END { print value }'
}

# Turns the reply into lines: .agent.href=/orgs/1/agents/7, [].message=Not so. Every line has
# one value, whatever the reply holds. Fails if it is not JSON.
reply_lines() {
  [ -f "$WORK/reply" ] && [ "$(wc -c <"$WORK/reply")" -le "$MAX_REPLY_BYTES" ] || return 1
  # Control characters have no place in JSON but as space, and none on a terminal.
  tr '\000-\037\177' ' ' <"$WORK/reply" | awk '
    function bad() { exit 1 }
    function next_char() { return substr(text, at, 1) }
    function skip_space() { while (next_char() == " ") at++ }
    function expect(char) {
      skip_space()
      if (next_char() != char) bad()
      at++
    }
    function string(   out, char, code) {
      expect("\"")
      while ((char = next_char()) != "\"") {
        if (char == "") bad()
        at++
        if (char != "\\") { out = out char; continue }
        char = next_char(); at++
        if (char ~ /["\\\/]/) out = out char
        else if (char ~ /[bfnrt]/) out = out " "
        else if (char == "u") {
          code = tolower(substr(text, at, 4)); at += 4
          if (code !~ /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/) bad()
          out = out (code in ascii ? ascii[code] : code ~ /^00[0189]/ || code == "007f" ? " " : "\\u" code)
        } else bad()
      }
      at++
      return out
    }
    function members(path,   name) {
      skip_space()
      if (next_char() == "}") { at++; return }
      for (;;) {
        skip_space()
        name = string()
        gsub(/[^A-Za-z0-9_]/, "?", name)
        expect(":")
        value(path "." name)
        skip_space()
        if (next_char() != ",") break
        at++
      }
      expect("}")
    }
    function items(path) {
      skip_space()
      if (next_char() == "]") { at++; return }
      for (;;) {
        value(path "[]")
        skip_space()
        if (next_char() != ",") break
        at++
      }
      expect("]")
    }
    function value(path,   start) {
      if (++depth > 20) bad()
      skip_space()
      start = at
      if (next_char() == "{") { at++; members(path) }
      else if (next_char() == "[") { at++; items(path) }
      else if (next_char() == "\"") print path "=" string()
      else {
        while (next_char() ~ /[-+.0-9A-Za-z]/) at++
        if (at == start) bad()
        print path "=" substr(text, start, at - start)
      }
      depth--
    }
    BEGIN { for (code = 32; code < 127; code++) ascii[sprintf("%04x", code)] = sprintf("%c", code) }
    { text = text $0 }
    END {
      at = 1
      value("")
      skip_space()
      if (at <= length(text)) bad()
    }'
}

# reply NAME: a value of the answer, or nothing. Only what a link or a token is made of passes,
# so that a value can be kept on a line and be shown.
reply() {
  printf '%s\n' "$REPLY_LINES" | awk -v start=".$1=" '
    index($0, start) == 1 {
      value = substr($0, length(start) + 1)
      if (value !~ /[^A-Za-z0-9_.~+\/=-]/) print value
      exit
    }'
}

# ---------------------------------------------------------------- answers

request_id() {
  id=$(header x-request-id | tr -cd 'A-Za-z0-9._-' | cut -c 1-80)
  printf '%s' "${id:-none given}"
}

# Prints the messages of an answer that is a list of faults, one a line.
fault_messages() {
  { reply_lines || :; } | sed -n 's/^\[\]\.message=//p' | while read -r message; do
    without_secrets "$message"
  done
}

refused() {
  [ -z "$PAIRED_WORKLOAD" ] ||
    warn "this machine was paired as workload $PAIRED_WORKLOAD; its credentials are kept, but the server may have revoked it"
  fail "$EXIT_REFUSED" "the management server refused this activation code: it may be mistyped, spent, expired or revoked, or its profile disabled. Ask the operator, whose explain call says which; request id: $(request_id)"
}

rejected() {
  messages=$(fault_messages)
  fail "$EXIT_REJECTED" "the management server rejected what this machine sent (HTTP $HTTP_STATUS): ${messages:-it did not say why}; request id: $(request_id)"
}

unexpected() {
  fail "$EXIT_UNEXPECTED" "$1; is $SERVER_URL a Latchkey management server? The claim is kept, so running this again is safe; request id: $(request_id)"
}

# What curl said, without its own prefix.
trouble() {
  sed -n '1s/^curl: ([0-9]*) //p' "$WORK/trouble"
}

not_trusted() {
  fail "$EXIT_UNREACHABLE" "no trusted TLS connection to $SERVER_URL: $(trouble). Give curl the CA of the server (CURL_CA_BUNDLE, or the system's store), or use --insecure if this network is trusted"
}

# Decides about a request that got no answer: returns if it is worth another try. The server may
# have acted on it, which the claim makes harmless.
judge_trouble() {
  case $CURL_STATUS in
    5 | 6 | 7 | 16 | 18 | 28 | 52 | 55 | 56 | 92 | 95 | 96 | 97) ;;
    35)
      # A handshake that was cut off is a connection that failed; any other is a matter of TLS.
      case $(trouble) in
        *[Rr]eset* | *SYSCALL* | *"unexpected eof"* | *closed*) ;;
        *) not_trusted ;;
      esac
      ;;
    51 | 53 | 54 | 58 | 59 | 60 | 64 | 66 | 77 | 80 | 82 | 83 | 90 | 91 | 98) not_trusted ;;
    *) fail "$EXIT_LOCAL" "curl failed ($CURL_STATUS): $(trouble)" ;;
  esac
}

# backoff ATTEMPT: seconds to wait when the server named none.
backoff() {
  [ "$1" -lt 6 ] || set -- 6
  seconds=$((1 << ($1 - 1)))
  [ "$seconds" -le "$MAX_BACKOFF_SECONDS" ] || seconds=$MAX_BACKOFF_SECONDS
  printf '%s' "$seconds"
}

# retry_delay ATTEMPT: Retry-After in seconds, with up to a quarter on top by chance: a fleet
# that was told the same number must not come back in one instant. (A date is not understood.)
retry_delay() {
  asked=$(header retry-after)
  case $asked in
    '' | *[!0-9]* | ??????*) asked=$(backoff "$1") ;;
  esac
  chance=$(od -An -N1 -tu1 /dev/urandom | tr -d ' ')
  asked=$(printf '%s' "$asked" | sed 's/^0*\(.\)/\1/') # 08 would be read as octal
  [ "$asked" -gt "$MAX_RETRY_AFTER_SECONDS" ] || asked=$((asked + chance % (asked / 4 + 1)))
  printf '%s' "$asked"
}

# wait_or_give_up ATTEMPT SECONDS REASON
wait_or_give_up() {
  advice="The claim is kept, so running this again is safe"
  [ -z "$PAIRED_WORKLOAD" ] || advice="This machine stays paired as workload $PAIRED_WORKLOAD"
  [ "$2" -le $((MAX_RETRY_AFTER_SECONDS + MAX_RETRY_AFTER_SECONDS / 4)) ] ||
    fail "$EXIT_UNREACHABLE" "$3, and wants to be left alone for $2 seconds. $advice"
  if [ "$1" -ge "$MAX_ATTEMPTS" ] || [ $(($(date +%s) + $2)) -gt "$GIVE_UP_AT" ]; then
    fail "$EXIT_UNREACHABLE" "$3; gave up after $1 tries. $advice"
  fi
  warn "$3; trying again in $2 s"
  sleep "$2"
}

# Asks until there is an answer, and returns with it only if the server said yes.
activate() {
  GIVE_UP_AT=$(($(date +%s) + DEADLINE_SECONDS))
  attempt=0
  while :; do
    attempt=$((attempt + 1))
    send_request
    if [ "$CURL_STATUS" -ne 0 ]; then
      judge_trouble
      wait_or_give_up "$attempt" "$(backoff "$attempt")" "no answer from $SERVER_URL ($(trouble))"
      continue
    fi
    case $HTTP_STATUS in
      200 | 201) return 0 ;;
      401) refused ;;
      406 | 413) rejected ;;
      429 | 502 | 503 | 504)
        wait_or_give_up "$attempt" "$(retry_delay "$attempt")" "$SERVER_URL is busy (HTTP $HTTP_STATUS)"
        ;;
      *) unexpected "the management server answered with HTTP $HTTP_STATUS" ;;
    esac
  done
}

read_identity() {
  REPLY_LINES=$(reply_lines) || unexpected "the answer (HTTP $HTTP_STATUS) cannot be read"
  AGENT=$(reply agent.href)
  VEN=$(reply ven.href)
  WORKLOAD=$(reply workload.href)
  case $AGENT/$VEN/$WORKLOAD in
    /orgs/?*/orgs/?*/orgs/?*) ;;
    *) unexpected "the answer (HTTP $HTTP_STATUS) names no agent, VEN and workload" ;;
  esac
  [ -n "$(reply access_token)" ] || unexpected "the answer (HTTP $HTTP_STATUS) holds no access token"
}

report() {
  if [ -z "$PAIRED_WORKLOAD" ] && [ "$HTTP_STATUS" = 200 ]; then
    say "An earlier run had paired this machine, and its answer got lost."
  fi
  if [ -z "$PAIRED_WORKLOAD" ]; then
    say "Paired as workload $WORKLOAD"
  elif [ "$PAIRED_WORKLOAD" = "$WORKLOAD" ]; then
    say "Already paired as workload $WORKLOAD (credentials renewed)"
  else
    say "The earlier pairing, as workload $PAIRED_WORKLOAD, had ended."
    say "Paired as workload $WORKLOAD"
  fi
}

main() {
  HAVE_LOCK='' CLAIM=''
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  parse_options "$@"
  check_options
  check_tools
  open_state_dir
  take_lock
  open_work_dir
  check_earlier_pairing
  load_claim
  REQUEST=$(request_json)
  say "Pairing with $SERVER_URL"
  activate
  read_identity
  save_credentials
  report
}

# In braces, because the shell runs nothing of them before it has read the last one.
{
  main "$@"
  exit
}
