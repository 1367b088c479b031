#!/usr/bin/env bash
# Installs Debian's Chromium without a window, in which Studio's pages are tested, when it is missing. For tests.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PIPELINE_LOCAL=$here/../../.local/test-tools
. "$here/common.sh"
. "$here/install.sh"

mkdir -p "$LOCAL/logs"
lock
# The fonts too: text without any is boxes, and its contrast is nothing.
[[ -x /usr/bin/chromium-headless-shell ]] || install_packages "Chromium" chromium-headless-shell fonts-dejavu-core
