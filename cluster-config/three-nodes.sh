#!/usr/bin/env bash
# Three nodes, PostgreSQL and HAProxy on this machine, on 127.0.0.1 alone: a cluster to try things with.
# See usage() below and docs/guides/cluster.md.
set -euo pipefail
# Where HAProxy is, for who is not root.
PATH="$PATH:/usr/sbin:/sbin"

usage() {
    cat <<'END'
Usage: three-nodes.sh [OPTION]... COMMAND [OPTION]...

  up                 make what is missing, start what does not run, say what to try
  status             one line for each process
  kill NAME          SIGKILL: a crash
  pause NAME         SIGSTOP: a stall
  resume NAME        SIGCONT
  stop NAME          SIGTERM: a node drains; waits until it has ended
  start NAME         starts it and waits until it is ready
  restart NAME       stop and start
  rolling-restart    restart of each node, one after the other
  hpc N ARGUMENT...  the command line of node N, like: hpc 1 sessions list; options of this script go before it
  down               ends everything, transfers included

NAME is 1, 2 or 3 for a node, postgres or haproxy.

  --dir DIR          where everything is kept (default: hpc-three-nodes-UID in $TMPDIR or /tmp)
  --base-port PORT   first port (default 23000, or that of the last 'up'); up to PORT+32 are used
  --set KEY=VALUE    with up: any configuration key, for all nodes; may be repeated
  --alone            with up: nodes that share a database and know nothing of each other
  --remove           with down: removes the folder

HPC_EXE names the program; without it a build of this checkout is taken, or hpc of PATH.
Needs PostgreSQL 15 or newer, haproxy and curl.
END
}

readonly nodes=(1 2 3)
# Longest waits in seconds: for a start, and for an end beyond the grace time of the drain.
readonly start_patience=60 end_patience=20

fail() {
    printf 'three-nodes.sh: %s\n' "$*" >&2
    exit 1
}

say() {
    printf '%s\n' "$*"
}

# ---- command line ------------------------------------------------------------------------------------------------

command=
name=
dir="${TMPDIR:-/tmp}/hpc-three-nodes-$(id -u)"
base_port=
alone=
remove=
settings=()
rest=()

option() {
    case "$1" in
        --dir | --base-port | --set) [[ -n "${2:-}" ]] || fail "$1 wants a value" ;;
    esac
    case "$1" in
        --dir) dir="$2" ;;
        --base-port) base_port="$2" ;;
        --set) settings+=("$2") ;;
        --alone) alone=yes ;;
        --remove) remove=yes ;;
        *) fail "$1 is not known; see --help" ;;
    esac
}

parse() {
    while (($# > 0)); do
        case "$1" in
            -h | --help | help) usage; exit 0 ;;
            --dir | --base-port | --set) option "$1" "${2:-}"; shift; (($# == 0)) || shift ;;
            -*) option "$1"; shift ;;
            *)
                [[ -z "$command" ]] || fail "$1 is not known; see --help"
                command="$1"
                shift
                case "$command" in
                    up | status | rolling-restart | down) ;;
                    kill | pause | resume | stop | start | restart | hpc)
                        name="${1:-}"
                        case "$name" in
                            1 | 2 | 3) ;;
                            postgres | haproxy) [[ "$command" != hpc ]] || fail "hpc wants the number of a node" ;;
                            *) fail "$command wants a name: 1, 2, 3, postgres or haproxy" ;;
                        esac
                        shift
                        if [[ "$command" == hpc ]]; then
                            rest=("$@")
                            shift $#
                        fi
                        ;;
                    *) fail "$command is not known; see --help" ;;
                esac
                ;;
        esac
    done
    if [[ -z "$command" ]]; then
        usage >&2
        exit 2
    fi
    [[ "$command" == up || (-z "$alone" && ${#settings[@]} == 0) ]] || fail "--set and --alone are for up"
    [[ "$command" == down || -z "$remove" ]] || fail "--remove is for down"
    [[ "$dir" == /* ]] || dir="$PWD/$dir"
    [[ "$dir" != *[!A-Za-z0-9_./-]* ]] || fail "$dir: use a path of letters, digits and _ . / - alone"
    if [[ -n "$base_port" ]] && ! { [[ "$base_port" =~ ^[1-9][0-9]{3,4}$ ]] && ((base_port >= 1024 && base_port <= 65500)); }; then
        fail "--base-port: a number from 1024 to 65500"
    fi
}

# ---- ports: a node N has base+10N and the two behind it ----------------------------------------------------------

sftp_port() { printf '%s' "$((base_port + 10 * $1))"; }
http_port() { printf '%s' "$((base_port + 10 * $1 + 1))"; }
admin_port() { printf '%s' "$((base_port + 10 * $1 + 2))"; }

# ---- processes ---------------------------------------------------------------------------------------------------

label() {
    case "$1" in
        [123]) printf 'node%s' "$1" ;;
        *) printf '%s' "$1" ;;
    esac
}

# When a process began, in ticks since the boot: with its id a name that no later process has.
began() {
    local stat
    stat="$(cat "/proc/$1/stat" 2>/dev/null)" || return 1
    stat="${stat##*) }"
    [[ "${stat%% *}" != Z ]] || return 1
    awk '{ print $20 }' <<<"$stat"
}

# The id of a process that runs, or nothing and 1.
pid_of() {
    local file pid start
    file="$dir/run/$(label "$1").pid"
    [[ -f "$file" ]] || return 1
    read -r pid start <"$file" || return 1
    [[ "$(began "$pid")" == "$start" ]] || return 1
    printf '%s' "$pid"
}

# launch NAME COMMAND...: in a session of its own, so that Ctrl-C at this terminal does not reach it.
launch() {
    local process="$1" log pid start
    shift
    log="$dir/log/$(label "$process").log"
    setsid -- "$@" </dev/null >>"$log" 2>&1 &
    pid=$!
    start="$(began "$pid")" || fail "$(label "$process") has ended at once: $(tail -n 5 "$log")"
    printf '%s %s\n' "$pid" "$start" >"$dir/run/$(label "$process").pid"
}

# until_true SECONDS COMMAND...: 0 as soon as the command succeeds, 1 when the time is over.
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

is_gone() { ! pid_of "$1" >/dev/null; }

# True when not even a zombie is left.
is_reaped() {
    local file pid start
    file="$dir/run/$(label "$1").pid"
    [[ -f "$file" ]] && read -r pid start <"$file" && [[ -r "/proc/$pid/stat" ]] || return 0
    [[ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{ print $20 }')" != "$start" ]]
}

# wait_for NAME WHAT COMMAND...: until the command succeeds; a process that ends meanwhile is a failure.
wait_for() {
    local process="$1" what="$2" log
    shift 2
    log="$dir/log/$(label "$process").log"
    until_true "$start_patience" is_ready_or_gone "$process" "$@" || fail "$(label "$process") does not $what within $start_patience s; see $log"
    "$@" || fail "$(label "$process") does not start: $(tail -n 5 "$log")"
}

is_ready_or_gone() {
    local process="$1"
    shift
    "$@" || is_gone "$process"
}

signal() {
    local pid
    pid="$(pid_of "$1")" || fail "$(label "$1") does not run"
    kill "-$2" "$pid"
}

# ---- PostgreSQL --------------------------------------------------------------------------------------------------

postgres_programs() {
    local programs
    programs="$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)"
    if [[ ! -x "$programs/initdb" ]]; then
        programs="$(command -v initdb || true)"
        programs="${programs%/initdb}"
    fi
    [[ -n "$programs" ]] || fail "PostgreSQL is not there (Debian: apt-get install postgresql)"
    printf '%s' "$programs"
}

# PostgreSQL does not run as root.
as_postgres() {
    if ((EUID == 0)); then
        setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
    else
        "$@"
    fi
}

make_postgres() {
    local programs="$1" folder="$dir/postgres"
    [[ ! -f "$folder/made" ]] || return 0
    rm -rf "$folder"
    mkdir -m 700 "$folder"
    if ((EUID == 0)); then
        as_postgres test -x "$dir" || fail "the user postgres cannot reach $dir; another --dir, or chmod o+x for the folders above it"
        chown postgres: "$folder"
    fi
    # What root has written the user postgres may not read: the password goes through a pipe.
    (umask 077 && as_postgres tee "$folder/password" <"$dir/shared/postgres-password" >/dev/null)
    (cd / && as_postgres "$programs/initdb" -D "$folder/data" -U postgres "--pwfile=$folder/password" --auth=scram-sha-256 -E UTF8 --locale=C.UTF-8) \
        >"$dir/log/initdb.log" 2>&1 || fail "initdb: $(tail -n 3 "$dir/log/initdb.log")"
    { cat "$here/postgresql/hpc.conf"; printf "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"; } \
        | as_postgres tee -a "$folder/data/postgresql.conf" >/dev/null
    as_postgres rm "$folder/password"
    as_postgres touch "$folder/made"
}

query() {
    PGPASSWORD="$(<"$dir/shared/postgres-password")" PGCONNECT_TIMEOUT=5 \
        psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$((base_port + 5))" -U postgres "$@"
}

answers_queries() { query -d postgres -c 'SELECT 1' >/dev/null 2>&1; }

start_postgres() {
    local programs user=()
    if ! pid_of postgres >/dev/null; then
        need_free "$((base_port + 5))"
        programs="$(postgres_programs)"
        make_postgres "$programs"
        # After a crash: PostgreSQL does not start while the process table still has its predecessor.
        until_true 20 is_reaped postgres || fail "$dir/run/postgres.pid: the process has ended, and its parent does not take notice"
        ((EUID != 0)) || user=(setpriv --reuid=postgres --regid=postgres --init-groups --)
        launch postgres env -C / "${user[@]}" "$programs/postgres" -D "$dir/postgres/data" -p "$((base_port + 5))"
    fi
    wait_for postgres answer answers_queries
    HPC_DB_PASSWORD="$(<"$dir/shared/database-password")" query -d postgres -f "$here/postgresql/database.sql" >/dev/null
}

# ---- nodes -------------------------------------------------------------------------------------------------------

find_hpc() {
    local candidate
    for candidate in "${HPC_EXE:-}" "$here"/../src/Server/bin/{Release,Debug}/net*/hpc "$(command -v hpc || true)"; do
        if [[ -n "$candidate" && -x "$candidate" ]]; then
            printf '%s' "$candidate"
            return
        fi
    done
    fail "hpc is not there: build it (dotnet build -c Release src/Server), or name it in HPC_EXE"
}

# What all nodes have in common, and what each has for itself.
write_configuration() {
    local node="$1" cluster=
    [[ -n "$alone" ]] || cluster="\"cluster\": { \"enabled\": true, \"node_name\": \"node$node\", \"address\": \"127.0.0.1:$(http_port "$node")\" },"
    cat >"$dir/node$node/hpc.json" <<END
{
  "data_dir": "$dir/node$node/data",
  "ssh": {
    "listeners": [{ "address": "127.0.0.1:$(sftp_port "$node")" }],
    "host_keys": "$dir/shared/hostkeys"
  },
  "proxy_protocol": { "mode": "accept", "allowed": "$proxy_address" },
  "http": {
    "listeners": [{ "address": "127.0.0.1:$(http_port "$node")" }],
    "proxy_allowed": "$proxy_address",
    "client_ip_header": "X-Forwarded-For"
  },
  "admin": { "address": "127.0.0.1:$(admin_port "$node")" },
  "data_provider": {
    "driver": "postgresql",
    "host": "127.0.0.1",
    "port": $((base_port + 5)),
    "name": "hpc",
    "username": "hpc",
    "password_file": "$dir/shared/database-password",
    "users_base_dir": "$dir/homes",
    "create_default_admin": true
  },
  "secrets": { "master_key_file": "$dir/shared/secrets.key" },
  $cluster
  "defender": { "enabled": true, "entries_soft_limit": 5000, "entries_hard_limit": 10000 },
  "drain": { "grace_seconds": 30 }
}
END
}

# What 'up' was given with --set, and the file of a node.
flags_of() {
    local setting
    printf '%s\0' --config-file "$dir/node$1/hpc.json"
    while IFS= read -r setting; do
        [[ -z "$setting" ]] || printf '%s\0' --set "$setting"
    done <"$dir/run/settings"
}

is_ready() { [[ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$(admin_port "$1")/readyz")" == 200 ]]; }

# Without a lease a node is ready all the same, and keeps to its part of each limit.
has_lease() { is_ready "$1" && { [[ -n "$alone" ]] || [[ "$(metric "$1" hpc_cluster_has_lease)" == 1 ]]; }; }

start_node() {
    local node="$1" flags
    if ! pid_of "$node" >/dev/null; then
        need_free "$(sftp_port "$node")"
        need_free "$(http_port "$node")"
        need_free "$(admin_port "$node")"
        mapfile -d '' -t flags < <(flags_of "$node")
        HPC_DEFAULT_ADMIN_USERNAME=admin HPC_DEFAULT_ADMIN_PASSWORD="$(<"$dir/shared/admin-password")" \
            launch "$node" env -C "$dir/node$node" "$hpc" serve "${flags[@]}"
    fi
    wait_for "$node" "get ready" has_lease "$node"
}

# ---- HAProxy -----------------------------------------------------------------------------------------------------

servers() {
    local port="$1" options="$2" node
    for node in "${nodes[@]}"; do
        printf '  server node%s 127.0.0.1:%s %s check port %s\n' "$node" "$("$port" "$node")" "$options" "$(admin_port "$node")"
    done
}

write_haproxy() {
    cat >"$dir/haproxy.cfg" <<END
global
  maxconn 4000
defaults
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  # Nodes believe this address, and no other, when it says who the client is.
  source $proxy_address
  retries 3
  option redispatch
  # A node that drains says so, and gets no new connections.
  option httpchk GET /readyz
  default-server inter 500ms fall 2 rise 1
frontend sftp
  mode tcp
  bind 127.0.0.1:$base_port
  default_backend sftp
backend sftp
  mode tcp
  balance leastconn
$(servers sftp_port send-proxy-v2)
frontend rest
  mode http
  bind 127.0.0.1:$((base_port + 1))
  http-request set-header X-Forwarded-For %[src]
  default_backend rest
backend rest
  mode http
  balance roundrobin
$(servers http_port "")
frontend statistics
  mode http
  bind 127.0.0.1:$((base_port + 2))
  stats enable
  stats uri /
  stats refresh 2s
  http-request use-service prometheus-exporter if { path /metrics }
END
}

takes_connections() { (exec 3<>"/dev/tcp/127.0.0.1/$base_port") 2>/dev/null; }

start_haproxy() {
    if ! pid_of haproxy >/dev/null; then
        need_free "$base_port"
        need_free "$((base_port + 1))"
        need_free "$((base_port + 2))"
        write_haproxy
        launch haproxy haproxy -db -f "$dir/haproxy.cfg"
    fi
    wait_for haproxy listen takes_connections
}

# The next node goes when HAProxy gives connections to this one again.
is_used() {
    curl -s -m 5 "http://127.0.0.1:$((base_port + 2))/;csv" | awk -F, -v node="node$1" '$1 == "sftp" && $2 == node && $18 == "UP" { up = 1 } END { exit !up }'
}

# ---- figures -----------------------------------------------------------------------------------------------------

# metric NODE NAME: the sum of its series, - if there is none.
metric() {
    curl -s -m 5 "http://127.0.0.1:$(admin_port "$1")/metrics" 2>/dev/null \
        | awk -v name="$2" '$1 == name || index($1, name "{") == 1 { sum += $NF; seen = 1 } END { if (seen) print sum; else print "-" }'
}

status() {
    local process pid node state
    printf '%-9s %-8s %-10s %-7s %-7s %-9s %-9s\n' process pid state lease leader of_nodes sessions
    for process in postgres haproxy "${nodes[@]}"; do
        pid="$(pid_of "$process")" || { printf '%-9s %-8s %s\n' "$(label "$process")" - down; continue; }
        case "$process" in
            [123])
                node="$process"
                state="not ready"
                ! is_ready "$node" || state=ready
                printf '%-9s %-8s %-10s %-7s %-7s %-9s %-9s\n' "$(label "$node")" "$pid" "$state" "$(metric "$node" hpc_cluster_has_lease)" \
                    "$(metric "$node" hpc_cluster_is_leader)" "$(metric "$node" hpc_cluster_nodes)" "$(metric "$node" hpc_sessions_active)"
                ;;
            *) printf '%-9s %-8s %s\n' "$process" "$pid" running ;;
        esac
    done
}

try_this() {
    local self="$0 --dir $dir"
    cat <<END

Through HAProxy, as the user demo with the password of $dir/shared/demo-password:
  sftp -P $base_port demo@127.0.0.1
  curl -u "admin:\$(cat $dir/shared/admin-password)" http://127.0.0.1:$((base_port + 1))/api/v2/token
  http://127.0.0.1:$((base_port + 2))/  (HAProxy's own view)
Node by node; those of 2 and 3 are 10 and 20 further:
  sftp -P $(sftp_port 1) demo@127.0.0.1
  curl http://127.0.0.1:$(admin_port 1)/metrics
  $self hpc 1 cluster
  $self hpc 1 sessions list
What happens when:
  $self kill 2; $self status; $self start 2
  $self kill postgres; $self start postgres
  $self rolling-restart
The end:
  $self down --remove
END
}

# ---- commands ----------------------------------------------------------------------------------------------------

need_programs() {
    local program
    for program in curl haproxy psql setsid setpriv awk; do
        command -v "$program" >/dev/null || fail "$program is not there (Debian: apt-get install curl haproxy postgresql util-linux)"
    done
}

need_free() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        fail "port $1 is in use; choose others with --base-port"
    fi
}

make_secret() {
    [[ -s "$dir/shared/$1" ]] || (umask 077 && head -c 18 /dev/urandom | base64 | tr '+/' '-_' >"$dir/shared/$1.new" && mv "$dir/shared/$1.new" "$dir/shared/$1")
}

# The folder of a stranger in a place that all can write to is not used.
open_folder() {
    [[ -d "$dir" && -f "$dir/run/base-port" ]] || fail "nothing is there in $dir; start with: $0 up"
    [[ -O "$dir" ]] || fail "$dir belongs to somebody else"
    local before
    before="$(<"$dir/run/base-port")"
    [[ -z "$base_port" || "$base_port" == "$before" ]] || fail "it was made with --base-port $before; 'down --remove' first"
    base_port="$before"
    alone="$(<"$dir/run/alone")"
}

make_folder() {
    [[ ! -e "$dir" || -O "$dir" ]] || fail "$dir belongs to somebody else"
    # 'down --remove' takes all of it away.
    [[ ! -e "$dir" || -f "$dir/run/base-port" || (-d "$dir" && -z "$(ls -A "$dir")") ]] || fail "$dir is not empty; name a folder of its own with --dir"
    # The user postgres passes through it; what is inside is closed.
    mkdir -p "$dir"
    chmod 711 "$dir"
    (umask 077 && mkdir -p "$dir"/{run,log,shared,homes,node1,node2,node3})
    if [[ -f "$dir/run/base-port" ]]; then
        local asked="$alone"
        open_folder
        if [[ -n "$asked" && "$asked" != "$alone" ]] || ((${#settings[@]} > 0)); then
            local node
            for node in "${nodes[@]}"; do
                is_gone "$node" || fail "nodes run with other settings; '$0 down' first"
            done
            alone="$asked"
        fi
    fi
    base_port="${base_port:-23000}"
    printf '%s\n' "$base_port" >"$dir/run/base-port"
    printf '%s\n' "$alone" >"$dir/run/alone"
    [[ -f "$dir/run/settings" && ${#settings[@]} == 0 ]] || printf '%s\n' "${settings[@]+"${settings[@]}"}" >"$dir/run/settings"
    make_secret postgres-password
    make_secret database-password
    make_secret admin-password
    make_secret demo-password
}

up() {
    need_programs
    hpc="$(find_hpc)"
    make_folder
    local node
    for node in "${nodes[@]}"; do
        write_configuration "$node"
    done
    start_postgres
    # The first one makes the host keys and the master key that all share.
    for node in "${nodes[@]}"; do
        start_node "$node"
    done
    start_haproxy
    if ! run_hpc 1 user show demo >/dev/null 2>&1; then
        run_hpc 1 user add demo --home "$dir/homes/demo" --password-file "$dir/shared/demo-password" >/dev/null
    fi
    status
    try_this
}

run_hpc() {
    local node="$1" flags
    shift
    mapfile -d '' -t flags < <(flags_of "$node")
    "$hpc" "$@" "${flags[@]}"
}

start() {
    case "$1" in
        postgres) start_postgres ;;
        haproxy) start_haproxy ;;
        *) start_node "$1" ;;
    esac
}

# stop NAME: SIGTERM, for PostgreSQL the signal that ends connections; then SIGKILL if the time is over.
stop() {
    local pid term=TERM patience="$end_patience"
    pid="$(pid_of "$1")" || return 0
    case "$1" in
        postgres) term=INT ;;
        [123]) patience=$((end_patience + 30)) ;;
    esac
    { kill "-$term" "$pid" && kill -CONT "$pid"; } 2>/dev/null || true
    if ! until_true "$patience" is_gone "$1"; then
        say "$(label "$1") does not end within $patience s: killed"
        kill -KILL "$pid" 2>/dev/null || true
        until_true 10 is_gone "$1" || fail "$(label "$1") ($pid) does not end"
    fi
    rm -f "$dir/run/$(label "$1").pid"
}

rolling_restart() {
    local node
    for node in "${nodes[@]}"; do
        say "node$node: draining"
        stop "$node"
        start_node "$node"
        is_gone haproxy || until_true 20 is_used "$node" || fail "HAProxy does not use node$node"
        say "node$node: ready again"
    done
    status
}

# Nodes drain side by side, and transfers get a second.
down() {
    local node pid
    stop haproxy
    for node in "${nodes[@]}"; do
        pid="$(pid_of "$node")" || continue
        { kill -TERM "$pid" && kill -CONT "$pid"; } 2>/dev/null || true
    done
    # The second signal ends them at once.
    sleep 1
    for node in "${nodes[@]}"; do
        stop "$node"
    done
    stop postgres
    if [[ -n "$remove" ]]; then
        rm -rf "$dir"
    fi
}

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# An address that nobody else uses.
readonly proxy_address=127.0.0.5

parse "$@"
case "$command" in
    up) up; exit ;;
esac
open_folder
case "$command" in
    status) status ;;
    kill) signal "$name" KILL ;;
    pause) signal "$name" STOP ;;
    resume) signal "$name" CONT ;;
    stop) stop "$name" ;;
    down) down ;;
    *)
        hpc="$(find_hpc)"
        case "$command" in
            start) start "$name" ;;
            restart) stop "$name"; start "$name" ;;
            rolling-restart) rolling_restart ;;
            hpc) run_hpc "$name" "${rest[@]+"${rest[@]}"}" ;;
        esac
        ;;
esac
