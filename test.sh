#!/usr/bin/env bash
# Installs the Debian packages that the tests use, builds everything and runs every test project.
# The last line is "N passed, N failed" (with ", N skipped" if any); it is the sum over all projects.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null

export DEBIAN_FRONTEND=noninteractive
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
# No build process may outlive this script: it would hold the caller's pipe open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
unset HPC_EXE HPC_CONFORMANCE_TARGET HPC_WRITE_BASELINES

packages=(
    openssh-client openssh-server sshfs fuse3 rclone lftp putty-tools ncftp tnftp wget
    python3 python3-paramiko python3-asyncssh fio ssh-audit curl git openssl libargon2-1 haproxy
    postgresql mariadb-server util-linux whois apache2-utils argon2 oathtool
)

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        if [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" != installed ]]; then
            printf '%s\n' "$package"
        fi
    done
}

as_root=()
policy=/usr/sbin/policy-rc.d
policy_backup=

restore_policy() {
    if [[ "$policy_backup" == none ]]; then
        "${as_root[@]}" rm -f "$policy"
    elif [[ -n "$policy_backup" ]]; then
        "${as_root[@]}" mv -f "$policy_backup" "$policy"
    fi
    policy_backup=
}

# Keeps packages (openssh-server) from starting daemons of the system while they are installed.
forbid_daemons() {
    if "${as_root[@]}" test -e "$policy"; then
        # A backup that is there is the system's own; what took its place was left by a run that was killed.
        policy_backup="$policy.before-tests"
        if ! "${as_root[@]}" test -e "$policy_backup"; then
            "${as_root[@]}" mv "$policy" "$policy_backup"
        fi
    else
        policy_backup=none
    fi
    trap restore_policy EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        echo "No apt-get here: tests whose client is missing are skipped." >&2
        return
    fi

    local missing
    mapfile -t missing < <(missing_packages)
    if (( ${#missing[@]} == 0 )); then
        return
    fi

    if (( EUID != 0 )); then
        if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
            echo "Not root and no sudo: tests that need ${missing[*]} are skipped." >&2
            return
        fi
        as_root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
    fi

    echo "Installing ${missing[*]}"
    forbid_daemons
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}"
    restore_policy
    trap - EXIT
}

# The value of one counter of a trx file.
counter() {
    local value
    value="$(sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1)"
    echo "${value:-0}"
}

if ! command -v dotnet >/dev/null; then
    echo "The .NET SDK of global.json is needed: https://dotnet.microsoft.com/download" >&2
    exit 1
fi

install_packages

if ! dotnet build Hpc.sln -c Release -v quiet -p:UseSharedCompilation=false; then
    echo "The build has failed."
    echo "0 passed, 1 failed"
    exit 1
fi

results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0
broken_projects=()
mapfile -t projects < <(find tests -name '*.Tests.csproj' | sort)
for project in "${projects[@]}"; do
    name="$(basename "$project" .csproj)"
    trx="$results/$name.trx"
    echo "== $name"
    status=0
    dotnet test "$project" -c Release --no-build --nologo -v quiet \
        --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=quiet" \
        --blame-hang-timeout 10m --blame-hang-dump-type none || status=$?
    broken=0
    if [[ -f "$trx" ]]; then
        total="$(counter total "$trx")"
        executed="$(counter executed "$trx")"
        broken="$(counter failed "$trx")"
        passed=$((passed + $(counter passed "$trx")))
        skipped=$((skipped + total - executed))
    fi
    # A run that ends badly without a failed test (a crash, a hang) is a failure too.
    if (( status != 0 && broken == 0 )); then
        broken=1
    fi
    if (( broken > 0 )); then
        broken_projects+=("$name")
    fi
    failed=$((failed + broken))
done

# The scripts of benchmarks and of load over nodes: "Ran 54 tests in 0.1s", then "OK" or "FAILED (failures=1, errors=2)".
for suite in bench/peers/tests bench/gigabit/tests load-tests/cluster/tests; do
    echo "== $suite"
    if ! command -v python3 >/dev/null; then
        echo "No python3 here: skipped."
        skipped=$((skipped + 1))
        continue
    fi
    status=0
    said="$(python3 -m unittest discover "$suite" 2>&1)" || status=$?
    tail -n 15 <<<"$said"
    ran="$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\} in .*/\1/p' <<<"$said")"
    broken="$(grep -oE '\b(failures|errors)=[0-9]+' <<<"$said" | cut -d= -f2 | awk '{ sum += $1 } END { print sum + 0 }' || true)"
    if (( status != 0 && broken == 0 )); then
        broken=1
    fi
    if (( broken > 0 )); then
        broken_projects+=("$suite")
    fi
    if (( ${ran:-0} > broken )); then
        passed=$((passed + ran - broken))
    fi
    failed=$((failed + broken))
done

# Once more at the end, where it is found.
for name in "${broken_projects[@]}"; do
    echo "== failed in $name"
    if [[ -f "$results/$name.trx" ]] && command -v python3 >/dev/null; then
        PYTHONIOENCODING=utf-8 python3 tests/failed.py "$results/$name.trx" || true
    fi
done

summary="$passed passed, $failed failed"
if (( skipped > 0 )); then
    summary+=", $skipped skipped"
fi
echo "$summary"
(( failed == 0 && passed > 0 ))
