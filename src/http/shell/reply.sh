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

