#!/bin/sh
# The official Go SDK, unmodified. ZSCALER_SDK_GO names a checkout of it, for machines whose module proxy does not have it.
set -eu
skip() {
  echo "1..0 # SKIP $1"
  exit 0
}
command -v go >/dev/null || skip 'there is no Go'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp go.mod ./*.go "$folder"
cd "$folder"
if [ -n "${ZSCALER_SDK_GO:-}" ]; then
  go mod edit -replace "github.com/zscaler/zscaler-sdk-go/v3=$ZSCALER_SDK_GO"
fi
go mod tidy >tidy.log 2>&1 || skip "the SDK's modules cannot be downloaded: $(tail -n 1 tidy.log | cut -c 1-200)"
go build -o suite . >build.log 2>&1 || skip "the SDK cannot be built: $(tail -n 1 build.log | cut -c 1-200)"
./suite
