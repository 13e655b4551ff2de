// Writes example result files into a folder, for the checks with other readers:
// write_examples FOLDER

#include <cstdio>
#include <filesystem>

#include "example_run.hpp"
#include "results/result_file.hpp"

int main(int argc, char** argv) {
    using namespace batchscope;
    if (argc != 2) {
        std::fputs("usage: write_examples FOLDER\n", stderr);
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    write_result(folder / "finished.h5", example_run());
    RunRecord started = example_run(0, 0);
    started.status = RunStatus::running;
    started.epochs = {};
    started.predictions = {};
    started.weights.clear();
    write_result(folder / "no_rows.h5", started);
    write_result(folder / "one_row.h5", example_run(1, 0));
    RunRecord synthetic = example_run();
    synthetic.data.synthetic = {{"inputs", "generated inputs", {2, 1}, std::vector<double>{1, 2}}};
    write_result(folder / "synthetic.h5", synthetic);
    return 0;
}
