# shellcheck shell=bash disable=SC2034
# Where installed things lie. Sourced by the scripts that install, build and test, so that they agree.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Shared by all copies of the repository: LibTorch is large, so it is kept and used again.
cache_folder=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/batchscope

# Folder with torch/ and nvidia/ from the wheels, or a user's own LibTorch 2.x.
libtorch_folder=${BATCHSCOPE_LIBTORCH:-$cache_folder/libtorch-2.7.1}

# Python with the packages of tests/requirements.txt and torch itself: $test_python_folder/bin/python.
test_python_folder=$cache_folder/test-python

# True when libtorch_folder is a user's own LibTorch, not the one that install.sh fills.
libtorch_is_users_own() {
    [[ -d $libtorch_folder/include/torch || -d $libtorch_folder/share/cmake/Torch ]]
}

# fail CODE PROBLEM REMEDY: prints both and ends the script. 1: failure, 2: wrong option, 4: environment.
fail() {
    printf '%s: %s\n  remedy: %s\n' "${0##*/}" "$2" "$3" >&2
    exit "$1"
}
