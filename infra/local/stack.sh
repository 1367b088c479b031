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
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/install.sh"
. "$here/postgres.sh"
. "$here/rabbitmq.sh"

write_env() {
  local file=$LOCAL/stack.env.new login
  login=pipeline:$(secret rabbitmq)
  {
    echo "Pipeline__Postgres='Host=127.0.0.1;Port=$(port postgres);Database=pipeline;Username=pipeline;Password=$(secret postgres)'"
    echo "Pipeline__RabbitMq='amqp://$login@127.0.0.1:$(port amqp)/'"
    echo "Pipeline__RabbitMqManagement='http://$login@127.0.0.1:$(port management)/'"
    echo "Pipeline__Blobs='$LOCAL/blobs'"
  } >"$file"
  mv "$file" "$LOCAL/stack.env"
}

up() {
  prepare_folders
  lock
  install_servers
  if has_ended rabbitmq || has_ended postgres; then say "Starting PostgreSQL and RabbitMQ ..."; fi
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
    print_header "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
