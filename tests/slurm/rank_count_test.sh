#!/usr/bin/env bash
# A grid point trained over two nodes, by srun and by mpirun in a job script, is the run of one rank.
# Usage: rank_count_test.sh BINARIES PYTHON
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

# 18 does not divide by 4 ranks, and the last batch of an epoch holds 2 examples: empty shares.
cat > "$folder/study.yaml" << 'STUDY'
study: two_nodes
data: {name: gaussians, examples: 240, features: 6, classes: 3, validation_examples: 40, test_examples: 21}
model: {name: mlp, hidden: [8, 7], batch_norm: true, dropout: 0.3}
training: {batch_size: 18, micro_batch_size: 3, learning_rate: 0.05, budget: {epochs: 3}, precision: float64}
sharpness: {measures: []}
STUDY
train() { # train OUTPUT LAUNCHER...
    local output=$folder/$1
    shift
    "$@" "$binaries/batchscope-train" --config "$folder/study.yaml" --output "$output" --device cpu
}
file=two_nodes/batch_size-18_seed-1.h5

start_cluster 2

train one_rank mpirun -n 1 > "$folder/output.txt"
train srun_2 srun --mpi=pmix -N2 -n2 > "$folder/output.txt"
grep -q 'on 2 rank(s)' "$folder/output.txt"
train srun_4 srun --mpi=pmix -N2 -n4 > "$folder/output.txt"
cat > "$folder/job" << JOB
#!/usr/bin/env bash
mpirun -n 2 --map-by node "$binaries/batchscope-train" --config "$folder/study.yaml" --output "$folder/mpirun_2" --device cpu
JOB
sbatch -Q -N2 -n2 --wait -o "$folder/job.log" "$folder/job" || { cat "$folder/job.log" && exit 1; }

for output in srun_2 srun_4 mpirun_2; do
    hosts=$(hosts_of "$folder/$output/$file")
    [[ $hosts == "n1 n2" ]] || { echo "$output ran on: $hosts" && exit 1; }
    "$python" "$tests/compare_results.py" "$folder/$output/$file" "$folder/one_rank/$file" 1e-10
done
