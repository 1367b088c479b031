# shellcheck shell=bash
# What the scripts of the local stack share: where it lies, its secrets and ports, and how a server is started, found and stopped.
# Sourced; the sourcing script sets `here` to this folder.

umask 077
LOCAL=$(realpath -m "${PIPELINE_LOCAL:-${here:?}/../../.local}")

say() { echo "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

# Prints the comment that a script begins with.
print_header() { sed -n '2,/^[^#]/{/^# shellcheck/d;/^#/s/^# \{0,1\}//p}' "$1"; }

prepare_folders() {
  mkdir -p "$LOCAL"/{run,logs,secrets,blobs}
  chmod 700 "$LOCAL"/{run,logs,secrets,blobs}
  # The group keeps the right to pass through that postgres_start gives it: without it a running PostgreSQL dies at its next checkpoint.
  chmod u=rwx,g-rw,o= "$LOCAL"
}

# One script at a time works on a stack. Servers are started with the lock's descriptor closed, else they would hold it.
lock_fd=
lock() {
  exec {lock_fd}>"$LOCAL/stack.lock"
  flock -w 300 "$lock_fd" || die "another script has been working on $LOCAL for five minutes"
}

# Prints the secret of that name; makes it on first use.
secret() {
  local file=$LOCAL/secrets/$1
  [[ -s $file ]] || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$file"
  cat "$file"
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints the port of that name. Below the range from which systems take the ports of outgoing connections (32768 and up).
port() {
  local file=$LOCAL/run/$1.port candidate
  if [[ ! -s $file ]]; then
    candidate=$((15000 + (RANDOM * 32768 + RANDOM) % 17000))
    while port_answers "$candidate"; do candidate=$((candidate + 1)); done
    echo "$candidate" >"$file"
  fi
  cat "$file"
}

# Before a server starts: forgets the ports of those names that somebody else took meanwhile.
release_taken_ports() {
  local name
  for name in "$@"; do
    if port_answers "$(port "$name")"; then rm "$LOCAL/run/$name.port"; fi
  done
}

# Servers carry their name and stack in their environment: a process id alone proves nothing after a reboot.
mark() { echo "PIPELINE_SERVER=$1 of $LOCAL"; }

# is_server NAME PID: is that process alive and this stack's server of that name?
is_server() { [[ -n $2 ]] && tr '\0' '\n' 2>/dev/null <"/proc/$2/environ" | grep -qxF -- "$(mark "$1")"; }

# Starts a server in a session of its own, its output in logs/NAME.log, and remembers its process id. The lock stays here.
#   start_server NAME COMMAND...   (a function that ends in exec, or a program)
start_server() {
  local name=$1
  shift
  (cd / && export "$(mark "$name")" && "$@") </dev/null >>"$LOCAL/logs/$name.log" 2>&1 {lock_fd}>&- &
  echo $! >"$LOCAL/run/$name.pid"
}

# Prints the process id of the server of that name, nothing when it is not running.
server_pid() {
  local pid
  pid=$(cat "$LOCAL/run/$1.pid" 2>/dev/null || true)
  if is_server "$1" "$pid"; then echo "$pid"; fi
}

# wait_ready NAME SECONDS COMMAND...: waits until the command succeeds; shows the end of the log when the server gives up.
wait_ready() {
  local name=$1 seconds=$2
  shift 2
  wait_until "$seconds" answered_or_ended "$name" "$@" && "$@" && return
  tail -n 20 "$LOCAL/logs/$name.log" >&2
  die "$name did not start (log: $LOCAL/logs/$name.log)"
}

# By the process id alone: a process carries its mark only once it has become the server.
answered_or_ended() {
  local name=$1
  shift
  "$@" || ! kill -0 "$(cat "$LOCAL/run/$name.pid")" 2>/dev/null
}

# stop_server NAME SIGNAL SECONDS: asks the server to end and, when it has not by then, ends it.
stop_server() {
  local name=$1 pid
  pid=$(server_pid "$name")
  [[ -n $pid ]] || return 0
  kill "-$2" "$pid" 2>/dev/null || true
  wait_until "$3" has_ended "$name" && return
  say "$name did not end within $3 s; killing it"
  kill -KILL "$pid" 2>/dev/null || true
  wait_until 5 has_ended "$name"
}

has_ended() { [[ -z $(server_pid "$1") ]]; }

# server_status NAME TEXT: one line about the server; fails when it is not running.
server_status() {
  local pid
  pid=$(server_pid "$1")
  if [[ -n $pid ]]; then printf '%-10s running  pid %-7s %s\n' "$1" "$pid" "$2"; else
    printf '%-10s stopped\n' "$1"
    return 1
  fi
}

# wait_until SECONDS COMMAND...: true as soon as the command is.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}
