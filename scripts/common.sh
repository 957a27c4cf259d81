# shellcheck shell=bash
# Sourced by the scripts beside it: where things are kept, and how they speak.

: "${HOME:=$(cd ~ && pwd)}"
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Shared by all checkouts of one user; safe to delete at any time.
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/descent"
export ROOT CACHE

say() {
  printf '%s\n' "${0##*/}: $*" >&2
}

fail() {
  say "$*"
  exit 1
}

# leave_out WHAT: go on without something that this machine cannot do, except in CI, where the
# script that says so keeps a list of what failed.
leave_out() {
  say "left out: $1"
  if [[ "${CI:-}" == true ]]; then
    failed+=("$1")
  fi
}

# hold NAME: let one process at a time pass until this shell ends. Where flock
# is missing (macOS) two runs at once are on their own.
hold() {
  mkdir -p "$CACHE" || fail "cannot write to $CACHE"
  if command -v flock >/dev/null; then
    exec {HELD}>"$CACHE/$1.lock"
    flock -w 1200 "$HELD" || fail "another run has held $CACHE/$1.lock for 20 minutes"
  fi
}

# uv does not read pip's configuration: hand it over, for this process only.
use_pip_settings() {
  local python settings
  python="$(command -v python3 || true)"
  if [[ -n "$python" ]]; then
    settings="$("$python" "$ROOT/scripts/pip_env.py")" && eval "$settings"
  fi
  # As pip does: the newest from any of the indexes. The hashes guard it.
  export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
}
