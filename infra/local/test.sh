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
# Code pages that are never writable and executable at once cost a service 0.5 of the 3.2 s of CPU time of its start (measured on 2 cores),
# and the tests start some 150 processes.
export DOTNET_EnableWriteXorExecute=0
log=$root/.local/test.log
mkdir -p "$root/.local"

# Prints a solution filter of the test projects in the folders that standard input names.
projects() {
  local folder separator=
  printf '{ "solution": { "path": "../Pipeline.sln", "projects": ['
  while read -r folder; do
    printf '%s"%s/%s.csproj"' "$separator" "$folder" "${folder##*/}"
    separator=', '
  done
  printf '] } }\n'
}

# These want the machine for themselves: containers of everything, and models of gigabytes, which one core writes for most of the time. They
# come last, beside each other.
alone=(tests/Compose tests/FullSize)

parity_projects() { grep -rl '"Category", "Parity"' tests --include='*.cs' | cut -d/ -f1-2 | sort -u; }
test_projects() { ls -d tests/*/*.csproj | xargs -n 1 dirname | grep -vE '^tests/(Benchmarks|Seeding|Testing)$'; }

if $parity; then
  if ((${#what[@]})); then
    parity_projects | projects >.local/parity.slnf
    what=(--solution .local/parity.slnf)
  fi
  arguments+=(--filter-trait Category=Parity)
else
  if ((${#what[@]})); then
    test_projects | grep -vxF "$(printf '%s\n' "${alone[@]}")" | projects >.local/beside.slnf
    printf '%s\n' "${alone[@]}" | projects >.local/alone.slnf
    what=(--solution .local/beside.slnf)
  fi
  "$here/stack.sh" wipe
  trap 'wait; "$here/stack.sh" wipe' EXIT
  "$here/stack.sh" up &
  starting=$!
  export PIPELINE_TEST_STACK=$PIPELINE_LOCAL/stack.env
fi

# Servers start (and are installed) while the build runs.
if ((${#what[@]})); then
  echo "Building ..."
  if $parity; then "$here/compile.sh" "${what[1]}" "$root/.local/test-build.log"; else "$here/compile.sh" Pipeline.sln "$root/.local/test-build.log"; fi
  arguments+=(--no-build)
fi
if ! $parity; then wait "$starting"; fi

# A test that hangs fails the run instead of holding it up; the whole suite takes minutes.
arguments+=(--timeout 45m)

code=0
: >"$log"
run() {
  set +e
  MSBUILDDISABLENODEREUSE=1 dotnet test "$@" -c Release -p:UseSharedCompilation=false --no-ansi "${arguments[@]}" \
    </dev/null 2>&1 | tee -a "$log"
  local result=${PIPESTATUS[0]}
  set -e
  if ((result != 0)); then code=$result; fi
}
run "${what[@]}"
if [[ ${what[1]:-} == .local/beside.slnf ]]; then run --solution .local/alone.slnf; fi

# The summaries that `dotnet test` ends with, each over all projects of one call.
count() { awk -v name="$1:" '$1 == name && $2 ~ /^[0-9]+$/ && NF == 2 { sum += $2 } END { print sum + 0 }' "$log"; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if ((code != 0 && failed == 0)); then echo "error: dotnet test ended with code $code (log: $log)"; fi
if ((passed + failed == 0)); then
  echo "error: no test ran (log: $log)"
  code=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
