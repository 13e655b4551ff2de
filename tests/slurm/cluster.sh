#!/usr/bin/env bash
# A real Slurm cluster on this one machine, for tests of job scripts, signals, requeues and lost nodes.
#
#   tests/slurm/cluster.sh up DIR [NODES [PID]]   starts it; prints the line that makes Slurm's commands use it
#   tests/slurm/cluster.sh down DIR               ends it with all its jobs; keeps DIR/log
#   tests/slurm/cluster.sh crash DIR NODE         a node is lost: all its processes are killed, slurmd, too
#   tests/slurm/cluster.sh restore DIR NODE       it is back, with nothing running but slurmd
#
#   eval "$(tests/slurm/cluster.sh up /tmp/cluster 3)"
#   srun --mpi=pmix -N2 -n2 hostname
#
# Every node (n1, n2, ...) is a network and host-name namespace with its own slurmd; all share the file
# system, as on a real cluster. Each has the CPUs of this machine and two make-believe V100s. With PID the
# cluster ends by itself when that process does, so that a test that crashes leaves nothing behind.
# There is one cluster at a time on a machine: `up` waits BATCHSCOPE_CLUSTER_WAIT seconds (60) for another.
# Exit code 77: this machine cannot run it (the reason is printed), the test should be skipped.
set -euo pipefail

lock=/run/batchscope-cluster.lock   # held by the keeper of the one cluster; holds its DIR
prefix=batchscope                   # of namespaces and network devices, to find them after a crash
subnet=10.77.0
controller_port=6817

say() { printf 'cluster: %s\n' "$*" >&2; }
skip() {
    say "cannot run here: $*"
    exit 77
}
usage() {
    sed -n '2,/^set -euo/ {/^#/ s/^# \{0,1\}//p}' "$0" >&2
    exit 2
}

require_machine() {
    ((EUID == 0)) || skip "only root may make network namespaces"
    local program
    for program in slurmctld slurmd munged; do
        command -v "$program" > /dev/null ||
            skip "$program is missing (jobs/install.sh --tests, or apt-get install slurm-wlm munge)"
    done
    command -v ip > /dev/null || skip "ip is missing (apt-get install iproute2)"
    local probe=$prefix-probe-$$
    ip netns add "$probe" 2> /dev/null || skip "this machine does not allow network namespaces"
    ip netns del "$probe"
    unshare --uts true 2> /dev/null || skip "this machine does not allow host-name namespaces"
}

# ---- configuration

write_configuration() {
    local dir=$1 nodes=$2 cpus memory
    cpus=$(env --unset=OMP_NUM_THREADS --unset=OMP_THREAD_LIMIT nproc)  # which reads these, too
    memory=$(awk -v nodes="$nodes" '/MemTotal/ {print int($2 / 1024 / nodes * 0.8)}' /proc/meminfo)
    rm -rf "${dir:?}"/{etc,state,spool,tmp} "$dir"/log/{slurm*,start.log,jobcomp.txt}
    mkdir -p "$dir"/{etc,state,spool,tmp,log}
    # cred_expire: a requeued job waits 6 s instead of 2 minutes. SlurmdTimeout: a lost node is noticed
    # within seconds. ReturnToService: a node that was killed comes back by itself.
    cat > "$dir/etc/slurm.conf" << CONFIGURATION
ClusterName=$prefix
SlurmctldHost=controller($subnet.1)
SlurmctldPort=$controller_port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=cred_expire=5
StateSaveLocation=$dir/state
SlurmctldPidFile=$dir/state/slurmctld.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdSpoolDir=$dir/spool/%n
SlurmdPidFile=$dir/state/slurmd-%n.pid
SlurmdLogFile=$dir/log/slurmd-%n.log
TmpFS=$dir/tmp/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
JobAcctGatherType=jobacct_gather/linux
JobCompType=jobcomp/filetxt
JobCompLoc=$dir/log/jobcomp.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=1024
SchedulerParameters=bf_interval=1,sched_interval=1
MpiDefault=pmix
GresTypes=gpu
SlurmdTimeout=10
KillWait=5
ReturnToService=2
CONFIGURATION
    local i
    for ((i = 1; i <= nodes; i++)); do
        echo "NodeName=n$i NodeAddr=$subnet.$((10 + i)) CPUs=$cpus Sockets=1 CoresPerSocket=$cpus" \
            "ThreadsPerCore=1 RealMemory=$memory Gres=gpu:v100:2 State=UNKNOWN"
    done >> "$dir/etc/slurm.conf"
    echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP" >> "$dir/etc/slurm.conf"
    # Slurm only counts GPUs, by device files; these two exist everywhere. So --gpus-per-task works and
    # CUDA_VISIBLE_DEVICES is set as on a real node.
    cat > "$dir/etc/gres.conf" << CONFIGURATION
AutoDetect=off
NodeName=n[1-$nodes] Name=gpu Type=v100 File=/dev/zero
NodeName=n[1-$nodes] Name=gpu Type=v100 File=/dev/full
CONFIGURATION
    printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' > "$dir/etc/cgroup.conf"
}

# ---- network

make_network() {
    local nodes=$1 i names="127.0.0.1 localhost"$'\n'"$subnet.1 controller"
    for ((i = 1; i <= nodes; i++)); do names+=$'\n'"$subnet.$((10 + i)) n$i"; done
    ip link add "$prefix" type bridge
    ip address add "$subnet.1/24" dev "$prefix"
    ip link set "$prefix" up
    for ((i = 1; i <= nodes; i++)); do
        local space=$prefix-n$i
        # `ip netns exec` shows this file as /etc/hosts inside the node; the machine's own stays as it is.
        mkdir -p "/etc/netns/$space"
        echo "$names" > "/etc/netns/$space/hosts"
        ip netns add "$space"
        ip link add "$prefix-$i" type veth peer name eth0 netns "$space"
        ip link set "$prefix-$i" master "$prefix" up
        ip -n "$space" address add "$subnet.$((10 + i))/24" dev eth0
        ip -n "$space" link set eth0 up
        ip -n "$space" link set lo up
    done
}

# ---- daemons

start_daemons() {
    local dir=$1 nodes=$2 configuration=$1/etc/slurm.conf i
    if ! munge -n > /dev/null 2>&1; then
        install -d -o munge -g munge -m 0755 /run/munge
        runuser -u munge -- munged 9>&- || skip "munged does not start (see /var/log/munge/munged.log)"
        touch "$dir/state/munged-is-ours"
    fi
    # Descriptor 9 is the lock: no daemon may inherit it, or it would outlive the keeper.
    unshare --uts sh -c "hostname controller; exec slurmctld -D -f '$configuration'" \
        >> "$dir/log/start.log" 2>&1 < /dev/null 9>&- &
    echo $! > "$dir/state/controller.pid"
    for ((i = 1; i <= nodes; i++)); do start_node "$dir" "n$i"; done
}

start_node() {
    local dir=$1 node=$2
    mkdir -p "$dir/spool/$node" "$dir/tmp/$node"
    # Shared memory of its own, as a machine has: ranks that were killed leave segments behind, and those of the next
    # cluster, whose jobs have the same numbers, would have the same names. `ip netns exec` has set its mounts apart.
    ip netns exec "$prefix-$node" unshare --uts sh -c \
        "mount -t tmpfs tmpfs /dev/shm; hostname $node; exec slurmd -D -N $node -f '$dir/etc/slurm.conf'" \
        >> "$dir/log/start.log" 2>&1 < /dev/null 9>&- &
}

wait_until_idle() {
    local dir=$1 nodes=$2 attempt
    for ((attempt = 0; attempt < 120; attempt++)); do
        if [[ $(SLURM_CONF=$dir/etc/slurm.conf sinfo -h -t idle -o %D 2> /dev/null) == "$nodes" ]]; then
            return
        fi
        sleep 0.25
    done
    say "the nodes did not come up within 30 s; the ends of the logs:"
    tail -n 5 "$dir"/log/*.log >&2
    return 1
}

# ---- the end

node_spaces() { ip netns list 2> /dev/null | awk -v prefix="$prefix-n" 'index($1, prefix) == 1 {print $1}'; }

# Everything that runs in the nodes, and the controller if that process still is it.
cluster_processes() {
    local dir=$1 space pid
    for space in $(node_spaces); do ip netns pids "$space"; done
    if pid=$(cat "$dir/state/controller.pid" 2> /dev/null) &&
        grep -qF -- "$dir/etc/slurm.conf" "/proc/$pid/cmdline" 2> /dev/null; then
        echo "$pid"
    fi
}

tear_down() {
    local dir=$1 pids space attempt
    for ((attempt = 0; attempt < 40; attempt++)); do
        mapfile -t pids < <(cluster_processes "$dir")
        if ((${#pids[@]} == 0)); then break; fi
        # The daemons end on the first signal; jobs that catch it get three seconds.
        if ((attempt == 0)); then
            kill -TERM "${pids[@]}" 2> /dev/null || true
        elif ((attempt >= 15)); then
            kill -KILL "${pids[@]}" 2> /dev/null || true
        fi
        sleep 0.2
    done
    for space in $(node_spaces); do
        # The kernel removes a namespace later, with the cable in it: the next cluster would find that still there.
        ip link del "$prefix-${space#"$prefix-n"}" 2> /dev/null || true
        ip netns del "$space" || true
        rm -rf "/etc/netns/${space:?}"
    done
    ip link del "$prefix" 2> /dev/null || true
    if [[ -f $dir/state/munged-is-ours ]]; then munged --stop > /dev/null 2>&1 || true; fi
    rm -rf "${dir:?}"/{etc,state,spool,tmp,keeper.pid,ready}
}

# ---- lost nodes

crash() {
    local node=$2 attempt pids
    for ((attempt = 0; attempt < 50; attempt++)); do
        mapfile -t pids < <(ip netns pids "$prefix-$node")
        if ((${#pids[@]} == 0)); then return; fi
        kill -KILL "${pids[@]}" 2> /dev/null || true
        sleep 0.1
    done
    say "processes of $node do not end"
    return 1
}

restore() {
    local dir=$1 node=$2
    # As a node without disks comes up. Remains of the PMIx of a killed step would refuse the step's next start.
    rm -rf "${dir:?}/spool/$node" "$dir/tmp/$node"
    start_node "$dir" "$node"
}

# ---- the keeper: the one process that owns the cluster, from before it starts until it is gone

end_keeper() {
    trap '' INT TERM HUP  # a second signal must not cut the cleaning short
    tear_down "$directory"
    : > "$lock"
}

keep() {
    local dir=$1 nodes=$2 owner=$3
    exec 9>> "$lock"
    flock -w "${BATCHSCOPE_CLUSTER_WAIT:-60}" 9 || {
        say "another cluster runs on this machine, in $(cat "$lock"); end it with: $0 down $(cat "$lock")"
        exit 1
    }
    # Whoever held the lock before may have been killed without a chance to clean up.
    local former
    former=$(cat "$lock")
    if [[ -n $former ]]; then tear_down "$former"; fi
    if (exec 3<> "/dev/tcp/127.0.0.1/$controller_port") 2> /dev/null; then
        skip "a program of this machine uses Slurm's port $controller_port"
    fi
    echo "$dir" > "$lock"
    trap end_keeper EXIT
    trap 'exit 1' INT TERM HUP
    echo "$BASHPID" > "$dir/keeper.pid"
    write_configuration "$dir" "$nodes"
    make_network "$nodes"
    start_daemons "$dir" "$nodes"
    wait_until_idle "$dir" "$nodes"
    touch "$dir/ready"
    trap 'exit 0' INT TERM HUP
    while [[ $owner == none || -d /proc/$owner ]]; do
        sleep 1 9>&- &
        wait $! || true  # a signal ends `wait` at once, but not a sleep in the foreground
    done
}

up() {
    local dir=$1 nodes=$2 owner=$3
    require_machine
    mkdir -p "$dir/log"
    rm -f "$dir/ready"
    # Nothing of the caller's stays open in the keeper: whoever reads our output would wait for its end.
    setsid "$0" keep "$dir" "$nodes" "$owner" > "$dir/log/keeper.log" 2>&1 < /dev/null &
    local keeper=$! code=0
    # shellcheck disable=SC2064  # the process number is meant to be this one
    trap "kill $keeper 2> /dev/null; exit 1" INT TERM HUP
    while [[ ! -f $dir/ready ]]; do
        if ! kill -0 "$keeper" 2> /dev/null; then
            wait "$keeper" || code=$?
            cat "$dir/log/keeper.log" >&2
            exit "$code"
        fi
        sleep 0.1
    done
    say "$nodes nodes are up; end them with: $0 down $dir"
    echo "export SLURM_CONF=$dir/etc/slurm.conf"
}

down() {
    local dir=$1 keeper
    ((EUID == 0)) || skip "only root may remove network namespaces"
    exec 9>> "$lock"
    if [[ $(cat "$lock") != "$dir" ]]; then
        if ! flock -n 9 && [[ -s $lock ]]; then
            say "the cluster that runs lies in $(cat "$lock"), not in $dir"
            exit 1
        fi
        return
    fi
    # The number may be stale, and then belong to a stranger by now.
    if keeper=$(cat "$dir/keeper.pid" 2> /dev/null) &&
        grep -qzxF -- "$dir" "/proc/$keeper/cmdline" 2> /dev/null; then
        kill -TERM "$keeper" 2> /dev/null || true
    fi
    flock -w 30 9 || {
        say "its keeper (process ${keeper:-unknown}) does not end"
        exit 1
    }
    # If the keeper was killed, what it left is removed here.
    if [[ $(cat "$lock") == "$dir" ]]; then
        tear_down "$dir"
        : > "$lock"
    fi
}

(($# >= 2)) || usage
directory=$(realpath -m "$2")
if [[ $1 == crash || $1 == restore ]]; then
    [[ ${3:-} =~ ^n[1-9][0-9]?$ ]] || usage
    "$1" "$directory" "$3"
    exit
fi
node_count=${3:-2}
[[ $node_count =~ ^[1-9][0-9]?$ ]] || usage
case $1 in
    up) up "$directory" "$node_count" "${4:-none}" ;;
    keep) keep "$directory" "$node_count" "$4" ;;
    down) down "$directory" ;;
    *) usage ;;
esac
