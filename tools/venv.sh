# Sourced: virtual environments for the tools.

# find_python: an interpreter that is new enough, PYTHON first.
find_python() {
    local name seen=
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        command -v "$name" >/dev/null 2>&1 || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
        seen=${seen:-$("$name" --version 2>&1)}
    done
    echo "heat_mq needs Python 3.11 or newer; found ${seen:-no python3}. Name another one with PYTHON=…" >&2
    return 1
}

# make_venv DIR REPO EXTRAS: an environment with the project (editable) and its extras. Does nothing when DIR was
# made from the same requirements by the same interpreter and still works.
make_venv() {
    local dir=$1 repo=$2 extras=$3 python stamp
    python=$(find_python) || return 1
    stamp=$("$python" --version; echo "$repo"; cat "$repo"/setup.cfg "$repo"/requirements.txt "$repo"/pyproject.toml)
    stamp=$(printf '%s' "$stamp" | sha256sum)
    if [[ -x $dir/bin/python && -e $dir/.made-from && $(<"$dir/.made-from") == "$stamp" ]]; then return; fi
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        echo "Python's venv is not installed: apt-get install python3-venv" >&2
        return 1
    fi
    echo "installing heat_mq into $dir (once; a minute or two)" >&2
    rm -f "$dir/.made-from"
    "$python" -m venv "$dir" || { rm -rf "$dir"; "$python" -m venv "$dir"; } || return 1
    "$dir/bin/pip" install -q --disable-pip-version-check -e "$repo[$extras]" || {
        echo "the installation failed: see above; is a package registry within reach?" >&2
        return 1
    }
    printf '%s' "$stamp" > "$dir/.made-from"
}
