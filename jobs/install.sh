#!/usr/bin/env bash
# Installs what Batchscope needs to build and run: system packages and LibTorch; with --tests also what
# its tests need. Only what is missing is installed: an interrupted run goes on where it stopped, a
# finished one takes less than a second.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=locations.sh
source "$(dirname "${BASH_SOURCE[0]}")/locations.sh"

usage() {
    cat <<USAGE
Usage: jobs/install.sh [--tests] [--no-system]
  --tests      also install what the tests need (Slurm, Python readers of result files, clang tools)
  --no-system  install no system packages (no root is needed): check that all a build needs is there
               from modules, Spack or the system, and name what is missing
Environment:
  BATCHSCOPE_LIBTORCH  where LibTorch goes or lies (now: $libtorch_folder).
                       A folder with a LibTorch 2.x of your own is used as it is.
USAGE
}

with_tests=false
with_system=true
for argument in "$@"; do
    case $argument in
        --tests) with_tests=true ;;
        --no-system) with_system=false ;;
        -h | --help) usage && exit 0 ;;
        *) fail 2 "unknown option $argument" "run jobs/install.sh --help" ;;
    esac
done

# Debian 12's names.
system_packages=(
    g++ cmake ninja-build ccache git
    python3 python3-venv python3-pip
    libopenmpi-dev openmpi-bin
    libhdf5-dev hdf5-tools libyaml-cpp-dev libboost-dev libboost-program-options-dev libfmt-dev
    zlib1g-dev libxxhash-dev libgtest-dev
    pkg-config librsvg2-dev nlohmann-json3-dev libkainjow-mustache-dev fonts-nanum
    dataset-fashion-mnist
)
test_packages=(
    slurm-wlm munge iproute2 shellcheck
    clang clang-format clang-tidy lld llvm libc6-dbg  # the last two name functions in findings of sanitizers
)

# Torch and the CUDA 12.6 libraries that this release of it pins, and of the compiler's wheel the headers
# that CUDA's own headers include. Name, version, size of the download in MB.
wheels=(
    "torch                    2.7.1      821"
    "nvidia-cuda-runtime-cu12 12.6.77      1"
    "nvidia-cuda-nvrtc-cu12   12.6.77     24"
    "nvidia-cuda-cupti-cu12   12.6.80      9"
    "nvidia-cuda-nvcc-cu12    12.6.85     21"
    "nvidia-cudnn-cu12        9.5.1.17   571"
    "nvidia-cublas-cu12       12.6.4.1   393"
    "nvidia-cufft-cu12        11.3.0.4   200"
    "nvidia-cufile-cu12       1.11.1.6     1"
    "nvidia-curand-cu12       10.3.7.77   56"
    "nvidia-cusolver-cu12     11.7.1.2   158"
    "nvidia-cusparse-cu12     12.5.4.2   217"
    "nvidia-cusparselt-cu12   0.6.3      157"
    "nvidia-nccl-cu12         2.26.2     201"
    "nvidia-nvtx-cu12         12.6.77      1"
    "nvidia-nvjitlink-cu12    12.6.85     20"
)

log=$cache_folder/install.log
staging=
child=
clean_up() {
    if [[ -n $child ]]; then
        kill "$child" 2>/dev/null || true
        wait "$child" || true
    fi
    if [[ -n $staging ]]; then rm -rf "$staging"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# run_quietly WHAT REMEDY COMMAND...: output goes to the log, and to the screen only when it fails.
run_quietly() {
    local what=$1 remedy=$2
    shift 2
    printf '\n== %s\n' "$*" >> "$log"
    local begin
    begin=$(wc -c < "$log")
    if ! "$@" >> "$log" 2>&1 < /dev/null; then
        tail -c "+$((begin + 1))" "$log" >&2
        fail 1 "$what failed (all output: $log)" "$remedy"
    fi
}

missing_packages() {
    local name
    for name in "$@"; do
        if [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then
            echo "$name"
        fi
    done
}

install_system_packages() {
    local wanted=("${system_packages[@]}")
    if $with_tests; then wanted+=("${test_packages[@]}"); fi
    if ! command -v dpkg-query > /dev/null; then
        fail 4 "this is no Debian, so no packages can be installed" \
            "let modules or Spack serve: jobs/install.sh --no-system"
    fi
    local missing
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if ((${#missing[@]} == 0)); then
        echo "System packages: all ${#wanted[@]} are installed"
        return
    fi
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    if ((EUID != 0)); then
        command -v sudo > /dev/null ||
            fail 4 "packages are missing and you are not root: ${missing[*]}" \
                "ask for: apt-get install ${missing[*]}; or use modules or Spack: --no-system"
        sudo -v || fail 4 "packages are missing and sudo refuses: ${missing[*]}" \
            "ask for: apt-get install ${missing[*]}; or use modules or Spack: --no-system"
        as_root=(sudo "${as_root[@]}")
    fi
    echo "System packages: installing ${missing[*]}"
    run_quietly "apt-get update" "check the network and the package sources" \
        "${as_root[@]}" apt-get -q update
    run_quietly "apt-get install" "install them by hand: apt-get install ${missing[*]}" \
        "${as_root[@]}" apt-get -q -y --no-install-recommends install "${missing[@]}"
}

# Modules hold no data sets.
check_data() {
    if [[ ! -d /usr/share/datasets/fashion-mnist ]]; then
        echo "Fashion-MNIST: not installed; put its four .gz files anywhere and add --set data.directory=FOLDER" \
            "(dpkg-deb -x unpacks Debian's package dataset-fashion-mnist without root)"
    fi
}

# A wheel is complete when its dist-info folder is there: that is moved into place last.
wheel_is_installed() {
    [[ -f $libtorch_folder/${1//-/_}-$2.dist-info/RECORD ]]
}

require_disk_space() {
    local needed=$1 existing=$libtorch_folder
    until [[ -d $existing ]]; do existing=$(dirname "$existing"); done
    local free
    free=$(df -Pm "$existing" | awk 'NR == 2 {print $4}')
    if ((free < needed)); then
        fail 1 "LibTorch needs $needed MB of disk in $libtorch_folder, $free MB are free: $((needed - free)) MB short" \
            "free space there or set BATCHSCOPE_LIBTORCH to a folder on a larger disk"
    fi
}

# The first Python that has pip. Which version it is does not matter: the wheels are only unpacked.
python_with_pip() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -m pip --version > /dev/null 2>&1; then
            echo "$python"
            return
        fi
    done
    fail 4 "no python3 with pip was found" "install Debian's package python3-pip"
}

# install_wheel PYTHON NAME VERSION MEGABYTES LABEL
# Each wheel is unpacked beside the folder and then merged by hard links, since many of them share
# the folder nvidia/, which pip would not merge.
install_wheel() {
    local python=$1 name=$2 version=$3 megabytes=$4 label=$5
    local begin=$SECONDS
    rm -rf "$staging"
    mkdir -p "$staging/unpacked" "$staging/temporary"
    printf '%s' "$label"
    printf '\n== %s %s\n' "$name" "$version" >> "$log"
    # The platforms are given because the Python that downloads need not be the one they are made for.
    TMPDIR=$staging/temporary PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
        "$python" -m pip install --no-deps --no-compile --no-cache-dir --progress-bar off \
        --only-binary=:all: --python-version 3.11 --implementation cp \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 \
        --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 \
        --platform manylinux1_x86_64 \
        --target "$staging/unpacked" "$name==$version" >> "$log" 2>&1 < /dev/null &
    child=$!
    while kill -0 "$child" 2>/dev/null; do
        if [[ -t 1 ]]; then
            local here
            here=$(du -sm "$staging" 2>/dev/null | cut -f1)
            if ((here < megabytes)); then
                printf '\r%s  %d MB' "$label" "$here"
            else
                printf '\r%s  unpacking' "$label"
            fi
        fi
        sleep 0.3
    done
    local code=0
    wait "$child" || code=$?
    child=
    if ((code != 0)); then
        printf '  failed\n'
        tail -n 15 "$log" >&2
        fail 1 "pip could not install $name $version (all output: $log)" \
            "check the network or the package index that pip is set to, then start again: what is complete is kept"
    fi
    local information
    information=$(cd "$staging/unpacked" && echo *.dist-info)
    mv "$staging/unpacked/$information" "$staging/information"
    cp -a --link --force "$staging/unpacked/." "$libtorch_folder/" 2>> "$log" ||
        cp -a --force "$staging/unpacked/." "$libtorch_folder/"
    rm -rf "${libtorch_folder:?}/$information"
    mv "$staging/information" "$libtorch_folder/$information"
    rm -rf "$staging"
    if [[ -t 1 ]]; then printf '\r%s' "$label"; fi
    printf '  done in %d s   \n' "$((SECONDS - begin))"
}

install_libtorch() {
    if libtorch_is_users_own; then
        echo "LibTorch: your own in $libtorch_folder"
        return
    fi
    local wheel name version megabytes missing=() total=0
    for wheel in "${wheels[@]}"; do
        read -r name version megabytes <<< "$wheel"
        if ! wheel_is_installed "$name" "$version"; then
            missing+=("$wheel")
            total=$((total + megabytes))
        fi
    done
    if ((${#missing[@]} == 0)); then
        echo "LibTorch: 2.7.1 (CUDA 12.6) is in $libtorch_folder"
        return
    fi
    [[ $(uname -sm) == "Linux x86_64" ]] ||
        fail 4 "the LibTorch wheels are made for Linux x86_64, this is $(uname -sm)" \
            "set BATCHSCOPE_LIBTORCH to a LibTorch 2.x for this machine"
    # Unpacked they take 1.7 times the download; the largest is there packed and unpacked at once.
    require_disk_space $((total * 17 / 10 + 900))
    local python
    python=$(python_with_pip)
    mkdir -p "$libtorch_folder" 2>> "$log" ||
        fail 1 "cannot make the folder $libtorch_folder" "set BATCHSCOPE_LIBTORCH to a folder of yours"
    staging=$libtorch_folder/.staging
    echo "LibTorch: ${#missing[@]} of ${#wheels[@]} wheels ($total MB to download) into $libtorch_folder"
    local number=0 label
    for wheel in "${missing[@]}"; do
        read -r name version megabytes <<< "$wheel"
        number=$((number + 1))
        printf -v label '  [%2d/%d] %-25s %-10s %4d MB' \
            "$number" "${#missing[@]}" "$name" "$version" "$megabytes"
        install_wheel "$python" "$name" "$version" "$megabytes" "$label"
    done
}

install_test_python() {
    local requirements=$repository/tests/requirements.txt
    local stamp=$test_python_folder/requirements.txt
    local python=$test_python_folder/bin/python
    if cmp -s "$requirements" "$stamp" && [[ -x $python ]]; then
        echo "Python for the tests: complete in $test_python_folder"
    else
        local candidate base=
        for candidate in /usr/bin/python3 python3.11 python3; do
            if [[ $("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) == 3.11 ]]; then
                base=$candidate
                break
            fi
        done
        [[ -n $base ]] || fail 4 "the tests need Python 3.11, for which torch 2.7.1 was built here" \
            "install python3.11 with its venv module"
        echo "Python for the tests: installing $(grep -c '==' "$requirements") packages into $test_python_folder"
        run_quietly "python -m venv" "install Debian's package python3-venv" \
            "$base" -m venv --clear "$test_python_folder"
        run_quietly "pip install" "check the network, then start again" \
            "$python" -m pip --disable-pip-version-check install --no-deps --no-cache-dir \
            --only-binary=:all: -r "$requirements"
        cp "$requirements" "$stamp"
    fi
    # Makes `import torch` find the wheels, so that tests compare with the same LibTorch.
    if ! libtorch_is_users_own; then
        echo "$libtorch_folder" > "$test_python_folder/lib/python3.11/site-packages/batchscope-libtorch.pth"
    fi
}

mkdir -p "$cache_folder"
# Two installations at once (two builds, two users of one account) must not write the same folders.
exec 9> "$cache_folder/install.lock"
if ! flock -n 9; then
    echo "Waiting for another installation to finish ..."
    flock 9
fi
: > "$log"
system_is_complete=true
if $with_system; then
    install_system_packages
else
    "$repository/jobs/check_system.sh" || system_is_complete=false
    check_data
fi
install_libtorch
if $with_tests; then install_test_python; fi
$system_is_complete ||
    fail 4 "a build needs what is missing above" "load or build it, then check again: jobs/check_system.sh"
