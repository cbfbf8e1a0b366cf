#!/bin/sh
# Secrets come as files, whose names end in _FILE (UNION_SECRET_KEY_FILE=/run/secrets/secret_key):
# an environment set from outside is shown by `docker inspect`. The program itself reads variables.
set -eu

for name in $(env | sed -n 's/^\(UNION_[A-Z0-9_]*\)_FILE=.*/\1/p'); do
    eval "file=\${${name}_FILE}"
    if [ ! -r "$file" ]; then
        echo "${name}_FILE: $file cannot be read" >&2
        exit 1
    fi
    value=$(cat "$file")
    export "$name=$value"
    unset "${name}_FILE"
done

exec "$@"
