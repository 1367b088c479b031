#!/usr/bin/env bash
# Installs Debian's python3-pika, with which the Python sample speaks to RabbitMQ, when it is missing. For tests.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PIPELINE_LOCAL=$here/../../.local/test-tools
. "$here/common.sh"
. "$here/install.sh"

# The system's Python: another one in PATH does not see Debian's packages.
has_pika() { [[ -x /usr/bin/python3 ]] && /usr/bin/python3 -c 'import pika' 2>/dev/null; }

mkdir -p "$LOCAL/logs"
lock
has_pika || install_packages "Python 3 and pika" python3-pika
