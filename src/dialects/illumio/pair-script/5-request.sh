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

# send_request PATH CONTENT_TYPE: sends the request once. Sets CURL_STATUS (0: there is an answer) and HTTP_STATUS; the answer
# is in $WORK/reply and $WORK/headers. The body goes through a pipe: argument lists are public.
send_request() {
  request_path=$1 content_type=$2
  rm -f "$WORK/reply" "$WORK/headers"
  seconds=$((GIVE_UP_AT - $(date +%s)))
  [ "$seconds" -ge 5 ] || seconds=5
  [ "$seconds" -le "$REQUEST_SECONDS" ] || seconds=$REQUEST_SECONDS
  # -q: a ~/.curlrc could write the exchange to a file. No redirects: the code is for one server.
  set -- -q --silent --show-error --proto "=$SCHEME" --tlsv1.2 --globoff \
    --connect-timeout 10 --max-time "$seconds" \
    --header "Content-Type: $content_type" --header 'Accept: application/json' \
    --user-agent "latchkey-pair/$AGENT_VERSION" --data-binary @- \
    --output "$WORK/reply" --dump-header "$WORK/headers" --write-out '%{http_code}'
  [ -z "$INSECURE" ] || set -- "$@" --insecure
  if [ -n "$PROXY" ]; then
    set -- "$@" --proxy "$PROXY"
  elif [ "$SCHEME" = http ] && [ -z "$INSECURE" ]; then
    set -- "$@" --noproxy '*' # plain http must not leave this machine
  fi
  CURL_STATUS=0
  HTTP_STATUS=$(printf '%s' "$REQUEST" 2>/dev/null | curl "$@" "$SERVER_URL$request_path" 2>"$WORK/trouble") ||
    CURL_STATUS=$?
}

# header NAME: its value in the last answer (a proxy may have put one before it).
header() {
  [ ! -f "$WORK/headers" ] || tr -d '\r' <"$WORK/headers" | awk -v wanted="$1:" '
    /^HTTP\// { value = "" }
    tolower($1) == wanted { value = $2 }
    END { print value }'
}

