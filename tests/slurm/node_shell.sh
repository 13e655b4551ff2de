#!/usr/bin/env bash
# Runs a command on a node of the test cluster as ssh does, for launchers that start their daemons that way:
#   mpirun --mca plm_rsh_agent tests/slurm/node_shell.sh --hostfile FILE ...
# Usage: node_shell.sh NODE COMMAND...
set -euo pipefail

node=$1
shift
# Like ssh, it joins the words and lets a shell read them again.
exec ip netns exec "batchscope-$node" unshare --uts sh -c "hostname $node; $*"
