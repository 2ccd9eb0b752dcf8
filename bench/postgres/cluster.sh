# A PostgreSQL server in a temporary folder, on a free port of the loopback; sourced by bench/run.
# Settings for a benchmark: a crash may lose everything.

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# start_cluster: prints nothing; sets $cluster_url, and stops the server when the script ends.
start_cluster() {
  local bin port
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  cluster=$(mktemp -d "${TMPDIR:-/tmp}/semblance-pg-bench-XXXXXX")
  [ "$(id -u)" != 0 ] || chown postgres "$cluster"
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  trap 'cd / && as_postgres "'"$bin"'/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null 2>&1; rm -rf "$cluster"' EXIT
  (
    cd /
    as_postgres "$bin/initdb" -D "$cluster/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync
    printf '%s\n' "port = $port" "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$cluster'" "fsync = off" "shared_buffers = 2GB" "max_wal_size = 8GB" \
      "wal_level = minimal" "max_wal_senders = 0" "maintenance_work_mem = 512MB" | as_postgres tee -a "$cluster/data/postgresql.conf"
    as_postgres "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w start
  ) >/dev/null
  cluster_url="postgres://postgres@127.0.0.1:$port/postgres?index=bench"
}
