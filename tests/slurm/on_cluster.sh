# shellcheck shell=bash disable=SC2034
# What tests on the cluster begin with. Sourced with the arguments of the test, BINARIES [PYTHON]; then start_cluster.

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binaries=$1
python=${2:-}
cluster=$tests/slurm/cluster.sh
folder=$(mktemp -d)  # the cluster is in $folder/cluster
# shellcheck disable=SC2317  # called by the trap
finish() {
    "$cluster" down "$folder/cluster" || true
    rm -rf "$folder"
}
trap finish EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 PYTHONPATH=$tests

# start_cluster NODES: ends the test with 77, skipped, where this machine cannot.
start_cluster() {
    local setting code=0
    setting=$("$cluster" up "$folder/cluster" "$1" $$) || code=$?
    if ((code != 0)); then exit "$code"; fi
    eval "$setting"
}

# wait_until SECONDS COMMAND...: calls in_vain, of the test, when the time is over.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        if ((SECONDS > deadline)); then
            echo "waited in vain for: $*"
            squeue
            in_vain
            exit 1
        fi
        sleep 0.5
    done
}
queue_is_empty() { [[ -z $(squeue -h) ]]; }

# hosts_of FILE: those that trained it, "n1 n2".
hosts_of() {
    "$python" -c "from programs import Result; import sys; print(*sorted(set(Result(sys.argv[1])['environment/hosts'])))" "$1"
}
