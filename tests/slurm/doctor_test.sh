#!/usr/bin/env bash
# batchscope-doctor on two nodes: a sound launch by srun and by mpirun in a job script, and launches that are
# wrong.
# Usage: doctor_test.sh BINARIES
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

doctor=("$binaries/batchscope-doctor" --output "$folder/results" --device cpu --messages "8,1M")
failures=0

# examine WHAT CODE TEXT... -- COMMAND...: the command ends with this code and says all these texts.
examine() {
    local what=$1 expected=$2 texts=() code=0
    shift 2
    while [[ $1 != -- ]]; do texts+=("$1") && shift; done
    shift
    timeout 60 "$@" > "$folder/output.txt" 2>&1 || code=$?
    local words text wrong=()
    words=$(tr -s '[:space:]' ' ' < "$folder/output.txt")
    ((code == expected)) || wrong+=("exit code $code instead of $expected")
    for text in "${texts[@]}"; do
        [[ $words == *"$text"* ]] || wrong+=("no '$text'")
    done
    [[ ! -e $folder/results ]] || wrong+=("the output folder remains")
    if ((${#wrong[@]} == 0)); then
        echo "ok: $what"
    else
        printf 'FAILED: %s\n' "$what: ${wrong[*]}"
        cat "$folder/output.txt"
        failures=$((failures + 1))
    fi
}

start_cluster 2

examine "srun over two nodes" 0 "4 rank(s), as srun counts (SLURM_STEP_NUM_TASKS=4; set: PMIX_RANK" \
    "ranks run on all 2 node(s)" "each rank has cores of its own" "clocks of the hosts differ" \
    "a second writer is refused, from every rank" "between hosts" "Verdict: ok" -- \
    srun --mpi=pmix -N2 -n4 "${doctor[@]}"
examine "srun without PMI" 4 "no PMI variable is set" "srun --mpi=pmix" "Verdict: FAILED" -- \
    srun --mpi=none -N2 -n2 "${doctor[@]}"
# This MPI ends by itself, with 1; what to do must stand above its page of text.
examine "srun with a PMI that MPI does not speak" 1 "no PMIx (set: PMI_RANK" "srun --mpi=pmix" -- \
    srun --mpi=pmi2 -N2 -n2 "${doctor[@]}"
# shellcheck disable=SC2016  # the node's shell fills in its name
examine "an output folder of each node's own" 4 "rank 1 on n2 cannot see what rank 0 wrote" -- \
    srun --mpi=pmix -N2 -n2 sh -c 'exec "$@" --output "$0/$SLURMD_NODENAME"' "$folder/own" "${doctor[0]}" "${doctor[@]:3}"

# in_job SCRIPT-LINE: runs it in a job on both nodes and shows what it said. `timeout` runs no function.
cat > "$folder/in_job" << 'IN_JOB'
#!/usr/bin/env bash
code=0
printf '#!/usr/bin/env bash\n%s\n' "$2" | sbatch -Q -N2 -n2 --wait -o "$1" || code=$?
cat "$1"
exit "$code"
IN_JOB
chmod +x "$folder/in_job"
examine "mpirun in a job script" 0 "2 rank(s), as mpirun counts" "ranks run on all 2 node(s)" "Verdict: ok" -- \
    "$folder/in_job" "$folder/job.log" "mpirun --map-by node ${doctor[*]}"
examine "mpirun on one of two nodes" 0 "the job has 2 nodes, and ranks run on 1" "--map-by ppr:N:node" -- \
    "$folder/in_job" "$folder/job.log" "mpirun -n 1 ${doctor[*]}"

echo "$failures failed"
exit $((failures > 0))
