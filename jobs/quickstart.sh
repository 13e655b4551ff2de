#!/usr/bin/env bash
# From a fresh clone to a table: installs, builds, trains the quickstart grid on real Fashion-MNIST with 2 ranks
# and analyses it. What is finished is not done again.
# Usage: jobs/quickstart.sh [options of batchscope-train]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=locations.sh
source "$(dirname "${BASH_SOURCE[0]}")/locations.sh"

ranks=2
config=$repository/configs/fashion_mnist_mlp.yaml
results=$repository/results

# mpirun refuses to work for root, as in a container, unless it is told twice.
if ((EUID == 0)); then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
launcher=(mpirun -n "$ranks")
if (($(nproc) < ranks)); then launcher+=(--oversubscribe); fi

echo "== 1/4 Installing"
"$repository/jobs/install.sh"
echo "== 2/4 Building"
"$repository/jobs/build.sh" release batchscope-train batchscope-analyze
echo "== 3/4 Training: ${launcher[*]} batchscope-train --config $config --output $results $*"
"${launcher[@]}" "$repository/build/bin/batchscope-train" --config "$config" --output "$results" "$@"
echo "== 4/4 Analysing"
"$repository/build/bin/batchscope-analyze" "$results/fashion_mnist_mlp" --output "$results/report"
