# shellcheck shell=bash
# A private RabbitMQ with its management API: loopback only, own Erlang cookie, own port mapper (epmd). Sourced by stack.sh.

# The scripts in /usr/sbin switch to the system's rabbitmq user; those of the package itself do not.
rabbitmq_sbin() {
  local newest
  newest=$(printf '%s\n' /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server | sort -V | tail -n 1)
  if [[ -x $newest ]]; then dirname "$newest"; fi
}

# RabbitMQ would start epmd as a daemon that outlives it: started here, it can be stopped here.
epmd_start() {
  has_ended epmd || return 0
  release_taken_ports epmd
  start_server epmd exec setsid epmd -port "$(port epmd)" -address 127.0.0.1
  wait_ready epmd 10 port_answers "$(port epmd)"
}

rabbitmq_configure() {
  local home=$1
  mkdir -p "$home"
  if [[ ! -s $home/.erlang.cookie ]]; then
    secret erlang-cookie >"$home/.erlang.cookie"
    chmod 400 "$home/.erlang.cookie"
  fi
  echo '[rabbitmq_management].' >"$home/enabled_plugins"
  # The user is made when the node starts for the first time.
  cat >"$home/rabbitmq.conf" <<CONF
listeners.tcp.local = 127.0.0.1:$(port amqp)
management.tcp.ip = 127.0.0.1
management.tcp.port = $(port management)
default_user = pipeline
default_pass = $(secret rabbitmq)
default_user_tags.administrator = true
vm_memory_high_watermark.absolute = 1GB
log.console = false
CONF
}

rabbitmq_start() {
  has_ended rabbitmq || return 0
  epmd_start
  release_taken_ports amqp management distribution
  rabbitmq_configure "$LOCAL/rabbitmq"
  start_server rabbitmq rabbitmq_become "$LOCAL/rabbitmq"
}

rabbitmq_become() {
  local home=$1
  export HOME=$home RABBITMQ_NODENAME=pipeline@localhost RABBITMQ_CONF_ENV_FILE=/dev/null
  export RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins
  export RABBITMQ_MNESIA_BASE=$home/data RABBITMQ_LOG_BASE=$LOCAL/logs
  RABBITMQ_DIST_PORT=$(port distribution) ERL_EPMD_PORT=$(port epmd)
  export RABBITMQ_DIST_PORT ERL_EPMD_PORT ERL_EPMD_ADDRESS=127.0.0.1
  # So the script becomes the server instead of waiting for it: one process, whose id is known from the start.
  export RUNNING_UNDER_SYSTEMD=true
  # Schedulers that spin while idle (+sbwt) would take the cores from training.
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none +S 2:2"
  exec setsid "$(rabbitmq_sbin)/rabbitmq-server"
}

# The listeners open when everything else has started.
rabbitmq_ready() { port_answers "$(port amqp)" && port_answers "$(port management)"; }

rabbitmq_wait() { wait_ready rabbitmq 120 rabbitmq_ready; }

# Erlang shuts down in order on SIGTERM.
rabbitmq_stop() {
  stop_server rabbitmq TERM 30
  stop_server epmd TERM 5
}

rabbitmq_status() { server_status rabbitmq "127.0.0.1:$(port amqp), management 127.0.0.1:$(port management)"; }
