#!/usr/bin/env bash
# Twelve tasks over two nodes each, by submit.sh alone, under each launcher: every task is stopped twice, one is
# cancelled and submitted again, one node dies in mid-run. All files equal those of undisturbed runs bit for bit.
# Usage: long_grid_test.sh BINARIES PYTHON
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

steps=1500
cat > "$folder/study.yaml" << STUDY
study: grid
data: {name: gaussians, examples: 1200, features: 20, classes: 3, validation_examples: 200, test_examples: 100}
model: {name: mlp, hidden: [16], batch_norm: true, dropout: 0.2}
training: {batch_size: [20, 40], learning_rate: [0.02, 0.05], schedule: cosine, budget: {steps: $steps}, seed: [1, 2, 3]}
output: {checkpoint_minutes: 0.02}
STUDY
cancelled=5  # the task that is cancelled

# ---- What happens to the tasks, once a second

starts_of() { grep -c '^== .*: start ' "$1" || true; }
is_training() { [[ $(tail -n 1 "$1") =~ (global batch|resumed after step) ]]; }

# scancel of Slurm 22.05 repeats a signal that arrived, after 5 s and longer, while other tasks of the array wait.
stop_task() {
    timeout 2 scancel --signal=USR1 --batch "$1" || (($? == 124)) || fail_test "scancel does not signal $1"
}

# Stops each task after the first and after the second time that it began to train.
stop_tasks() {
    local task log start
    for task in {0..11}; do
        log=$submission/${array}_$task.log
        if [[ ! -f $log ]] || ! is_training "$log"; then continue; fi
        start=$(starts_of "$log")
        if ((stops[task] < 2 && stopped_at[task] < start)); then
            stop_task "${array}_$task"
            stops[task]=$((stops[task] + 1))
            stopped_at[task]=$start
        elif ((task == cancelled && stops[task] == 2 && is_cancelled == 0)); then
            scancel "${array}_$task"
            is_cancelled=1
        fi
    done
}

# Node 2 dies when two tasks train on it, and is back when Slurm has noticed.
lose_node() {
    case $node in
        up)
            if (($(squeue -h -t RUNNING -w n2 | wc -l) >= 2 && SECONDS > loss_from)); then
                squeue -h -t RUNNING -w n2 -o '%i' > "$folder/hit"
                "$cluster" crash "$folder/cluster" n2
                node=down
            fi
            ;;
        down)
            if [[ $(sinfo -h -n n2 -o %t) == down* ]]; then
                "$cluster" restore "$folder/cluster" n2
                node=back
            fi
            ;;
    esac
}

until_done() {
    local deadline=$((SECONDS + 1200))
    while [[ -n $(squeue -h) ]]; do
        if ((SECONDS > deadline)); then
            fail_test "waited in vain: $(squeue)"
        fi
        stop_tasks
        lose_node
        sleep 1
    done
}

# ---- The test

submit() {
    BATCHSCOPE_FAULT=slow:0:8 "$tests/../slurm/submit.sh" "$folder/study.yaml" --output "$output" --device cpu \
        --nodes 2 --site "$folder/site.conf" --stall-timeout 15
}

run_grid() {
    output=$folder/$1
    printf 'launcher=%s\nprogram_folder=%q\ngpu_request=()\n' "$1" "$binaries" > "$folder/site.conf"
    submit > "$folder/submitted.txt"
    array=$(sed -n 's/^Submitted .* as array \([0-9]*\),.*/\1/p' "$folder/submitted.txt")
    submission=$(echo "$output"/grid/slurm/*)
    stops=(0 0 0 0 0 0 0 0 0 0 0 0) stopped_at=(0 0 0 0 0 0 0 0 0 0 0 0)
    is_cancelled=0 node=up loss_from=$((SECONDS + 40))
    until_done
    [[ $node == back ]] || fail_test "the node was not lost"
    echo "$1: hit by the loss of node n2: task(s) $(sed "s/^${array}_//" "$folder/hit" | xargs)"
    submit > "$folder/again.txt"
    grep -q '^Submitted 1 point' "$folder/again.txt" || fail_test "not only the cancelled point was left: $(< "$folder/again.txt")"
    node=back until_done
}

fail_test() {
    echo "FAILED: $1"
    grep -hv '^  [a-z_]*:\|^    ' "$submission"/*.log | tail -n 300
    exit 1
}

check_grid() {
    local task starts file
    [[ -s $output/grid/report/summary.csv ]] || fail_test "the analysis did not run"
    for task in {0..11}; do
        starts=$(starts_of "$submission/${array}_$task.log")
        ((stops[task] == 2 && starts >= 3)) || fail_test "task $task: ${stops[task]} stops, $starts starts"
        grep -q 'resumed after step' "$submission/${array}_$task.log" || fail_test "task $task began again"
    done
    echo "$1: starts of the tasks: $(for task in {0..11}; do starts_of "$submission/${array}_$task.log"; done | xargs)"
    for file in "$folder"/whole/grid/*.h5; do
        "$python" -c "import sys; from programs import *; a, b = Result(sys.argv[1]), Result(sys.argv[2])
assert list(a['steps/step']) == list(range(1, $steps + 1)); assert_same_run(a, b, 0)" \
            "$output/grid/${file##*/}" "$file" || fail_test "${file##*/} differs from the undisturbed run"
    done
    echo "ok: $1: 12 files equal the undisturbed runs, no step is there twice"
}

start_cluster 3
srun --mpi=pmix -N2 -n2 "$binaries/batchscope-train" --config "$folder/study.yaml" --output "$folder/whole" --device cpu \
    > "$folder/whole.txt"
for launcher in srun mpirun; do
    run_grid "$launcher"
    check_grid "$launcher"
done
