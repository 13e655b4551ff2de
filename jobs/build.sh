#!/usr/bin/env bash
# Configures and builds a preset of CMakePresets.json: release unless another is named, debug,
# developer or sanitize. Nothing is done twice: without changes this takes a second.
# Usage: jobs/build.sh [PRESET [TARGET...]]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=locations.sh
source "$(dirname "${BASH_SOURCE[0]}")/locations.sh"

preset=${1:-release}
shift || true
case $preset in
    release) folder=$repository/build ;;
    debug | developer | sanitize) folder=$repository/build-$preset ;;
    *) fail 2 "unknown preset $preset" "use release, debug, developer or sanitize" ;;
esac
targets=()
if (($# > 0)); then targets=(--target "$@"); fi

# A compiler cache makes a second build, in any folder, a matter of seconds.
if command -v ccache > /dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
# A file that includes LibTorch takes up to 2 GB to compile: more at once than fit would swap.
if [[ -z ${CMAKE_BUILD_PARALLEL_LEVEL:-} ]]; then
    by_memory=$(awk '/MemAvailable/ {print int($2 / 1024 / 2048)}' /proc/meminfo)
    cores=$(env --unset=OMP_NUM_THREADS --unset=OMP_THREAD_LIMIT nproc)  # which reads these, too
    export CMAKE_BUILD_PARALLEL_LEVEL=$((by_memory < 1 ? 1 : by_memory < cores ? by_memory : cores))
fi

cd "$repository"
if [[ ! -f $folder/build.ninja ]] ||
    ! grep -qxF "BATCHSCOPE_LIBTORCH:PATH=$libtorch_folder" "$folder/CMakeCache.txt"; then
    mkdir -p "$folder"
    echo "Configuring $folder"
    if ! cmake --preset "$preset" -DBATCHSCOPE_LIBTORCH:PATH="$libtorch_folder" \
        > "$folder/configure.log" 2>&1; then
        cat "$folder/configure.log" >&2
        fail 1 "the configuration failed (see above)" "run jobs/install.sh, then start again"
    fi
fi
echo "Building $folder"
NINJA_STATUS='[%f/%t %es] ' cmake --build --preset "$preset" "${targets[@]}" ||
    fail 1 "the build failed (see above)" "if a package is missing, run jobs/install.sh"
