#!/usr/bin/env bash
# Makes the passwords of the servers and the settings that hold them, as files that the other containers read. Runs once and ends; what is
# there stays, so that a restart changes nothing. The files belong to this user's group, which the servers' containers join.
set -euo pipefail
umask 027

folder=/run/pipeline
mkdir -p "$folder/settings"

# keep FILE: writes standard input there, unless the file is there already.
keep() {
  if [[ -s $folder/$1 ]]; then return; fi
  cat >"$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $1"
}

password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

keep postgres-password < <(password)
keep rabbitmq-password < <(password)
postgres=$(<"$folder/postgres-password") rabbitmq=$(<"$folder/rabbitmq-password")
# Without Kerberos, whose library the images lack.
keep settings/Pipeline__Postgres <<<"Host=postgres;Database=pipeline;Username=pipeline;Password=$postgres;GSS Encryption Mode=Disable"
keep settings/Pipeline__RabbitMq <<<"amqp://pipeline:$rabbitmq@rabbitmq:5672/"
keep settings/Pipeline__RabbitMqManagement <<<"http://pipeline:$rabbitmq@rabbitmq:15672/"
