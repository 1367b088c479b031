#!/usr/bin/env bash
# The services on this machine, next to the stack of stack.sh: Rollout, Diffusion, Similarity, Learner and Studio as background processes.
#
#   services.sh up      start the stack and every service that is not running; wait until all are ready
#   services.sh down    stop the services, then the stack; the data stay
#   services.sh lend    up, for as long as a demo takes
#   services.sh return  down, unless `up` asked for them in between or before
#
# Logs lie in $PIPELINE_LOCAL/logs, process ids and ports in $PIPELINE_LOCAL/run. Rewards are those of the environment
# (Similarity__Rewards__NAME__Type and so on); when it names none, those of the embedded pack.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/common.sh"

services=(rollout diffusion similarity learner studio)
project_of() { case $1 in rollout) echo Rollout ;; diffusion) echo Diffusion ;; similarity) echo Similarity ;; learner) echo Learner ;; studio) echo Studio ;; esac }

# One Torch thread per service: with models as small as the embedded ones a second thread costs more than it brings (measured on 2
# cores: a learning step 225 ms with one and 270 ms with two, sampling 33 and 69 ms), and the services work side by side. Set
# Pipeline__TorchThreads for larger models. The count is fixed because sums with other thread counts differ in the last digits.
tiny_rewards() {
  compgen -e Similarity__Rewards__ >/dev/null && return
  export Similarity__Rewards__blip__Type=blip Similarity__Rewards__blip__Model=$root/models/tiny/blip
  export Similarity__Rewards__vgg__Type=image-embedding Similarity__Rewards__vgg__Model=$root/models/tiny/vgg
  export Similarity__Rewards__oracle__Type=oracle Similarity__Rewards__oracle__Scenes=$root/models/tiny/scenes.json
}

service_become() {
  local project blobs
  project=$(project_of "$1")
  # Blobs may be kept elsewhere than the stack does, as the command line has it.
  blobs=${Pipeline__Blobs:-}
  eval "$("$here/stack.sh" env)"
  if [[ -n $blobs ]]; then Pipeline__Blobs=$blobs; fi
  tiny_rewards
  Diffusion__Model=${Diffusion__Model:-$root/models/tiny/diffusion}
  Studio__DiffusionModel=${Studio__DiffusionModel:-$Diffusion__Model} Studio__Pack=${Studio__Pack:-$root/models/tiny}
  export Diffusion__Model Studio__DiffusionModel Studio__Pack
  Pipeline__TorchThreads=${Pipeline__TorchThreads:-1}
  ASPNETCORE_URLS=http://127.0.0.1:$(port "$1")
  # OpenMP's idle threads would otherwise spin and take the cores from the other services.
  export Pipeline__TorchThreads ASPNETCORE_URLS OMP_WAIT_POLICY=PASSIVE
  cd "$root"
  exec setsid dotnet "$root/services/$project/bin/Release/net10.0/Pipeline.$project.dll"
}

# Does the service's own check say that it can work?
service_ready() (
  exec 3<>"/dev/tcp/127.0.0.1/$(port "$1")" || exit 1
  printf 'GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
  read -r -t 5 line <&3
  [[ $line == *' 200 '* ]]
) 2>/dev/null

start() {
  local name
  "$here/stack.sh" up
  lock
  for name in "${services[@]}"; do
    has_ended "$name" || continue
    release_taken_ports "$name"
    start_server "$name" service_become "$name"
  done
  for name in "${services[@]}"; do wait_ready "$name" 90 service_ready "$name"; done
}

lasting=$LOCAL/run/lasting

up() {
  start
  touch "$lasting"
}

lend() { start; }

give_back() { [[ -e $lasting ]] || down; }

# A service finishes the message in hand. What it does not finish in time is delivered again to the next one.
down() {
  local name stopping=()
  [[ -d $LOCAL/run ]] || return 0
  lock
  rm -f "$lasting"
  for name in "${services[@]}"; do
    stop_server "$name" TERM 20 &
    stopping+=($!)
  done
  wait "${stopping[@]}"
  exec {lock_fd}>&-
  "$here/stack.sh" down
}

case "${1:-}" in
  up | down | lend) "$1" ;;
  return) give_back ;;
  *)
    print_header "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
