# shellcheck shell=bash
# A private PostgreSQL: loopback only, password only, no Unix socket. Sourced by stack.sh.
# PostgreSQL refuses to run as root: root runs it as the user postgres, who must be able to reach the data folder.

postgres_bin() {
  local newest
  newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
  if [[ -x $newest ]]; then
    dirname "$newest"
  elif command -v postgres >/dev/null && command -v initdb >/dev/null; then
    dirname "$(command -v postgres)"
  fi
}

# Becomes a command run by the user who owns the data: for subshells.
as_postgres() {
  if ((EUID == 0)); then
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    exec "$@"
  fi
}

# Where the data are: under $LOCAL, or under postgres's own home when a folder above $LOCAL is closed to it (a checkout in /root).
# Decided once and remembered.
postgres_data() {
  local memo=$LOCAL/run/postgres.data
  if [[ ! -s $memo ]]; then
    if ((EUID != 0)) || (as_postgres test -x "$LOCAL"); then
      echo "$LOCAL/postgres" >"$memo"
    else
      echo "$(getent passwd postgres | cut -d: -f6)/pipeline-$(sha256sum <<<"$LOCAL" | cut -c1-12)" >"$memo"
      say "PostgreSQL's user cannot enter $LOCAL; its data go to $(cat "$memo")"
    fi
  fi
  cat "$memo"
}

postgres_initialise() {
  local data=$1 log=$LOCAL/logs/postgres.log password=$1.password
  [[ -d $data && -f $LOCAL/run/postgres.initialised ]] && return
  # What lies there without the mark is left over from a deleted stack or from a start that was cut short.
  rm -rf "$data"
  mkdir -p "$data"
  secret postgres >"$password"
  if ((EUID == 0)); then chown postgres:postgres "$data" "$password"; fi
  (as_postgres "$(postgres_bin)/initdb" -D "$data" -U pipeline --pwfile="$password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync) \
    </dev/null >"$log" 2>&1 || { cat "$log" >&2; die "initdb failed in $data"; }
  rm "$password"
  touch "$LOCAL/run/postgres.initialised"
}

postgres_start() {
  has_ended postgres || return 0
  # The group postgres may pass through $LOCAL, nothing more; everybody else may not even do that.
  if ((EUID == 0)); then chgrp postgres "$LOCAL" && chmod 710 "$LOCAL"; fi
  local data owner
  data=$(postgres_data)
  postgres_initialise "$data"
  # Where the lock file's process is dead PostgreSQL copes; where its number went to another process it would refuse to start.
  owner=$(head -n 1 "$data/postmaster.pid" 2>/dev/null || true)
  if [[ -n $owner && -d /proc/$owner ]]; then rm "$data/postmaster.pid"; fi
  release_taken_ports postgres
  start_server postgres as_postgres setsid "$(postgres_bin)/postgres" -D "$data" -p "$(port postgres)" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync="${PIPELINE_FSYNC:-on}" -c max_connections=200
}

postgres_query() {
  PGPASSWORD=$(secret postgres) PGCONNECT_TIMEOUT=2 \
    "$(postgres_bin)/psql" -h 127.0.0.1 -p "$(port postgres)" -U pipeline -XAtqd "$1" -c "$2" 2>/dev/null
}

postgres_ready() { [[ $(postgres_query postgres 'select 1') == 1 ]]; }

postgres_wait() {
  wait_ready postgres 60 postgres_ready
  [[ $(postgres_query postgres "select 1 from pg_database where datname = 'pipeline'") == 1 ]] ||
    postgres_query postgres 'create database pipeline'
}

# SIGINT is PostgreSQL's fast shutdown: roll back what is open, write a checkpoint, end.
postgres_stop() { stop_server postgres INT 30; }

postgres_delete() {
  if [[ -s $LOCAL/run/postgres.data ]]; then rm -rf "$(postgres_data)"; fi
}

postgres_status() { server_status postgres "127.0.0.1:$(port postgres)"; }
