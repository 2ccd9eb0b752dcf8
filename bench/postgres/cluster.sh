# A PostgreSQL server in a temporary folder, on a free port of the loopback; sourced by bench/run.
# Settings for a benchmark: a crash may lose everything.

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# start_cluster: this system's PostgreSQL. Prints nothing; sets $cluster_url, and stops the server when the script ends.
start_cluster() {
  cluster_folder=$(mktemp -d "${TMPDIR:-/tmp}/semblance-pg-bench-XXXXXX")
  [ "$(id -u)" != 0 ] || chown postgres "$cluster_folder"
  run_cluster as_postgres "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)" "$cluster_folder" 2GB 512MB "SELECT 1"
}

# start_vector_cluster: the same with Debian 13's PostgreSQL 17 and pgvector 0.8, which this system need not be: both live in a folder, kept for the next time.
start_vector_cluster() {
  install_packages "a PostgreSQL with pgvector" debootstrap
  debian=${TMPDIR:-/tmp}/semblance-debian-13
  [ -d "$debian" ] || make_debian "$debian"
  cluster_folder=$(mktemp -d "$debian/tmp/semblance-pg-bench-XXXXXX")
  chmod 777 "$cluster_folder"
  run_cluster in_debian /usr/lib/postgresql/17/bin "${cluster_folder#"$debian"}" 4GB 8GB "CREATE EXTENSION vector"
}

make_debian() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  rm -rf "$1.partial"
  say "Making Debian 13 with PostgreSQL 17 and pgvector in $1"
  {
    debootstrap --variant=minbase --include=ca-certificates trixie "$1.partial" $mirror &&
      cp /etc/hosts /etc/resolv.conf "$1.partial/etc/" &&
      chroot "$1.partial" sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-17-pgvector'
  } >"$root/.install.log" 2>&1 || {
    tail -n 15 "$root/.install.log" >&2
    say "Debian 13 could not be made; the last lines are above, all of them in .install.log."
    exit 1
  }
  mv "$1.partial" "$1"
}

# in_debian CMD...: in that folder as user postgres, with devices and processes that nobody else sees mounted.
in_debian() {
  unshare --mount sh -c 'mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" runuser -u postgres -- "$@"' "$debian" "$@"
}

# run_cluster HOW BIN FOLDER BUFFERS MAINTENANCE SQL: FOLDER as HOW sees it; SQL is run at the start.
run_cluster() {
  local how=$1 bin=$2 folder=$3 port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  trap "cd / && $how $bin/pg_ctl -D $folder/data"' -m immediate stop >/dev/null 2>&1; rm -rf "'"$cluster_folder"'"' EXIT
  (
    cd /
    "$how" "$bin/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync
    printf '%s\n' "port = $port" "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$folder'" "fsync = off" "shared_buffers = $4" "max_wal_size = 8GB" \
      "wal_level = minimal" "max_wal_senders = 0" "maintenance_work_mem = $5" >>"$cluster_folder/settings"
    "$how" sh -c "cat $folder/settings >>$folder/data/postgresql.conf"
    "$how" "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w start
    "$how" "$bin/psql" -h "$folder" -p "$port" -U postgres -c "$6"
  ) >/dev/null
  cluster_url="postgres://postgres@127.0.0.1:$port/postgres?index=bench"
}
