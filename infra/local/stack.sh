#!/usr/bin/env bash
# The local stack: a private PostgreSQL and a private RabbitMQ on loopback, without Docker and without system services.
#
#   stack.sh up      install what is missing, start what is not running, write stack.env; harmless when all is up
#   stack.sh down    stop both and leave no process behind; the data stay
#   stack.sh status  one line per server; exit code 1 when one is not running
#   stack.sh env     print stack.env as `export` lines, for eval
#   stack.sh wipe    down, then delete the stack's data, credentials and blobs
#
# Everything lies under $PIPELINE_LOCAL (default: .local in the repository): stacks in different folders run side by side.
# stack.env there holds Pipeline__Postgres, Pipeline__RabbitMq, Pipeline__RabbitMqManagement and Pipeline__Blobs, one NAME='value' per line.
# Ports are chosen once and kept, so that a restarted stack is found where it was. PIPELINE_FSYNC=off trades safety against a power
# cut (not against a killed process) for speed; tests do.
set -euo pipefail
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LOCAL=$(realpath -m "${PIPELINE_LOCAL:-$here/../../.local}")
. "$here/common.sh"
. "$here/install.sh"
. "$here/postgres.sh"
. "$here/rabbitmq.sh"

prepare_folders() {
  mkdir -p "$LOCAL"/{run,logs,secrets,blobs}
  chmod 700 "$LOCAL" "$LOCAL"/{run,logs,secrets,blobs}
}

# One `up` or `down` at a time per stack. Servers are started with the lock's descriptor closed, else they would hold it.
lock() {
  exec {lock_fd}>"$LOCAL/stack.lock"
  flock -w 300 "$lock_fd" || die "another stack.sh has been working on $LOCAL for five minutes"
}

write_env() {
  local postgres_port amqp_port management_port secret
  postgres_port=$(port postgres) amqp_port=$(port amqp) management_port=$(port management)
  secret=$LOCAL/stack.env.new
  {
    echo "Pipeline__Postgres='Host=127.0.0.1;Port=$postgres_port;Database=pipeline;Username=pipeline;Password=$(secret postgres)'"
    echo "Pipeline__RabbitMq='amqp://pipeline:$(secret rabbitmq)@127.0.0.1:$amqp_port/'"
    echo "Pipeline__RabbitMqManagement='http://pipeline:$(secret rabbitmq)@127.0.0.1:$management_port/'"
    echo "Pipeline__Blobs='$LOCAL/blobs'"
  } >"$secret"
  mv "$secret" "$LOCAL/stack.env"
}

up() {
  prepare_folders
  lock
  install_servers
  # RabbitMQ takes ten times as long as PostgreSQL: start it first, wait for it last.
  rabbitmq_start
  postgres_start
  postgres_wait
  rabbitmq_wait
  write_env
}

down() {
  [[ -d $LOCAL ]] || return 0
  lock
  postgres_stop
  rabbitmq_stop
}

wipe() {
  [[ -d $LOCAL ]] || return 0
  down
  postgres_delete
  rm -rf "$LOCAL"/{rabbitmq,blobs,run,logs,secrets,stack.env,stack.lock}
  rmdir "$LOCAL" 2>/dev/null || true
}

status() {
  local result=0
  postgres_status || result=1
  rabbitmq_status || result=1
  return "$result"
}

env() {
  [[ -f $LOCAL/stack.env ]] || die "no stack has been started in $LOCAL: run \`stack.sh up\` first"
  sed 's/^/export /' "$LOCAL/stack.env"
}

case "${1:-}" in
  up | down | status | env | wipe) "$1" ;;
  *)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
