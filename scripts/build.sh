# Installs and builds what is missing. Sourced by ./semblance and ./test; expects $root.
# Environment: SEMBLANCE_TORCH  folder of another libtorch (CPU or CUDA) to build against instead of Debian's.

say() { printf '%s\n' "$*" >&2; }

needed_packages() {
  echo cmake g++ make pkg-config libvips-dev libjpeg62-turbo-dev
  [ -n "${SEMBLANCE_TORCH:-}" ] || echo libtorch-dev libopenblas0-pthread
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
  done
}

# install_packages WHY PACKAGE...: installs those that are missing, or says the command and stops.
install_packages() {
  local why=$1 missing
  shift
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null; then
    say "$why needs the Debian packages ${missing% }, and this system has no apt-get. Install their like by hand."
    exit 1
  fi
  if [ "$(id -u)" != 0 ]; then
    say "$why needs Debian packages that are not installed. Run this, then try again:"
    say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing% }"
    exit 1
  fi
  say "Installing for $why: ${missing% }"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$root/.install.log" 2>&1 || {
    tail -n 15 "$root/.install.log" >&2
    say "apt-get failed; its last lines are above, all of them in .install.log."
    exit 1
  }
}

require_dotnet() {
  command -v dotnet >/dev/null || {
    say "The .NET 10 SDK is not installed (no 'dotnet' on the path). Install it: https://dotnet.microsoft.com/download"
    exit 1
  }
}

# newer_than STAMP PATH...: whether a source under the paths is newer than the stamp, or the stamp is missing.
newer_than() {
  local stamp=$1
  shift
  [ -e "$stamp" ] || return 0
  [ -n "$(find "$@" \( -name bin -o -name obj -o -name build \) -prune -o -type f -newer "$stamp" -print -quit)" ]
}

build_native() {
  local out="$root/native/build"
  # The stamp holds the libtorch that was built against: another one needs everything anew.
  [ ! -e "$out/stamp" ] || [ "$(cat "$out/stamp")" = "${SEMBLANCE_TORCH:-}" ] || rm -rf "$out"
  newer_than "$out/stamp" "$root/native" || return 0
  say "Building the native door (about a minute) ..."
  {
    cmake -S "$root/native" -B "$out" ${SEMBLANCE_TORCH:+-DCMAKE_PREFIX_PATH="$SEMBLANCE_TORCH"} && cmake --build "$out" -j "$(nproc)"
  } >"$root/native/build.log" 2>&1 || {
    grep -E 'error|Error' "$root/native/build.log" | head -n 10 >&2
    say "The native door was not built; the whole log is in native/build.log."
    exit 1
  }
  printf '%s' "${SEMBLANCE_TORCH:-}" >"$out/stamp"
}

# build_managed STAMP PROJECT: builds a project with what it needs.
build_managed() {
  local stamp=$1 project=$2
  newer_than "$stamp" "$root/src" "$root/samples" "$root/native/build/stamp" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/$project" || return 0
  say "Building $(basename "$project") ..."
  dotnet build "$root/$project" -c Release -v quiet -nologo >"$root/.build.log" 2>&1 || {
    grep -E ' error ' "$root/.build.log" | sort -u | head -n 10 >&2
    say "The build failed; the whole log is in .build.log."
    exit 1
  }
  touch "$stamp"
}
