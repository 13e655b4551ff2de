# shellcheck shell=bash disable=SC2154
# How the programs are started on this cluster, from the variables of the site file. Sourced, after
# jobs/locations.sh, by submit.sh and by the jobs, so that all of them do the same.

# load_site FILE...: reads the settings, of which later files replace earlier ones, and prepares the shell.
load_site() {
    local file
    for file in "$@"; do
        [[ -r $file ]] || fail 2 "the site file $file cannot be read" "see slurm/site.conf for what it holds"
        # shellcheck source-path=SCRIPTDIR source=site.conf
        source "$file" || fail 2 "the site file $file has an error (see above)" "it is read by bash: check its quotes"
    done
    check_site "${file##*/}"
    load_modules
    export_network
}

# Variables of slurm/site.conf that hold a whole number.
check_site() {
    local name
    [[ $launcher == srun || $launcher == mpirun ]] ||
        fail 2 "$1: launcher is '$launcher'" "use srun or mpirun"
    for name in ranks_per_node cores_per_rank seconds_of_warning most_requeues; do
        [[ ${!name} =~ ^[0-9]+$ ]] || fail 2 "$1: $name is '${!name}'" "give a whole number"
    done
}

load_modules() {
    local name
    for name in "${modules[@]}"; do
        # The module command of many sites uses unset variables and fails on the way.
        set +eu
        module load "$name"
        local code=$?
        set -eu
        ((code == 0)) || fail 4 "module load $name failed (see above)" "correct modules=(...) in the site file"
    done
}

export_network() {
    local name
    for name in NCCL_SOCKET_IFNAME NCCL_IB_HCA OMPI_MCA_btl_tcp_if_include; do
        if [[ -n ${!name} ]]; then export "${name?}"; else unset "$name"; fi
    done
}

# choose_program NAME: sets the array `program` to the words that start it.
choose_program() {
    local folder=$program_folder
    if [[ -z $folder && ${#container[@]} -eq 0 ]]; then folder=$repository/build/bin; fi
    program=("${container[@]}" "${folder:+$folder/}$1")
    if [[ ${#container[@]} -eq 0 && ! -x ${program[0]} ]]; then
        fail 4 "${program[0]} is missing" "build it: jobs/install.sh, then jobs/build.sh"
    fi
}

# ask_trainer OPTIONS...: the answer of batchscope-train without a launcher (--list, --print-config).
ask_trainer() {
    choose_program batchscope-train
    "${program[@]}" "$@"
}
