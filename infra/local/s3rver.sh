#!/usr/bin/env bash
# An S3 server for tests: s3rver, which shares no code with the SDK that is tested against it. Not part of the local stack.
#
#   s3rver.sh install                     install Node.js (apt) and s3rver (npm) when they are missing
#   s3rver.sh serve PORT FOLDER [BUCKET]  serve that folder on loopback until standard input ends; keys S3RVER, S3RVER
#
# s3rver lies in .local/test-tools of the repository, whatever PIPELINE_LOCAL says.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PIPELINE_LOCAL=$here/../../.local/test-tools
. "$here/common.sh"
. "$here/install.sh"

version=3.7.1
folder=$LOCAL/s3rver-$version

install() {
  mkdir -p "$LOCAL/logs"
  lock
  [[ ! -d $folder ]] || return 0
  local missing=()
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  ((${#missing[@]} == 0)) || install_packages "Node.js 18 with npm 9" "${missing[@]}"

  say "Installing s3rver $version ..."
  # Under another name until it is whole. Its dependencies' scripts are not run: it needs none.
  rm -rf "$folder.new"
  mkdir "$folder.new"
  npm install --prefix "$folder.new" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts "s3rver@$version" \
    </dev/null >"$LOCAL/logs/npm.log" 2>&1 {lock_fd}>&- ||
    { tail -n 20 "$LOCAL/logs/npm.log" >&2; die "npm cannot install s3rver $version (log: $LOCAL/logs/npm.log)"; }
  mv "$folder.new" "$folder"
}

# Whoever started this holds the other end of standard input: when that process ends, however it does, so does the server.
serve() {
  local port=$1 data=$2 server
  local buckets=()
  [[ -z ${3:-} ]] || buckets=(--configure-bucket "$3")
  exec 3<&0
  # Listing page by page takes a cipher that OpenSSL 3 has put aside; without colours the log loses the requests' methods.
  FORCE_COLOR=1 node --openssl-legacy-provider "$folder/node_modules/s3rver/bin/s3rver.js" -a 127.0.0.1 -p "$port" -d "$data" --no-vhost-buckets "${buckets[@]}" 2>&1 3<&- &
  server=$!
  { cat >/dev/null && kill "$server"; } <&3 &
  exec 3<&-
  wait "$server"
}

case "${1:-}" in
  install) install ;;
  serve) serve "${@:2}" ;;
  *)
    print_header "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
