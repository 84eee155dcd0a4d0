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

