#!/usr/bin/env bash
# Adds the pipeline's signals and its dashboard to a Seq, with the command line that is in Seq's own image. What is there under the same
# titles is changed, not doubled.
#
#   infra/seq/import.sh [options of seqcli, such as --apikey KEY]
#
# For the Seq of docker compose; set SEQ_URL for another one: a container of its image then does the same there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
import=(template import --input /templates --merge)

if [[ -n ${SEQ_URL:-} ]]; then
  exec docker run --rm -v "$here/templates:/templates:ro" --entrypoint /seqsvr/Client/seqcli "${SEQ_IMAGE:-datalust/seq:2025.2}" \
    "${import[@]}" --state /tmp/templates.state --server "$SEQ_URL" "$@"
fi
exec docker compose exec -T seq /seqsvr/Client/seqcli "${import[@]}" --state /data/pipeline-templates.state --server http://localhost "$@"
