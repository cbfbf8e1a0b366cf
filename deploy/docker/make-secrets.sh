#!/bin/sh
# Makes the secrets that compose.yml names, in deploy/secrets; those that are there stay.
set -eu
umask 077
cd "$(dirname "$0")/../secrets"

make() {
    [ -s "$1" ] || printf '%s' "$2" > "$1"
}

make secret_key "$(openssl rand -hex 32)"
make rasa_secret "$(openssl rand -hex 32)"
make member_keys "$(openssl rand -hex 32)"
make member_lookup_secret "$(openssl rand -hex 32)"
make backup_passphrase "$(openssl rand -hex 24)"
make postgres_password "$(openssl rand -hex 32)"
make database_url "postgresql+asyncpg://union:$(cat postgres_password)@postgres:5432/union"
# A container sees a secret with the owner that its file has here: 10001 is the user of our images,
# 999 the one of PostgreSQL's.
if [ "$(id -u)" -eq 0 ]; then
    chown 10001:10001 -- *
    chown 999:999 postgres_password
else
    echo "Run this once more as root: so far the containers cannot read their secrets." >&2
fi
