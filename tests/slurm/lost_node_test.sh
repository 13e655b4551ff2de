#!/usr/bin/env bash
# A task over two nodes loses one of them, with its slurmd and ranks, under each launcher: it is requeued by itself
# and ends as the undisturbed run. Usage: lost_node_test.sh BINARIES PYTHON
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

cat > "$folder/study.yaml" << 'STUDY'
study: lost
data: {name: gaussians, examples: 1200, features: 20, classes: 3, validation_examples: 200, test_examples: 100}
model: {name: mlp, hidden: [16], dropout: 0.2}
training: {batch_size: 40, learning_rate: 0.05, schedule: cosine, budget: {steps: 1000}, precision: float64}
output: {checkpoint_minutes: 0.02}
STUDY
file=lost/batch_size-40_seed-1.h5

# shellcheck disable=SC2317  # called by wait_until
in_vain() { tail -n 40 "$output"/lost/slurm/*/*.log; }
# shellcheck disable=SC2317  # called by wait_until
is_saved() { [[ -f $output/lost/.batch_size-40_seed-1.checkpoint ]]; }
# shellcheck disable=SC2317
node_is_down() { [[ $(sinfo -h -n n2 -o %t) == down* ]]; }

start_cluster 2
mpirun -n 2 "$binaries/batchscope-train" --config "$folder/study.yaml" --output "$folder/whole" --device cpu \
    > "$folder/whole.txt"

for launcher in srun mpirun; do
    output=$folder/$launcher
    printf 'launcher=%s\nprogram_folder=%q\ngpu_request=()\n' "$launcher" "$binaries" > "$folder/site.conf"
    BATCHSCOPE_FAULT=slow:0:15 "$tests/../slurm/submit.sh" "$folder/study.yaml" --output "$output" --device cpu \
        --nodes 2 --site "$folder/site.conf" --stall-timeout 15 > "$folder/submitted.txt"
    wait_until 60 is_saved
    "$cluster" crash "$folder/cluster" n2  # not the first node, whose loss takes the job script with it
    wait_until 60 node_is_down
    "$cluster" restore "$folder/cluster" n2
    wait_until 150 queue_is_empty
    log=$(echo "$output"/lost/slurm/*/*_0.log)
    grep -q 'a node or a rank was lost' "$log" || grep -q 'start 2 of' "$log" || { cat "$log" && exit 1; }
    grep -q 'resumed after step' "$log" || { cat "$log" && exit 1; }
    "$python" "$tests/compare_results.py" "$output/$file" "$folder/whole/$file" 1e-10
    echo "ok: $launcher"
done
