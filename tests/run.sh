#!/usr/bin/env bash
# Installs, builds and runs all tests but those labelled long. What CI runs.
# Usage: tests/run.sh [options of ctest], e.g. tests/run.sh -L field_reports
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../jobs/locations.sh
source "$(dirname "${BASH_SOURCE[0]}")/../jobs/locations.sh"

cd "$repository"
echo "== 1/6 Installing"
jobs/install.sh --tests

echo "== 2/6 Format, scripts, order of layers"
git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror
git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck -x
"$test_python_folder/bin/ruff" check --no-cache --quiet .
"$test_python_folder/bin/python" -m pytest -q -p no:cacheprovider tests/test_layers.py

echo "== 3/6 Building, checking and testing with sanitizers"
jobs/build.sh sanitize
run-clang-tidy -quiet -p build-sanitize "build-sanitize/(src|analysis|jobs)/.*/Unity/" \
    > build-sanitize/clang-tidy.log 2>&1 ||
    { grep -E 'warning:|error:' build-sanitize/clang-tidy.log >&2 && exit 1; }
ctest --preset sanitize --no-tests=error --output-on-failure -L "unit|sanitizers" -LE "slurm|long" -j "$(nproc)"

echo "== 4/6 Building the analysis alone, as analysis/README.md says"
# Not a unity build, which hides a missing include.
if command -v ccache > /dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake -B build-analysis -DBATCHSCOPE_TRAINING=OFF -DBATCHSCOPE_TESTS=OFF > /dev/null
cmake --build build-analysis -j "$(nproc)" -- --quiet
build-analysis/bin/batchscope-analyze --version

echo "== 5/6 Building"
jobs/build.sh release

echo "== 6/6 Testing"
# One more than there are cores: many tests wait, for a signal's effect or a limit that passes.
ctest --preset release --no-tests=error --output-on-failure -LE long -j "$(($(nproc) + 1))" "$@"
