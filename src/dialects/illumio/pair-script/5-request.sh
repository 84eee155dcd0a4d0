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

