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
# that got the same number must not come back in one instant. (A date is not supported.)
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
    fail "$EXIT_UNREACHABLE" "$3, and asks to wait for $2 seconds. $advice"
  if [ "$1" -ge "$MAX_ATTEMPTS" ] || [ $(($(date +%s) + $2)) -gt "$GIVE_UP_AT" ]; then
    fail "$EXIT_UNREACHABLE" "$3; gave up after $1 tries. $advice"
  fi
  warn "$3; trying again in $2 s"
  sleep "$2"
}

is_approval_pending() {
  { reply_lines || :; } | grep -q '^\[\]\.token=approval_pending$'
}

# An operator may take their time: this does not count as a try. The message has the code that the operator sees, too.
wait_for_approval() {
  pause=$(retry_delay 1)
  [ $(($(date +%s) + pause)) -le "$APPROVAL_UNTIL" ] ||
    fail "$EXIT_UNREACHABLE" "no operator has approved this machine. The claim is kept, so running this again is safe"
  messages=$(fault_messages)
  [ "$messages" = "$APPROVAL_MESSAGE" ] || say "$messages"
  APPROVAL_MESSAGE=$messages
  sleep "$pause"
  GIVE_UP_AT=$(($(date +%s) + DEADLINE_SECONDS))
}

# ask PATH CONTENT_TYPE: asks until there is an answer, and returns with it only if it is one that
# the caller knows what to do with: yes, or a refusal.
ask() {
  GIVE_UP_AT=$(($(date +%s) + DEADLINE_SECONDS))
  APPROVAL_UNTIL=$(($(date +%s) + APPROVAL_SECONDS)) APPROVAL_MESSAGE=''
  attempt=0
  while :; do
    attempt=$((attempt + 1))
    send_request "$1" "$2"
    if [ "$CURL_STATUS" -ne 0 ]; then
      judge_trouble
      wait_or_give_up "$attempt" "$(backoff "$attempt")" "no answer from $SERVER_URL ($(trouble))"
      continue
    fi
    case $HTTP_STATUS in
      200 | 201 | 400 | 401 | 406 | 413) return 0 ;;
      503)
        if is_approval_pending; then
          wait_for_approval
          attempt=$((attempt - 1))
          continue
        fi
        wait_or_give_up "$attempt" "$(retry_delay "$attempt")" "$SERVER_URL is busy (HTTP 503)"
        ;;
      429 | 502 | 504)
        wait_or_give_up "$attempt" "$(retry_delay "$attempt")" "$SERVER_URL is busy (HTTP $HTTP_STATUS)"
        ;;
      *) unexpected "the management server answered with HTTP $HTTP_STATUS" ;;
    esac
  done
}

activate() {
  REQUEST=$(request_json)
  say "Pairing with $SERVER_URL"
  ask /api/v2/agents/activate application/json
  case $HTTP_STATUS in
    200 | 201) ;;
    401) refused ;;
    406 | 413) rejected ;;
    *) unexpected "the management server answered with HTTP $HTTP_STATUS" ;;
  esac
}

# The pairing lives if its refresh token still gets tokens. Otherwise a new code is no way around an
# operator, who may have revoked this machine.
renew_pairing() {
  CODE_HASH=$(stored activation_code_sha256)
  AGENT=$(stored agent) VEN=$(stored ven) WORKLOAD=$PAIRED_WORKLOAD
  REQUEST=grant_type=refresh_token\&refresh_token=$(stored refresh_token)
  ask /v1/token application/x-www-form-urlencoded
  case $HTTP_STATUS in
    200) ;;
    400 | 401) paired_elsewhere "another activation code, and that pairing has ended" ;;
    *) unexpected "the management server answered with HTTP $HTTP_STATUS" ;;
  esac
  REPLY_LINES=$(reply_lines) || unexpected "the answer (HTTP $HTTP_STATUS) cannot be read"
  [ -n "$(reply refresh_token)" ] || unexpected "the answer (HTTP $HTTP_STATUS) holds no refresh token"
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
  HAVE_LOCK='' CLAIM='' IS_OTHER_CODE=''
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
  if [ -n "$IS_OTHER_CODE" ]; then
    renew_pairing
  else
    load_claim
    activate
    read_identity
  fi
  save_credentials
  write_control
  report
}

# In braces, because the shell runs nothing of them before it has read the last one.
{
  main "$@"
  exit
}
