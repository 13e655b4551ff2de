#!/usr/bin/env bash
# Groups of ranks on two nodes (--ranks-per-point), by srun and by mpirun in a job script: the results of one rank;
# a stop request to one rank stops all; a rank that hangs on the other node ends the job.
# Usage: rank_groups_test.sh BINARIES PYTHON
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

fail() {
    printf 'rank_groups_test: %s\n' "$*" >&2
    cat "$folder/output.txt" >&2
    exit 1
}
study() { # study NAME EPOCHS
    cat << STUDY
study: $1
data: {name: gaussians, examples: 240, features: 6, classes: 3, validation_examples: 40, test_examples: 21}
model: {name: mlp, hidden: [8]}
training: {batch_size: [10, 18, 40], seed: [1, 2], learning_rate: 0.05, budget: {epochs: $2}, precision: float64}
sharpness: {measures: []}
STUDY
}
command_line() { # command_line STUDY OUTPUT [options of batchscope-train]
    echo "$binaries/batchscope-train --config $folder/$1.yaml --output $folder/$2 --device cpu" "${@:3}"
}
same_results() { # same_results OUTPUT
    local file
    for file in "$folder/one_rank/short/"*.h5; do
        "$python" "$tests/compare_results.py" "$folder/$1/short/${file##*/}" "$file" 1e-10 > /dev/null
    done
}
ranks_of() { # ranks_of OUTPUT: process ids, in the order of their start
    pgrep -f "^$binaries/batchscope-train .*$folder/$1 "
}
start_endless() { # start_endless OUTPUT RANKS_PER_POINT: srun in the background, its groups past their first rows
    # shellcheck disable=SC2046  # words of a command line
    srun --mpi=pmix -N2 -n4 $(command_line endless "$1" --ranks-per-point "$2" --stall-timeout 5) \
        > "$folder/output.txt" 2>&1 &
    launcher=$!
    local deadline=$((SECONDS + 60))
    until [[ $(compgen -G "$folder/$1/endless/*.h5" | wc -l) == $((4 / $2)) ]]; do
        ((SECONDS < deadline)) || fail "no result files"
        sleep 0.2
    done
    sleep 1
}
end_of_launcher() { # end_of_launcher SECONDS: its exit code, if it ends in time
    local deadline=$((SECONDS + $1))
    while kill -0 "$launcher" 2> /dev/null; do
        ((SECONDS < deadline)) || fail "still running after $1 s"
        sleep 0.2
    done
    code=0
    wait "$launcher" || code=$?
}
status_is() { # status_is OUTPUT STATUS...: of the results, sorted
    local found
    found=$("$python" -c "from programs import Result; import sys
print(*sorted(Result(file).attributes['status'] for file in sys.argv[1:]))" "$folder/$1/endless/"*.h5)
    [[ $found == "${*:2}" ]] || fail "$1 is $found, not ${*:2}"
}

study short 3 > "$folder/short.yaml"
study endless 1000000 > "$folder/endless.yaml"
start_cluster 2

# shellcheck disable=SC2046  # words of a command line
mpirun -n 1 $(command_line short one_rank) > "$folder/output.txt" 2>&1
# shellcheck disable=SC2046
srun --mpi=pmix -N2 -n4 $(command_line short srun --ranks-per-point 1) > "$folder/output.txt" 2>&1
grep -q '4 group(s) of 1 rank(s)' "$folder/output.txt" || fail "no groups"
same_results srun
cat > "$folder/job" << JOB
#!/usr/bin/env bash
mpirun -n 4 --map-by node --oversubscribe $(command_line short mpirun --ranks-per-point 2)
JOB
sbatch -Q -N2 -n4 --wait -o "$folder/output.txt" "$folder/job" || fail "mpirun in a job script"
same_results mpirun  # with --map-by node each group has a rank on either node

start_endless stopped 1
kill -USR1 "$(ranks_of stopped | tail -1)"
end_of_launcher 10
((code == 75)) || fail "exit code $code after a stop request"
status_is stopped stopped stopped stopped stopped

start_endless hangs 1
kill -STOP "$(ranks_of hangs | tail -1)"
end_of_launcher 40
((code != 0 && code != 75)) || fail "exit code $code after a rank hung"
grep -q 'no sign of life from rank' "$folder/output.txt" || fail "nobody says why"
status_is hangs failed stopped stopped stopped
! ranks_of hangs || fail "ranks are left"
