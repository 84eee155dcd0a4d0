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
renews the credentials and says "Already paired". So it does with another code of the
same server, which is not sent, as long as the pairing lives. Otherwise, and with
another server, it refuses while credentials are here: unpair the workload on its
server, remove the file `credentials`, and run it again.

Files, in LATCHKEY_VEN_DIR (default /opt/illumio_ven_data), for their owner only:
  credentials    KEY=value lines: management_server, activation_code_sha256, agent,
                 ven, workload, token_type, access_token, expires_in (seconds),
                 obtained_at (seconds since 1970), refresh_token
  claim-HASH     what this machine shows with one code at one server; while it is
                 kept, a repeat is free
  illumio-ven-ctl
                 `status` says whether this machine is paired, `unpair` ends the pairing
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
  7  this machine is paired with another server, or was with another code; the code
     was not sent
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

