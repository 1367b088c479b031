#!/usr/bin/env bash
# Builds the command line and the services (Release) when a source file changed since the last build that succeeded.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
state=$root/.local/build
mkdir -p "$state"

# Two commands started together build once; the second waits.
exec {lock_fd}>"$state/lock"
flock "$lock_fd"

sources() {
  cd "$root"
  find contracts libraries services cli infra/nuget infra/local/app.slnf Directory.* global.json \
    -type d \( -name bin -o -name obj \) -prune \
    -o -type f -printf '%p %s %T@\n' | sort
}

outputs_exist() {
  local project
  for project in cli/Cli services/Rollout/Rollout services/Diffusion/Diffusion services/Similarity/Similarity services/Learner/Learner services/Studio/Studio; do
    [[ -f $root/${project%/*}/bin/Release/net10.0/Pipeline.${project##*/}.dll ]] || return 1
  done
}

now=$(sources | sha256sum)
if [[ $now == "$(cat "$state/built" 2>/dev/null)" ]] && outputs_exist; then exit 0; fi

echo "Building ..." >&2
rm -f "$state/built"
"$here/compile.sh" "$here/app.slnf" "$state/log" {lock_fd}>&-
echo "$now" >"$state/built"
