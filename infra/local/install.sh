# shellcheck shell=bash
# Installs with apt what is missing. Sourced by stack.sh and s3rver.sh.

install_servers() {
  local missing=()
  [[ -n $(postgres_bin) ]] || missing+=(postgresql)
  [[ -n $(rabbitmq_sbin) ]] || missing+=(rabbitmq-server)
  ((${#missing[@]} == 0)) || install_packages "PostgreSQL 15 and RabbitMQ 3.10" "${missing[@]}"
}

# install_packages WHAT PACKAGE...: WHAT is for those who have to install it by hand.
install_packages() {
  local what=$1 command
  shift
  command="apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null ||
    die "not installed: $*; and this system has no apt-get. Install $what, or newer, then try again"
  ((EUID == 0)) || die "not installed: $*; and only root can install. Run this, then try again:
  sudo apt-get update && sudo $command"

  say "Installing $* ..."
  forbid_service_starts
  # The package lists may be missing or stale; updating them first would cost everybody the time.
  apt "$@" || { apt_update && apt "$@"; } ||
    { tail -n 20 "$LOCAL/logs/install.log" >&2; die "installing failed: $command (log: $LOCAL/logs/install.log)"; }
  allow_service_starts
}

# shellcheck disable=SC2154 # lock_fd is set by lock
apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
    </dev/null >>"$LOCAL/logs/install.log" 2>&1 {lock_fd}>&-
}

apt() { apt_get install -y --no-install-recommends "$@"; }
apt_update() { apt_get update; }

# Debian's packages start their services when installed; policy-rc.d is Debian's way to say no.
policy=/usr/sbin/policy-rc.d
forbid_service_starts() {
  [[ ! -e $policy ]] || return 0
  printf '#!/bin/sh\n# Placed by the pipeline while it installs; removed right after.\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap allow_service_starts EXIT
}

allow_service_starts() {
  if grep -qs 'Placed by the pipeline' "$policy"; then rm -f "$policy"; fi
}
