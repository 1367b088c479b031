#!/usr/bin/env bash
# Runs the tests of the solution against a private stack of their own (.local/test), made fresh and stopped afterwards.
#
#   test.sh [--parity] [arguments of `dotnet test`]
#
# --parity runs only the tests with trait Category=Parity: networks and algorithms against recorded references, without any server.
# They read PIPELINE_FIXTURES when it is set, else tests/fixtures. The last line is `N passed, N failed, N skipped`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
if [[ -n ${PIPELINE_FIXTURES:-} ]]; then PIPELINE_FIXTURES=$(realpath "$PIPELINE_FIXTURES") && export PIPELINE_FIXTURES; fi
cd "$root"

parity=false
what=(--solution Pipeline.sln)
arguments=()
for argument in "$@"; do
  case $argument in
    --parity) parity=true ;;
    --project | --solution | --test-modules) what=() && arguments+=("$argument") ;;
    *) arguments+=("$argument") ;;
  esac
done

export PIPELINE_LOCAL=$root/.local/test PIPELINE_FSYNC=off
log=$root/.local/test.log
mkdir -p "$root/.local"

# A solution filter of the projects that have parity tests, so that only they are built.
parity_projects() {
  local folder separator=
  printf '{ "solution": { "path": "../Pipeline.sln", "projects": ['
  while read -r folder; do
    printf '%s"%s/%s.csproj"' "$separator" "$folder" "${folder##*/}"
    separator=', '
  done < <(grep -rl '"Category", "Parity"' tests --include='*.cs' | cut -d/ -f1-2 | sort -u)
  printf '] } }\n'
}

if $parity; then
  if ((${#what[@]})); then
    parity_projects >.local/parity.slnf
    what=(--solution .local/parity.slnf)
  fi
  arguments+=(--filter-trait Category=Parity)
else
  "$here/stack.sh" wipe
  trap '"$here/stack.sh" wipe' EXIT
  "$here/stack.sh" up
  export PIPELINE_TEST_STACK=$PIPELINE_LOCAL/stack.env
fi

# A test that hangs fails the run instead of holding it up; the whole suite takes minutes.
arguments+=(--timeout 20m)

set +e
MSBUILDDISABLENODEREUSE=1 dotnet test "${what[@]}" -c Release -p:UseSharedCompilation=false --no-ansi "${arguments[@]}" \
  </dev/null 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
set -e

# The summary that `dotnet test` ends with, over all projects.
count() { grep -E "^ *$1: +[0-9]+ *$" "$log" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if ((code != 0 && failed == 0)); then echo "error: dotnet test ended with code $code (log: $log)"; fi
if ((passed + failed == 0)); then
  echo "error: no test ran (log: $log)"
  code=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
