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
      '*' | '.[!.]*' | tmp | pair.sh | illumio-ven-ctl | pair.lock* | pair.work.* | credentials | claim-*) ;;
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

# Another server is an operator's decision, never a side effect of a second run. Another code of the
# same one is what a tool shows that makes a key for each run: what counts is whether the pairing lives.
check_earlier_pairing() {
  require_own_file "$STATE_DIR/credentials"
  CODE_HASH=$(printf '%s' "$ACTIVATION_CODE" | sha256sum | cut -d ' ' -f 1)
  PAIRED_WORKLOAD=$(stored workload)
  [ -f "$STATE_DIR/credentials" ] || return 0
  [ "$(stored management_server)" = "$SERVER_URL" ] ||
    paired_elsewhere "another server, $(stored management_server)"
  [ "$(stored activation_code_sha256)" = "$CODE_HASH" ] || IS_OTHER_CODE=yes
}

paired_elsewhere() {
  fail "$EXIT_PAIRED_ELSEWHERE" "this machine is already paired as workload $PAIRED_WORKLOAD, with $1; the code was not sent. To pair it again, unpair that workload on its server, remove $STATE_DIR/credentials and run this again"
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

