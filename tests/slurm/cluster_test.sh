#!/usr/bin/env bash
# The test cluster does what the tests that use it rely on, and leaves nothing behind.
set -euo pipefail

cluster=$(dirname "$(realpath "$0")")/cluster.sh
folder=$(mktemp -d)
# shellcheck disable=SC2317  # called by the trap
finish() {
    "$cluster" down "$folder" || true
    rm -rf "$folder"
}
trap finish EXIT

failures=0
expect() { # expect WHAT EXPECTED FOUND
    if [[ $2 == "$3" ]]; then
        echo "ok: $1"
    else
        printf 'FAILED: %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
        failures=$((failures + 1))
    fi
}
remains() {
    ip netns list | grep -c '^batchscope-n' || true
    pgrep -fc "slurm(ctld|d) .*$folder" || true
}
start() { eval "$("$cluster" up "$folder" 3 $$)"; }

code=0
setting=$(OMP_NUM_THREADS=1 "$cluster" up "$folder" 3 $$) || code=$?
if ((code != 0)); then exit "$code"; fi
eval "$setting"

expect "nodes have all CPUs, whatever OMP_NUM_THREADS says" \
    "$(env --unset=OMP_NUM_THREADS nproc)" "$(sinfo -h -n n1 -o %c)"
expect "srun reaches two nodes through PMIx" "n1 n2" \
    "$(srun --mpi=pmix -N2 -n2 hostname | sort | xargs)"
expect "each task sees the one GPU it asked for" "0 0" \
    "$(srun -N2 -n2 --gpus-per-task=1 printenv CUDA_VISIBLE_DEVICES | xargs)"
expect "nodes reach each other by name" "10.77.0.12" \
    "$(srun -w n1 -N1 -n1 getent hosts n2 | awk '{print $1}')"

sbatch -Q -N1 --wait -o "$folder/first.txt" --wrap 'hostname; exit 0'
expect "a batch script runs on a node" "n1" "$(cat "$folder/first.txt")"
code=0
sbatch -Q -N1 --wait -o /dev/null --wrap 'exit 75' || code=$?
expect "sbatch --wait returns the script's exit code" 75 "$code"

code=0
BATCHSCOPE_CLUSTER_WAIT=0 "$cluster" up "$folder-second" 2 > /dev/null 2>&1 || code=$?
rm -rf "$folder-second"
expect "a second cluster is refused while the first runs" 1 "$code"
expect "the first still works" "n3" "$(srun -w n3 -N1 -n1 hostname)"

sbatch -Q -N3 -o /dev/null --wrap 'trap "" TERM; sleep 600 & wait; sleep 600'
"$cluster" down "$folder"
expect "down ends daemons, jobs and namespaces" "0 0" "$(remains | xargs)"

start
kill -KILL "$(cat "$folder/keeper.pid")"
start
expect "a cluster starts over the remains of a killed one" "n1 n2 n3" \
    "$(srun -N3 -n3 hostname | sort | xargs)"
"$cluster" down "$folder"
expect "nothing remains of both" "0 0" "$(remains | xargs)"

# shellcheck disable=SC2016  # $$ is that shell's process, which ends at once
bash -c '"$1" up "$2" 2 $$ > /dev/null; true' - "$cluster" "$folder"
for ((attempt = 0; attempt < 50; attempt++)); do
    if [[ $(remains | xargs) == "0 0" ]]; then break; fi
    sleep 0.2
done
expect "the cluster ends with the process it was started for" "0 0" "$(remains | xargs)"

echo "$failures failed"
exit $((failures > 0))
