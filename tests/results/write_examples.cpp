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
    started.sharpness = {};
    write_result(folder / "no_rows.h5", started);
    write_result(folder / "one_row.h5", example_run(1, 0));
    RunRecord synthetic = example_run();
    synthetic.data.synthetic = {{"inputs", "generated inputs", {2, 1}, std::vector<double>{1, 2}}};
    write_result(folder / "synthetic.h5", synthetic);
    RunRecord other_measures = example_run();  // none of eigenvalues: their scale is empty
    other_measures.sharpness.scales = {{"density_point", {1, 2, 3}}};
    other_measures.sharpness.rows = {
        {2.0, 6, {{"density_position", {-1, 0, 1}}, {"density", {0, 0.5, 0.25}}}}};
    write_result(folder / "other_measures.h5", other_measures);
    return 0;
}
