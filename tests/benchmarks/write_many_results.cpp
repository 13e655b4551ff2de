// Writes result files of a synthetic study, to see how long batchscope-analyze takes for them:
//   build/tests/write_many_results FOLDER [FILES]
//   time build/bin/batchscope-analyze FOLDER --output report        # the second time: warm
// Each file holds 10 epochs and 80 steps.

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <filesystem>

#include "../analysis/synthetic_record.hpp"
#include "results/result_file.hpp"

int main(int argc, char** argv) {
    using namespace batchscope;
    if (argc < 2) {
        fmt::print(stderr, "usage: write_many_results FOLDER [FILES]\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    const std::int64_t files = argc > 2 ? std::atoll(argv[2]) : 10000;
    constexpr std::int64_t batch_sizes = 10;
    try {
        for (std::int64_t i = 0; i < files; ++i) {
            const RunRecord run = synthetic_record({}, std::int64_t{16} << (i % batch_sizes),
                                                   static_cast<std::uint64_t>(i / batch_sizes) + 1);
            write_result(folder / synthetic_file(run), run);
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "write_many_results: {}\n", error.what());
        return 1;
    }
    fmt::print("{} files in {}\n", files, folder.string());
    return 0;
}
