#!/usr/bin/env bash
# mpirun --hostfile over two nodes, without Slurm and inside a job: the doctor finds both, and a training is the
# run of one rank.
# Usage: hostfile_test.sh BINARIES PYTHON
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

cat > "$folder/study.yaml" << 'STUDY'
study: host_file
data: {name: gaussians, examples: 240, features: 6, classes: 3, validation_examples: 40, test_examples: 21}
model: {name: mlp, hidden: [8]}
training: {batch_size: 18, learning_rate: 0.05, budget: {epochs: 2}, precision: float64}
sharpness: {measures: []}
STUDY
train=("$binaries/batchscope-train" --config "$folder/study.yaml" --device cpu)
file=host_file/batch_size-18_seed-1.h5
printf 'n1 slots=2\nn2 slots=2\n' > "$folder/hosts"
by_hostfile=(mpirun --hostfile "$folder/hosts" --mca plm_rsh_agent "$tests/slurm/node_shell.sh")

start_cluster 2

echo "== the doctor, from a login node"
"${by_hostfile[@]}" -n 4 "$binaries/batchscope-doctor" --output "$folder/doctor" --device cpu --messages 8,1M > "$folder/output.txt"
grep -q '4 rank(s), as mpirun counts' "$folder/output.txt"
grep -Eq '^ +1  n1 ' "$folder/output.txt" && grep -Eq '^ +2  n2 ' "$folder/output.txt"

echo "== a training from a login node, one inside a job"
mpirun -n 1 "${train[@]}" --output "$folder/one_rank" > "$folder/output.txt"
"${by_hostfile[@]}" -n 3 "${train[@]}" --output "$folder/login" > "$folder/output.txt"
printf '#!/usr/bin/env bash\nmpirun --hostfile %s -n 2 --map-by node %s\n' "$folder/hosts" "${train[*]} --output $folder/job" |
    sbatch -Q -N2 -n4 --wait -o "$folder/job.log" || { cat "$folder/job.log" && exit 1; }
for output in login job; do
    hosts=$(hosts_of "$folder/$output/$file")
    [[ $hosts == "n1 n2" ]] || { echo "$output ran on: $hosts" && exit 1; }
    "$python" "$tests/compare_results.py" "$folder/$output/$file" "$folder/one_rank/$file" 1e-10
done
