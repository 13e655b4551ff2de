#!/usr/bin/env bash
# Checks whether all that a build needs is there, whoever installed it (modules, Spack, conda, Debian), and names
# what is missing as each of them calls it. Installs nothing, needs no root and no GPU.
# Usage: jobs/check_system.sh        exit code 4: something is missing
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=locations.sh
source "$(dirname "${BASH_SOURCE[0]}")/locations.sh"

# What, Debian's packages, a usual module's name, Spack's specification.
requirements=(
    "C++ compiler|g++|gcc|gcc@12:"
    "CMake|cmake|cmake|cmake@3.25:"
    "Ninja|ninja-build|ninja|ninja"
    "pip|python3-pip|python|py-pip"
    "MPI|libopenmpi-dev openmpi-bin|openmpi|openmpi"
    "HDF5|libhdf5-dev|hdf5|hdf5+hl~mpi"
    "Boost|libboost-dev libboost-program-options-dev|boost|boost+program_options"
    "yaml-cpp|libyaml-cpp-dev|yaml-cpp|yaml-cpp"
    "fmt|libfmt-dev|fmt|fmt"
    "ZLIB|zlib1g-dev|zlib|zlib"
    "xxHash|libxxhash-dev|xxhash|xxhash"
    "PkgConfig|pkg-config|pkgconf|pkgconf"
    "librsvg|librsvg2-dev|librsvg|librsvg"
    "nlohmann_json|nlohmann-json3-dev|nlohmann_json|nlohmann-json"
    "mustache|libkainjow-mustache-dev|-|-"
)

probe_folder=$(mktemp -d)
trap 'rm -rf "$probe_folder"' EXIT

# Each check prints "NAME: VERSION", or "NAME: missing".
check_tools() {
    local version
    version=$(cmake --version 2> /dev/null | awk 'NR == 1 {print $3}') || true
    if [[ -z $version ]] || ! at_least 3.25 "$version"; then version=missing; fi
    echo "CMake: $version"
    echo "Ninja: $(ninja --version 2> /dev/null || echo missing)"
    version=$(python3 -m pip --version 2> /dev/null | awk '{print $2}') || true
    echo "pip: ${version:-missing}"
    if compiles_cxx20; then
        version=$("${CXX:-c++}" -dumpfullversion 2> /dev/null || "${CXX:-c++}" -dumpversion)
        echo "C++ compiler: $version"
    else
        echo "C++ compiler: missing"
    fi
}

# at_least WANTED FOUND: whether a version is new enough.
at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

compiles_cxx20() {
    "${CXX:-c++}" -std=c++20 -fsyntax-only -x c++ - 2> /dev/null << 'SOURCE'
#include <charconv>
#include <ranges>
#include <stop_token>
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 12
#error "older ones lack parts of the C++20 library"
#endif
int main() {
    double value = 0;
    const char text[] = "1";
    return std::from_chars(text, text + 1, value).ec == std::errc{} ? 0 : 1;
}
SOURCE
}

# What the build itself will find: the same calls as in CMakeLists.txt, in a project of their own.
check_libraries() {
    cat > "$probe_folder/CMakeLists.txt" << 'PROJECT'
cmake_minimum_required(VERSION 3.25)
project(probe LANGUAGES C CXX)
find_package(MPI QUIET COMPONENTS CXX)
find_package(HDF5 QUIET COMPONENTS C HL)
find_package(Boost 1.74 QUIET COMPONENTS program_options)
find_package(yaml-cpp 0.7 QUIET)
find_package(fmt QUIET)
find_package(ZLIB QUIET)
find_package(nlohmann_json QUIET)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(librsvg QUIET librsvg-2.0>=2.52)
endif()
find_path(mustache_INCLUDE kainjow/mustache.hpp)
if(mustache_INCLUDE)
  set(mustache_FOUND TRUE)
endif()
find_path(xxHash_INCLUDE xxhash.h)
find_library(xxHash_LIBRARY xxhash)
if(xxHash_INCLUDE AND xxHash_LIBRARY)
  set(xxHash_FOUND TRUE)
endif()
foreach(name MPI HDF5 Boost yaml-cpp fmt ZLIB xxHash PkgConfig librsvg nlohmann_json mustache)
  if(NOT ${name}_FOUND)
    set(${name}_VERSION missing)
  elseif(NOT ${name}_VERSION)
    set(${name}_VERSION found)
  endif()
  message(NOTICE "probe ${name}: ${${name}_VERSION}")
endforeach()
PROJECT
    cmake -G Ninja -S "$probe_folder" -B "$probe_folder/build" > "$probe_folder/log" 2>&1 || true
    grep -q '^probe ' "$probe_folder/log" || {
        cat "$probe_folder/log" >&2
        fail 4 "CMake cannot use this compiler (see above)" "load one compiler module and unload the others"
    }
    sed -n 's/^probe //p' "$probe_folder/log"
}

# entry COLUMN NAME: of the table above.
entry() {
    local line
    for line in "${requirements[@]}"; do
        if [[ ${line%%|*} == "$2" ]]; then cut -d '|' -f "$1" <<< "$line"; fi
    done
}

name_missing() {
    local name modules=() specifications=()
    echo "System: missing, and nothing is installed for you:"
    printf '  %-13s %-44s %-9s %s\n' what "Debian packages" module Spack
    for name in "$@"; do
        printf '  %-13s %-44s %-9s %s\n' "$name" "$(entry 2 "$name")" "$(entry 3 "$name")" "$(entry 4 "$name")"
        if [[ $(entry 3 "$name") != - ]]; then modules+=("$(entry 3 "$name")"); fi
        if [[ $(entry 4 "$name") != - ]]; then specifications+=("$(entry 4 "$name")"); fi
    done
    if ((${#modules[@]} > 0)); then
        cat << ADVICE
Load them (names differ from site to site; 'module spider NAME' tells):
  module load ${modules[*]}
or build them as yourself, and load them before each build and in each job:
  spack install ${specifications[*]}
  spack load ${specifications[*]}
ADVICE
    fi
    if [[ " $* " == *" mustache "* ]]; then
        echo "mustache is one header: put kainjow/mustache.hpp into a folder and that into CMAKE_INCLUDE_PATH"
    fi
    if [[ " $* " == *" CMake "* || " $* " == *" Ninja "* ]]; then
        echo "CMake and Ninja also come as wheels: python3 -m pip install --user 'cmake>=3.25' ninja"
    fi
}

found=$(check_tools)
if grep -qE '^(CMake|Ninja|C\+\+ compiler): missing$' <<< "$found"; then
    echo "Libraries: not checked before compiler, CMake and Ninja are there"
else
    found+=$'\n'$(check_libraries)
fi
mapfile -t missing < <(sed -n 's/: missing$//p' <<< "$found")
if ((${#missing[@]} > 0)); then
    name_missing "${missing[@]}"
    exit 4
fi
echo "System: complete ($(paste -sd ',' <<< "${found//: / }" | sed 's/,/, /g'))"
