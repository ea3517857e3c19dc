# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts in tools/: sourced, never run. Afterwards the working directory is still the
# caller's, $root is the project, and $builds is where build trees go (MYNAH_BUILDS, else build/).

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
builds=${MYNAH_BUILDS:-$root/build}

say() { printf '== %s\n' "$*" >&2; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Called by root through sudo, in a checkout of the one who called: packages are installed by root,
# everything else belongs to that user, or their next build without sudo could not write.
leave_sudo() {
  if [ "$(id -u)" = 0 ] && [ "${SUDO_UID:-0}" != 0 ] &&
    [ "$(stat -c %u "$root")" = "$SUDO_UID" ]; then
    exec sudo -H -u "#$SUDO_UID" -- "$@"
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    return 125
  fi
}

debian_release() {
  (
    ID='' VERSION_ID=''
    [ ! -r /etc/os-release ] || . /etc/os-release
    [ "$ID" != debian ] || printf '%s' "$VERSION_ID"
  )
}

# need_packages <purpose> ...: installs those that are missing.
need_packages() {
  local release purpose for_release names wanted=() missing=() name
  release=$(debian_release)
  while read -r purpose for_release names; do
    case " $* " in *" $purpose "*) ;; *) continue ;; esac
    case $for_release in any | "${release:-none}") ;; *) continue ;; esac
    # shellcheck disable=SC2206 # names are words
    wanted+=($names)
  done < <(grep -v '^#' "$root/tools/packages")
  case $release in
    12 | 13) ;;
    *)
      say "not Debian 12 or 13: nothing is installed here; needed are the equivalents of: ${wanted[*]}"
      return
      ;;
  esac
  local provided
  # What an installed package of another name stands for, as nodejs of other makers does for npm.
  provided=$(dpkg-query -W -f '${db:Status-Status} ${Provides}\n' | sed -n 's/^installed //p' |
    tr ',' '\n' | sed -E 's/^ *([^ ]+).*/\1/')
  for name in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
      grep -qxF "$name" <<<"$provided" || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "these packages are missing, and only root can install them: ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  # Nothing is read from our own stdin, which may be meant for the bot; nothing is removed.
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-remove --no-install-recommends \
      install "${missing[@]}"; } </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    fail "apt could not install ${missing[*]}"
  fi
  rm -f "$log"
  # The tests start servers of their own; those that the packages start are not wanted.
  for name in inspircd ngircd; do
    case " ${missing[*]} " in
      *" $name "*)
        if [ -d /run/systemd/system ]; then
          as_root systemctl disable --now "$name.service" </dev/null >/dev/null 2>&1 ||
            say "could not stop the $name service that its package started"
        fi
        ;;
    esac
  done
}

# configure <preset> [cache argument ...]: in $builds/<preset>; does nothing when that tree was
# configured the same way before (its build files notice changed CMake code themselves).
configure() {
  local preset=$1 tree=$builds/$1 log
  shift
  local asked
  asked="$preset $* ${CXXFLAGS-} $(cksum <"$root/CMakePresets.json")"
  [ ! -f "$tree/build.ninja" ] || [ "$(cat "$tree/asked" 2>/dev/null)" != "$asked" ] || return 0
  say "configuring $preset in $tree"
  mkdir -p "$tree"
  log=$tree/configure.log
  if ! (cd "$root" && cmake --preset "$preset" -B "$tree" "$@") </dev/null >"$log" 2>&1; then
    cat "$log" >&2
    fail "CMake could not configure $preset"
  fi
  printf '%s\n' "$asked" >"$tree/asked"
}

# build <preset> [target ...]: quiet when everything is up to date; what a compiler says is shown.
build() {
  local tree=$builds/$1 preset=$1 terminal=0
  shift
  [ ! -t 2 ] || terminal=1
  # Ninja itself cannot say beforehand whether there is work: it first looks for new headers.
  ninja -C "$tree" -j "$(nproc)" "$@" </dev/null 2>&1 | awk -v preset="$preset" -v terminal=$terminal '
    /^\[[0-9]+\/[0-9]+\] Re-/ || /^ninja: (Entering|no work)/ || /^-- / || /^Preset CMake/ { next }
    /^\[[0-9]+\/[0-9]+\] / {
      split(substr($1, 2, length($1) - 2), step, "/")
      if (!announced) { announced = 1; print "== building " preset " (" step[2] " steps)" }
      if (terminal) { printf "\r%s of %s \033[K", step[1], step[2]; unfinished = 1 }
      fflush(); next
    }
    { if (unfinished) { print ""; unfinished = 0 } print; fflush() }
    END { if (unfinished) printf "\r\033[K" }' >&2 || fail "$preset does not build"
}
