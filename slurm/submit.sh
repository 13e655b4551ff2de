#!/usr/bin/env bash
# Submits the pending points of a study as a Slurm array, and the analysis after it.
#
#   slurm/submit.sh CONFIG [options of batchscope-train] [--ranks N] [--nodes N] ...
#   slurm/submit.sh --help
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../jobs/locations.sh
source "$(dirname "${BASH_SOURCE[0]}")/../jobs/locations.sh"
# shellcheck source-path=SCRIPTDIR source=environment.sh
source "$repository/slurm/environment.sh"

usage() {
    cat << USAGE
Usage: slurm/submit.sh CONFIG [OPTION...]
Submits the pending points of a study as a Slurm array, and the analysis after it.

  --ranks N            ranks of each task, one per GPU; default: ranks_per_node of the site on each node
  --nodes N            nodes of each task; default 1
  --time LIMIT         of one start of a task, e.g. 04:00:00; longer runs go on in the next start
  --max-parallel N     at most so many tasks at once
  --points-per-task N  grid points that one task trains one after the other; default 1
  --site FILE          settings of this cluster that differ from slurm/site.conf; default: \$BATCHSCOPE_SITE
  --dry-run            print what would be written and submitted, and do neither

Of batchscope-train: --output FOLDER, --set KEY=VALUE, --task LIST (only these points), and what else concerns
its run, such as --device, --communication or --stall-timeout; see batchscope-train --help.
USAGE
}

main() {
    read_options "$@"
    load_site "${site_files[@]}"
    check_options
    resolve_configuration
    find_pending_points
    leave_out_points_in_the_queue
    if ((${#pending[@]} == 0)); then
        say_nothing_to_submit
        return
    fi
    divide_into_tasks
    choose_submission_folder
    choose_requests
    if [[ $dry_run == yes ]]; then describe_submission_folder; else write_submission_folder; fi
    submit_arrays
    submit_analysis
    if [[ $dry_run == no ]]; then say_what_now; fi
}

# ---- Options

read_options() {
    config='' output=results ranks='' nodes=1 time='' max_parallel='' points_per_task=1 dry_run=no
    overrides=() tasks=() train_options=()
    site_files=("$repository/slurm/site.conf")
    local own_site=${BATCHSCOPE_SITE:-}
    while (($# > 0)); do
        # --name=value is --name value.
        if [[ $1 =~ ^(--(ranks|nodes|time|max-parallel|points-per-task|site|output|set|task))=(.*)$ ]]; then
            set -- "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]}" "${@:2}"
        fi
        case $1 in
            --ranks | --nodes | --time | --max-parallel | --points-per-task | --site | --output | --set | --task)
                (($# > 1)) || fail 2 "$1 has no value" "see slurm/submit.sh --help"
                ;;&
            --ranks) ranks=$2 ;;
            --nodes) nodes=$2 ;;
            --time) time=$2 ;;
            --max-parallel) max_parallel=$2 ;;
            --points-per-task) points_per_task=$2 ;;
            --site) own_site=$2 ;;
            --output) output=$2 ;;
            --set) overrides+=(--set "$2") ;;
            --task) tasks=(--task "$2") ;;
            --dry-run) dry_run=yes && shift && continue ;;
            -h | --help) usage && exit 0 ;;
            --overwrite)
                fail 2 "--overwrite: a requeued task would begin again and again" \
                    "choose another --output, or move the old result files away"
                ;;
            --list | --print-config | --version)
                fail 2 "$1 is not for jobs" "run batchscope-train $1 itself"
                ;;
            -*) train_options+=("$1") && shift && continue ;;
            *)
                # A word is the configuration if it comes first, else the value of the option before it.
                if [[ -z $config ]]; then config=$1; else train_options+=("$1"); fi
                shift && continue
                ;;
        esac
        shift 2
    done
    if [[ -n $own_site ]]; then site_files+=("$own_site"); fi
    output=$(realpath -m -- "$output")
}

check_options() {
    local name
    [[ -n $config ]] || fail 2 "no configuration is named" "slurm/submit.sh configs/fashion_mnist_mlp.yaml"
    ranks=${ranks:-$((nodes * ranks_per_node))}
    for name in ranks nodes points_per_task ${max_parallel:+max_parallel}; do
        [[ ${!name} =~ ^[1-9][0-9]*$ ]] ||
            fail 2 "--${name//_/-} ${!name}: not a whole number above 0" "see slurm/submit.sh --help"
    done
    ((ranks >= nodes)) || fail 2 "--ranks $ranks on --nodes $nodes" "give each node at least one rank"
    # Minutes, M:S, H:M:S, D-H, D-H:M or D-H:M:S.
    [[ -z $time || $time =~ ^([0-9]+(:[0-9]+){0,2}|[0-9]+-[0-9]+(:[0-9]+){0,2})$ ]] ||
        fail 2 "--time $time: not a time limit of Slurm" "give minutes or hours:minutes:seconds, e.g. 04:00:00"
    command -v sbatch > /dev/null || [[ $dry_run == yes ]] ||
        fail 4 "sbatch is not on the PATH" "run this on a login node of the cluster"
}

# ---- What is to be done

# Also checks the options for batchscope-train. The jobs read this text: users edit files while jobs wait.
resolve_configuration() {
    resolved=$(ask_trainer --config "$config" "${overrides[@]}" "${tasks[@]}" --output "$output" "${train_options[@]}" \
        --print-config) || {
        local code=$?
        printf '%s: nothing was submitted. Its own options: slurm/submit.sh --help\n' "${0##*/}" >&2
        exit "$code"
    }
}

# Sets `pending`, the numbers of the points to train, and `files`, their result files.
find_pending_points() {
    local listing
    listing=$(ask_trainer --config "$config" "${overrides[@]}" "${tasks[@]}" --output "$output" --list)
    pending=() files=()
    local number file
    while IFS=$'\t' read -r number file; do
        pending+=("$number")
        files+=("$file")
    done < <(pending_rows <<< "$listing")
    study_folder=$(awk -F '  +' 'NR == 1 { last = NF } NR == 2 { print $last }' <<< "$listing")
    study_folder=${study_folder%/*}
}

# From --list to lines of number and file. A point with the settings of another pending one of the list is left
# out: that one's task writes its file, too.
pending_rows() {
    awk -F '  +' -v OFS='\t' '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        NF && $column["state"] !~ /^(complete|diverged|alias)/ {
            number[++count] = $1
            file[count] = $column["file"]
            is_pending[$1] = 1
            if (split($column["state"], words, /same run as |\)/) > 1) original[count] = words[2]
        }
        END {
            for (i = 1; i <= count; i++)
                if (!(i in original) || !(original[i] in is_pending)) print number[i], file[i]
        }'
}

# An earlier submission may still wait or run. Its points are its own.
leave_out_points_in_the_queue() {
    local held kept_points=() kept_files=() i
    held=$(files_in_the_queue)
    for ((i = 0; i < ${#pending[@]}; i++)); do
        if grep -qxF -- "${files[i]}" <<< "$held"; then continue; fi
        kept_points+=("${pending[i]}")
        kept_files+=("${files[i]}")
    done
    left_out=$((${#pending[@]} - ${#kept_points[@]}))
    pending=("${kept_points[@]}") files=("${kept_files[@]}")
    if ((left_out > 0)); then
        echo "$left_out pending point(s) are left to tasks of earlier submissions that wait or run (squeue --me)."
    fi
}

# The result files that tasks in the queue will write. Their comment names their submission.
files_in_the_queue() {
    local queue task comment first folder
    queue=$(squeue --me --noheader --array --states PENDING,RUNNING,SUSPENDED,CONFIGURING --format '%K %k') || {
        if [[ $dry_run == yes ]]; then return; fi
        fail 4 "squeue does not answer (see above)" "run this on a login node of the cluster"
    }
    while read -r task comment first folder; do
        if [[ $comment != batchscope || ! -f $folder/tasks ]]; then continue; fi
        awk -F '\t' -v task=$((first + task)) '$1 == task { print $3 }' "$folder/tasks"
    done <<< "$queue"
}

say_nothing_to_submit() {
    if ((left_out > 0)); then
        echo "Nothing to submit: the other points of $study_folder are finished."
    else
        echo "Nothing to submit: all points of $study_folder are finished."
    fi
    choose_program batchscope-analyze
    printf 'The analysis:'
    printf ' %q' "${program[@]}" "$study_folder" --output "$study_folder/report"
    echo
}

# ---- What the jobs read

# Sets `tasks_text`, a line for each point: the task that trains it, its number, its file. And `task_count`.
divide_into_tasks() {
    local i
    tasks_text=$(for ((i = 0; i < ${#pending[@]}; i++)); do
        printf '%d\t%d\t%s\n' $((i / points_per_task)) "${pending[i]}" "${files[i]}"
    done)
    task_count=$(((${#pending[@]} + points_per_task - 1) / points_per_task))
}

# Its name is a hash of what is in it: another submission has another folder, and nothing in one ever changes.
choose_submission_folder() {
    site_text=$(cat "${site_files[@]}")
    local hash
    hash=$(printf '%s\n' "$resolved" "$tasks_text" "$site_text" | sha256sum)
    submission=$study_folder/slurm/${hash:0:12}
}

# Appears whole: a job never sees half of it.
write_submission_folder() {
    if [[ -d $submission ]]; then return; fi
    mkdir -p "${submission%/*}"
    local new
    new=$(mktemp -d "${submission%/*}/.new-XXXXXX")
    printf '%s\n' "$resolved" > "$new/config.yaml"
    printf '%s\n' "$tasks_text" > "$new/tasks"
    printf '%s\n' "$site_text" > "$new/site.conf"
    chmod 755 "$new"
    mv -T "$new" "$submission" || { [[ -d $submission ]] && rm -r "$new"; }
}

describe_submission_folder() {
    echo "Would write $submission/config.yaml:"
    indent <<< "$resolved"
    echo "Would write $submission/tasks, a line for each point: the task that trains it, its number, its file:"
    indent <<< "$tasks_text"
    echo "Would write $submission/site.conf, a copy of ${site_files[*]}"
    echo "Would submit:"
}

indent() { sed 's/^/    /'; }

# ---- Submission

submit_arrays() {
    arrays=()
    local most first count after
    most=$(largest_array)
    for ((first = 0; first < task_count; first += most)); do
        count=$((task_count - first < most ? task_count - first : most))
        # The limit holds over all arrays only if they run one after the other.
        after=()
        if [[ -n $max_parallel && $first -gt 0 ]]; then after=(--dependency="afterany:${arrays[-1]}"); fi
        submit "${task_request[@]}" --array="0-$((count - 1))${max_parallel:+%$max_parallel}" "${after[@]}" \
            --comment="batchscope $first $submission" --output="${submission//%/%%}/%A_%a.log" \
            "$repository/slurm/train_array.sbatch" --repository "$repository" --submission "$submission" \
            --first "$first" --output "$output" "${train_options[@]}"
        arrays+=("$job")
    done
}

# Also when tasks failed: the analysis names what is missing.
submit_analysis() {
    local all
    all=$(IFS=: && echo "${arrays[*]}")
    submit "${analysis_request[@]}" --dependency="afterany:$all" --output="${submission//%/%%}/analysis-%j.log" \
        "$repository/slurm/analyze.sbatch" "$repository" "$submission" "$study_folder"
    analysis=$job
}

# Sets what each job asks for: `task_request` and `analysis_request`.
choose_requests() {
    local ranks_each=$(((ranks + nodes - 1) / nodes)) common=()
    common=(--job-name="batchscope-${study_folder##*/}")
    if [[ -n $partition ]]; then common+=(--partition="$partition"); fi
    if [[ -n $account ]]; then common+=(--account="$account"); fi
    common+=("${sbatch_options[@]}")
    time=${time:-$time_limit}
    task_request=("${common[@]}" --nodes="$nodes" --ntasks="$ranks" --ntasks-per-node="$ranks_each"
        --cpus-per-task="$cores_per_rank" "${gpu_request[@]//%N/$ranks_each}" ${time:+--time="$time"}
        --signal="B:USR1@$seconds_of_warning")
    analysis_request=("${common[@]}" --ntasks=1 --time="$analysis_time")
}

# MaxArraySize is the largest number of a task plus one.
largest_array() {
    local size=''
    if command -v scontrol > /dev/null; then
        size=$(scontrol show config 2> /dev/null | awk '$1 == "MaxArraySize" { print $3 }')
    fi
    echo "${size:-1001}"  # Slurm's default
}

# submit OPTIONS... SCRIPT ARGUMENTS...: sets `job`, its number.
submit() {
    local command=(sbatch --parsable "$@")
    if [[ $dry_run == yes ]]; then
        dry_jobs=$((${dry_jobs:-0} + 1))
        job=JOB_$dry_jobs
        printf '   '
        printf ' %q' "${command[@]}"
        printf '    # -> %s\n' "$job"
        return
    fi
    job=$("${command[@]}") || {
        if ((${#arrays[@]} > 0)); then
            fail 1 "Slurm refuses a job (see above); array(s) ${arrays[*]} are in the queue" \
                "scancel ${arrays[*]}, or submit the rest later"
        fi
        fail 1 "Slurm refuses the job (see above)" "correct the site file or the options; --dry-run shows the request"
    }
    job=${job%%;*}  # on a federation the cluster's name follows
}

say_what_now() {
    choose_program batchscope-train
    cat << TEXT
Submitted ${#pending[@]} point(s) in $task_count task(s) as array ${arrays[*]}, then the analysis as job $analysis.
  configuration    $submission/config.yaml
  logs             $submission/${arrays[0]}_*.log, analysis-$analysis.log
  report           $study_folder/report
  progress         squeue --me --array
                   ${program[*]} --config $submission/config.yaml --output $output --list
  save and requeue scancel --signal=USR1 --batch ${arrays[*]}
  end              scancel ${arrays[*]} $analysis    (what is saved stays; the same command goes on from it)
TEXT
}

main "$@"
