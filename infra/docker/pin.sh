#!/usr/bin/env bash
# Pins the images that the pipeline stands on: writes what their tags mean today, as digests, into .env, which docker compose reads. Run it
# again to move on; delete the lines to follow the tags.
#
#   infra/docker/pin.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

declare -A images=(
  [RABBITMQ_IMAGE]=rabbitmq:4-management
  [POSTGRES_IMAGE]=postgres:17
  [SEQ_IMAGE]=datalust/seq:2025.2
  [SDK_IMAGE]=mcr.microsoft.com/dotnet/sdk:10.0
  [ASPNET_IMAGE]=mcr.microsoft.com/dotnet/aspnet:10.0
)

touch .env
pinned=$(grep -vE "^($(IFS='|'; echo "${!images[*]}"))=" .env || true)
for name in "${!images[@]}"; do
  image=${images[$name]}
  docker pull -q "$image" >/dev/null
  digest=$(docker image inspect -f '{{range .RepoDigests}}{{println .}}{{end}}' "$image" | head -n 1)
  [[ -n $digest ]] || { echo "error: $image has no digest: it was built here, not pulled" >&2; exit 1; }
  pinned+=$'\n'$name=$digest
  echo "$name=$digest"
done
printf '%s\n' "${pinned#$'\n'}" >.env.new
mv .env.new .env
