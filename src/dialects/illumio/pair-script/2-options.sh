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
  [ -n "$MANAGEMENT_SERVER" ] || [ -n "$ACTIVATION_CODE" ] ||
    usage_error "--management-server and --activation-code are missing"
  check_activation_code
  check_modes
  check_server
  check_proxy
  check_plain_http
  DEADLINE_SECONDS=${LATCHKEY_PAIR_DEADLINE_SECONDS:-120}
  APPROVAL_SECONDS=3600
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

# Over plain http anyone on the way reads the code, so it must not leave this machine.
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

