#!/bin/sh
# Says in one sentence what is missing, or nothing. `need.sh python` prints the interpreter to use.
set -eu

missing() {
    echo "closeloop: $1" >&2
    exit 1
}

need_python() {
    for python in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            missing "$python cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv"
        echo "$python"
        return
    done
    missing "Python 3.11 or newer is needed; on Debian or Ubuntu: apt-get install python3 python3-venv"
}

need_node() {
    version=$(node --version 2>/dev/null) || version=v0
    major=${version#v}
    [ "${major%%.*}" -ge 20 ] || missing "Node.js 20 or newer with npm is needed: the packages nodejs and npm of a recent distribution, or of the Node.js project"
    command -v npm >/dev/null || missing "npm is needed; on Debian or Ubuntu: apt-get install npm"
}

"need_$1"
