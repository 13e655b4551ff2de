#include "results/run_search.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/error.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

/// Adds the result files of `folder` and, `levels` deep, of its subfolders.
void add_folder(const fs::path& folder, int levels, std::vector<fs::path>& files,
                std::vector<SkippedFile>& skipped) {
    std::error_code failure;
    std::vector<fs::path> entries;
    fs::directory_iterator entry(folder, failure);
    for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
        entries.push_back(entry->path());
    }
    if (failure) {
        skipped.push_back({folder, "cannot list the folder: " + errno_text(failure.value())});
    }
    for (const fs::path& path : entries) {
        std::error_code ignored;
        if (is_hidden(path)) {
            continue;
        }
        if (path.extension() == ".h5") {
            files.push_back(path);
        } else if (levels > 0 && fs::is_directory(path, ignored)) {
            add_folder(path, levels - 1, files, skipped);
        }
    }
}

}  // namespace

std::vector<fs::path> find_result_files(const std::vector<fs::path>& paths,
                                        std::vector<SkippedFile>& skipped) {
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        std::error_code failure;
        if (!fs::is_directory(path, failure)) {
            files.push_back(path);
            continue;
        }
        const std::size_t before = files.size();
        const std::size_t skipped_before = skipped.size();
        add_folder(path, 1, files, skipped);
        if (files.size() == before && skipped.size() == skipped_before) {
            skipped.push_back({path, "no .h5 file in the folder or its direct subfolders"});
        }
    }
    std::sort(files.begin(), files.end());
    std::set<fs::path> seen;
    std::erase_if(files, [&seen](const fs::path& file) {
        std::error_code failure;
        const fs::path canonical = fs::canonical(file, failure);
        return !seen.insert(failure ? file : canonical).second;
    });
    return files;
}

}  // namespace batchscope
