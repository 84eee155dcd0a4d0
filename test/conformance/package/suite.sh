#!/bin/sh
# The npm package, packed and installed in an empty folder on the oldest Node that it promises, and a first user's commands.
# It needs the registry of npm. PACKAGE_TIMES=1 also prints sizes and times.
set -u
skip() {
  echo "1..0 # SKIP $1"
  exit 0
}
root=$(cd ../../.. && pwd)
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export HOME="$folder/home" XDG_CONFIG_HOME="$folder/config" npm_config_audit=false npm_config_fund=false NO_COLOR=1
# The server of the other suites is not meant.
unset LATCHKEY_URL LATCHKEY_CREDENTIALS LATCHKEY_CA LATCHKEY_BROKER_TOKEN
mkdir home node app client
(cd node && npm install --silent node@22.16.0) >node.log 2>&1 || skip "Node 22.16.0 cannot be installed: $(tail -n 1 node.log)"

count=0
# check NAME COMMAND...
check() {
  name=$1
  shift
  count=$((count + 1))
  if "$@" >run.log 2>&1; then
    echo "ok $count - $name"
  else
    echo "not ok $count - $name"
    tail -n 40 run.log | sed 's/^/# /'
  fi
}
now() { date +%s%3N; }
measured() { test -z "${PACKAGE_TIMES:-}" || echo "# $*"; }
# On Node 22.16, whatever else is on the PATH.
latchkey() { (PATH="$folder/node/node_modules/.bin:$PATH" && cd app && exec ./node_modules/.bin/latchkey "$@"); }

pack() { (cd "$root" && node scripts/package.ts --out "$folder/package") && npm pack --silent "$folder/package"; }
install() { (cd app && echo '{"name":"app","version":"1.0.0"}' >package.json && npm install --engine-strict "$folder"/latchkey-*.tgz); }
runs_on() { test "$("$folder/node/node_modules/.bin/node" -v)" = v22.16.0; }
has_no_wrangler() { ! test -e app/node_modules/wrangler && ! test -e app/node_modules/esbuild; }
# start: serves on a free port, and waits until it says so.
start() {
  began=$(now)
  PATH="$folder/node/node_modules/.bin:$PATH" PORT=0 LATCHKEY_DATA="$folder/state" \
    app/node_modules/.bin/latchkey start >start.log 2>&1 &
  server=$!
  for _ in $(seq 600); do
    url=$(sed -n 's/^Latchkey ready on //p' start.log)
    test -z "$url" || break
    kill -0 "$server" || break
    sleep 0.1
  done
  cat start.log
  measured "start: $(($(now) - began)) ms"
  test -n "$url"
}
stop() {
  kill "$server" && wait "$server"
  status=$?
  server=
  return "$status"
}
enroll() { latchkey keys create --name first --uses 5 -q | latchkey enroll --code-file - --state "$folder/agent" -q >agent.id && test -s agent.id; }
verify() { test -s agent.id && latchkey token --state "$folder/agent" | latchkey verify token -q | cmp - agent.id; }
# A list follows within a second or so.
is_listed() {
  for _ in $(seq 60); do
    latchkey agents ls -q | cmp -s - agent.id && test -s agent.id && return 0
    sleep 0.5
  done
  return 1
}
is_silent() { latchkey token --state "$folder/agent" 2>&1 >/dev/null | cmp - /dev/null; }
# The next version, of which only the number differs.
upgrade() {
  sed -i 's/"version": "[^"]*"/"version": "99.0.0"/' package/package.json
  npm pack --silent ./package && (cd app && npm install ./../latchkey-99.0.0.tgz)
}
sbom() { (cd app && npm sbom --sbom-format cyclonedx) | grep -q '"pkg:npm/miniflare@'; }
publish() { (cd package && npm publish --dry-run); }
install_client() { (cd client && echo '{"private":true}' >package.json && npm install --omit=optional ../latchkey-*.tgz); }
is_small() { test "$(du -sk client/node_modules | cut -f 1)" -lt 8192; }
imports() { (cd client && node --input-type=module -e "import { Agent, openClient, verify } from 'latchkey'"); }
says_what_is_missing() {
  (cd client && ./node_modules/.bin/latchkey start) 2>&1 | grep -q '^latchkey: the runtime of the server is not installed'
}

check 'it is packed' pack
check 'it is installed in an empty folder' install
measured "installed: $(du -sm app/node_modules | cut -f 1) MB; packed: $(du -k latchkey-*.tgz | cut -f 1) KB"
check 'the commands run on Node 22.16.0' runs_on
check 'neither wrangler nor a compiler is installed' has_no_wrangler
start >first.log && began=ok || began=no
check 'a first start makes a state in the folder of choice' test "$began" = ok -a -f state/master.key
check 'login' latchkey login --data "$folder/state"
check 'a key in a pipe makes an agent' enroll
check 'its token verifies' verify
check 'the agent is listed' is_listed
check 'nothing but data and messages is printed' is_silent
check 'a stop is clean' stop
check 'the next version is installed' upgrade
start >second.log && began=ok || began=no
check 'it opens the same state' test "$began" = ok
check 'login to the new start' latchkey login --data "$folder/state"
check 'the agent is still there' is_listed
check 'and its token is still good' latchkey token --state "$folder/agent"
check 'a stop is clean again' stop
grep -h '^#' first.log second.log
rm latchkey-99.0.0.tgz
check 'npm sbom lists what is installed' sbom
check 'npm publish --dry-run passes' publish
check 'a client alone is installed without the runtime' install_client
check 'and is small' is_small
check 'its library is imported' imports
check 'and a start says what is missing' says_what_is_missing
echo "1..$count"
