#!/bin/sh
# Prometheus itself, unmodified (Debian's package), with the alert rules of deploy/monitoring: it scrapes the running server.
set -u
skip() {
  echo "1..0 # SKIP $1"
  exit 0
}
command -v prometheus >/dev/null || skip 'there is no prometheus (apt-get install prometheus)'
command -v promtool >/dev/null || skip 'there is no promtool (apt-get install prometheus)'
monitoring=$(cd ../../../deploy/monitoring && pwd)
folder=$(mktemp -d)
prometheus=
trap 'test -z "$prometheus" || kill "$prometheus" 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"' EXIT

count=0
# check NAME COMMAND...: whether the command succeeds
check() {
  name=$1
  shift
  count=$((count + 1))
  if "$@" >"$folder/run.log" 2>&1; then
    echo "ok $count - $name"
  else
    echo "not ok $count - $name"
    tail -n 20 "$folder/run.log" | sed 's/^/# /'
  fi
}
# eventually COMMAND...: whether it succeeds within a minute
eventually() {
  end=$(($(date +%s) + 60))
  until "$@"; do
    test "$(date +%s)" -lt "$end" || return 1
    sleep 1
  done
}
token() { printf 'header = "Authorization: Bearer %s"\n' "$LATCHKEY_METRICS_TOKEN"; }
scrape() { token | curl -fsS --noproxy '*' --cacert "$LATCHKEY_CA" -K - "$LATCHKEY_URL/metrics"; }
# value EXPRESSION: the first value that it has in Prometheus
value() {
  curl -fsS --noproxy '*' -G --data-urlencode "query=$1" "http://127.0.0.1:$port/api/v1/query" |
    node -p 'JSON.parse(require("fs").readFileSync(0)).data.result[0]?.value[1] ?? "none"'
}
is() { test "$(value "$1")" = "$2"; }
checked_text() { scrape | sed '/^# UNIT/d;/^# EOF/d' | grep -c '^latchkey_redemptions_total{dialect="native",outcome="new"} '; }
dashboard_queries() {
  node -p 'require(process.argv[1]).panels.flatMap((p) => p.targets.map((t) => t.expr.replaceAll("$__rate_interval", "5m"))).join("\n")' \
    "$monitoring/grafana-dashboard.json" >"$folder/queries" &&
    while read -r query; do
      curl -fsS --noproxy '*' -G --data-urlencode "query=$query" "http://127.0.0.1:$port/api/v1/query" >/dev/null || return 1
    done <"$folder/queries"
}

check 'promtool accepts the alert rules' promtool check rules "$monitoring/alerts.yml"
check 'the alerts fire when they should: promtool runs their tests' promtool test rules "$monitoring/alerts.test.yml"
check 'the scrape has the redemptions' checked_text

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
umask 077
printf '%s' "$LATCHKEY_METRICS_TOKEN" >"$folder/token"
cat >"$folder/prometheus.yml" <<END
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ['$monitoring/alerts.yml']
scrape_configs:
  - job_name: latchkey
    scheme: https
    authorization: { credentials_file: '$folder/token' }
    tls_config: { ca_file: '$LATCHKEY_CA' }
    static_configs: [{ targets: ['${LATCHKEY_URL#https://}'] }]
END
check 'promtool accepts a configuration with the rules' promtool check config "$folder/prometheus.yml"
prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" \
  --web.listen-address="127.0.0.1:$port" >"$folder/prometheus.log" 2>&1 &
prometheus=$!
check 'Prometheus scrapes the server' eventually is 'up{job="latchkey"}' 1
check 'Prometheus has the release' eventually is 'count(latchkey_build_info)' 1
check 'no change is stuck, and no alert of it fires' is 'sum(latchkey_outbox_oldest_seconds) + (count(ALERTS) or vector(0))' 0
check 'the histogram of durations has requests' eventually is 'sum(latchkey_http_request_duration_seconds_count) > bool 0' 1
check 'Prometheus answers each query of the dashboard' dashboard_queries
check 'Prometheus reports no error of its target' sh -c \
  "curl -fsS --noproxy '*' http://127.0.0.1:$port/api/v1/targets | grep -q '\"lastError\":\"\"'"

# api METHOD PATH BODY: as the demo organization's owner
api() {
  node -p 'const { auth_username, secret } = require(process.env.LATCHKEY_CREDENTIALS).illumio; `user = "${auth_username}:${secret}"`' |
    curl -sS --noproxy '*' --cacert "$LATCHKEY_CA" -K - -X "$1" -H 'Content-Type: application/json' -d "$3" "$LATCHKEY_URL$2"
}
member() { node -p "JSON.parse(require('fs').readFileSync(0)).$1"; }
enroll() { api POST /v1/enroll "{\"code\":\"$code\",\"claim\":\"a claim for Prometheus, number $1\"}" >/dev/null; }
new='sum(latchkey_redemptions_total{dialect="native",outcome="new"})'
spent='sum(latchkey_redemptions_total{dialect="native",reason="key_spent"})'
before_new=$(value "$new") before_spent=$(value "$spent")
profile=$(api POST /v1/profiles "{\"name\":\"prometheus $(date +%s)\"}" | member id)
code=$(api POST /v1/keys "{\"profile_id\":\"$profile\",\"max_uses\":2}" | member code)
for n in 1 2 3; do enroll "$n"; done
check 'two enrollments are counted as two' eventually is "$new" $((before_new + 2))
check 'a refusal is counted as one' eventually is "$spent" $((before_spent + 1))
echo "1..$count"
