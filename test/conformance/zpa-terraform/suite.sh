#!/bin/sh
# The official Terraform provider, unmodified. ZPA_TERRAFORM_PROVIDER names a folder with a build of it, for machines that do
# not reach the provider's registry.
set -u
skip() {
  echo "1..0 # SKIP $1"
  exit 0
}
command -v terraform >/dev/null || skip 'there is no Terraform'
folder=$(mktemp -d)
proxy=
trap 'test -z "$proxy" || kill "$proxy"; rm -rf "$folder"' EXIT
cp main.tf "$folder"
port_file="$folder/port"
node proxy.mjs >"$port_file" &
proxy=$!
cd "$folder" || exit 1
export TF_CLI_CONFIG_FILE="$folder/terraform.rc" TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
: >"$TF_CLI_CONFIG_FILE"
if [ -n "${ZPA_TERRAFORM_PROVIDER:-}" ]; then
  cat >"$TF_CLI_CONFIG_FILE" <<END
provider_installation {
  dev_overrides { "zscaler/zpa" = "$ZPA_TERRAFORM_PROVIDER" }
  direct {}
}
END
else
  timeout 60 terraform init -input=false -no-color >init.log 2>&1 ||
    skip "the provider cannot be downloaded: $(sed -n 's/^.*Error: //p' init.log | head -n 1)"
fi
credential() { node -p "require(process.env.LATCHKEY_CREDENTIALS).zpa.$1"; }
ZPA_CLIENT_ID=$(credential client_id)
ZPA_CLIENT_SECRET=$(credential client_secret)
ZPA_CUSTOMER_ID=$(credential customer_id)
TF_VAR_suffix=$(date +%s)
HTTPS_PROXY="http://127.0.0.1:$(cat "$port_file")"
# Terraform reaches its provider at a loopback address.
NO_PROXY=127.0.0.1,localhost
export ZPA_CLIENT_ID ZPA_CLIENT_SECRET ZPA_CUSTOMER_ID TF_VAR_suffix HTTPS_PROXY NO_PROXY
export ZPA_CLOUD=PRODUCTION ZSCALER_USE_LEGACY_CLIENT=true
export ZPA_TESTING_DISABLE_HTTPS_CHECK=true ZSCALER_TESTING_DISABLE_HTTPS_CHECK=true

count=0
# check NAME STATUS COMMAND...: whether the command ends with that status
check() {
  name=$1 wanted=$2
  shift 2
  count=$((count + 1))
  "$@" >run.log 2>&1
  status=$?
  if [ "$status" -eq "$wanted" ]; then
    echo "ok $count - $name"
  else
    echo "not ok $count - $name"
    tail -n 40 run.log | sed 's/^/# /'
  fi
}
apply() { terraform apply -auto-approve -input=false -no-color -var "uses=$1"; }
# 0: no difference; 2: there is one
plan() { terraform plan -detailed-exitcode -input=false -no-color -var "uses=$1"; }

check 'apply makes a group and a key' 0 apply 2
check 'a plan afterwards shows no difference' 0 plan 2
check 'a changed limit is a difference' 2 plan 3
check 'apply changes it in place' 0 apply 3
check 'a plan afterwards shows no difference' 0 plan 3
check 'destroy deletes both' 0 terraform destroy -auto-approve -input=false -no-color -var uses=3
echo "1..$count"
