#!/usr/bin/env bash
# SIGUSR1 and SIGUSR2 to srun itself, with ranks on two nodes: all save and end with 75 within ten seconds, and the
# next start goes on. Usage: signals_test.sh BINARIES
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

cat > "$folder/study.yaml" << 'STUDY'
study: endless
data: {name: gaussians, examples: 1200, features: 20, classes: 3, validation_examples: 200, test_examples: 100}
model: {name: mlp, hidden: [16], batch_norm: true}
training: {batch_size: 20, learning_rate: 0.05, budget: {epochs: 1000000}}
STUDY
# shellcheck disable=SC2317  # called by wait_until
in_vain() { cat "$folder/output.txt"; }
# shellcheck disable=SC2317
is_training() { grep -q 'epoch' "$folder/output.txt" && [[ -f $folder/results/endless/batch_size-20_seed-1.h5 ]]; }
saved_step() { "$binaries/batchscope-train" --config "$folder/study.yaml" --output "$folder/results" --list | awk 'NR == 2 {print $4}'; }

start_cluster 2
before=0
for number in USR1 USR2; do
    srun --mpi=pmix -N2 -n2 "$binaries/batchscope-train" --config "$folder/study.yaml" --output "$folder/results" \
        --device cpu > "$folder/output.txt" 2>&1 &
    launcher=$!
    wait_until 60 is_training
    sleep 2
    SECONDS=0
    kill "-$number" "$launcher"
    code=0
    wait "$launcher" || code=$?
    ((code == 75 && SECONDS <= 10)) || { echo "$number: exit code $code after $SECONDS s" && in_vain && exit 1; }
    if pgrep -f "batchscope-train --config $folder"; then echo "$number: ranks are left" && exit 1; fi
    saved=$(saved_step)
    ((saved > before)) || { echo "$number: step $saved is saved, $before before" && exit 1; }
    ((before == 0)) || grep -q "resumed after step $before" "$folder/output.txt" || { in_vain && exit 1; }
    before=$saved
    echo "ok: $number to srun, step $saved is saved"
done
