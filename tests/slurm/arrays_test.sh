#!/usr/bin/env bash
# A user submits a grid once and comes back to complete results, whatever stopped its tasks meanwhile, by submit.sh
# alone. Usage: arrays_test.sh BINARIES PYTHON LAUNCHER...
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=on_cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/on_cluster.sh" "$@"

cat > "$folder/study.yaml" << 'STUDY'
study: array
data: {name: gaussians, examples: 1200, features: 20, classes: 3, validation_examples: 200, test_examples: 100}
model: {name: mlp, hidden: [16], batch_norm: true, dropout: 0.2}
training: {batch_size: [20, 40], learning_rate: 0.05, schedule: cosine, budget: {steps: 1500}, seed: [1, 2]}
output: {checkpoint_minutes: 0.02}
STUDY
files=(batch_size-20_seed-1 batch_size-40_seed-1 batch_size-20_seed-2 batch_size-40_seed-2)

failures=0
# shellcheck disable=SC2317  # called by wait_until
is_saved() { compgen -G "$output/array/.${files[$1]}.checkpoint" > /dev/null; }  # its task trains
expect() { # expect WHAT EXPECTED FOUND
    if [[ $2 == "$3" ]]; then
        echo "ok: $1"
    else
        printf 'FAILED: %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
        failures=$((failures + 1))
    fi
}
# shellcheck disable=SC2317  # called by wait_until
in_vain() { tail -n 40 "$output"/array/slurm/*/*.log; }
starts_of() { grep -h -c '^== .*: start ' "$1"; }

start_cluster 3

mpirun -n 2 "$binaries/batchscope-train" --config "$folder/study.yaml" --output "$folder/whole" --device cpu \
    > "$folder/whole.txt"

for launcher in "${@:3}"; do
    output=$folder/$launcher
    printf 'launcher=%s\nprogram_folder=%q\ngpu_request=()\nseconds_of_warning=45\n' "$launcher" "$binaries" \
        > "$folder/site.conf"
    submit() {
        BATCHSCOPE_FAULT=slow:0:8 "$tests/../slurm/submit.sh" "$folder/study.yaml" --output "$output" --device cpu \
            --ranks 2 --time 1 --site "$folder/site.conf" "$@"
    }
    expect "$launcher: a dry run submits and writes nothing" "none" \
        "$(submit --dry-run > "$folder/dry.txt" && squeue -h | wc -l | sed 's/^0$/none/')$(ls "$output" 2> /dev/null)"
    expect "$launcher: it shows the array" 1 "$(grep -c -- '--array=0-3' "$folder/dry.txt")"
    submit > "$folder/submitted.txt"
    array=$(sed -n 's/^Submitted .* as array \([0-9]*\),.*/\1/p' "$folder/submitted.txt")
    submission=$(ls -d "$output"/array/slurm/*/)
    # Users edit files while jobs wait.
    sed -i 's/learning_rate: 0.05/learning_rate: 0.06/' "$folder/study.yaml"

    wait_until 60 is_saved 0
    scancel --signal=USR1 --batch "${array}_0"
    wait_until 60 is_saved 1
    scancel "${array}_1"
    wait_until 200 queue_is_empty
    sed -i 's/learning_rate: 0.06/learning_rate: 0.05/' "$folder/study.yaml"

    expect "$launcher: the analysis ran after the tasks" yes "$([[ -s $output/array/report/summary.csv ]] && echo yes)"
    expect "$launcher: the cancelled task did not come back" 1 "$(starts_of "$submission/${array}_1.log")"
    expect "$launcher: the stopped task was requeued and went on" yes \
        "$(grep -q 'resumed after step' "$submission/${array}_0.log" && echo yes)"
    expect "$launcher: no task was requeued but for a stop" "" \
        "$(grep -L 'ends with exit code 0' "$submission/${array}_"[023].log)"
    submit > "$folder/again.txt"
    expect "$launcher: only the cancelled point is submitted again" 1 "$(grep -c '^Submitted 1 point' "$folder/again.txt")"
    wait_until 120 queue_is_empty
    expect "$launcher: then nothing is left" 1 "$(submit | grep -c '^Nothing to submit')"
    for file in "${files[@]}"; do
        expect "$launcher: $file equals the undisturbed run, no step is there twice" equal \
            "$("$python" -c "import sys; from programs import *; a, b = Result(sys.argv[1]), Result(sys.argv[2])
assert list(a['steps/step']) == list(range(1, 1501)); assert_same_run(a, b, 0); print('equal')" \
                "$output/array/$file.h5" "$folder/whole/array/$file.h5" 2>&1 | tail -1)"
    done
done

echo "$failures failed"
exit $((failures > 0))
