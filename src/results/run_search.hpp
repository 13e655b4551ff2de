#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace batchscope {

/// A file or folder that could not be used, and why.
struct SkippedFile {
    std::filesystem::path file;
    std::string reason;
    bool is_duplicate = false;  ///< readable, but of a grid point that another file stands for
};

/// The result files under `paths`: files as given; of folders every *.h5 in them and in their
/// direct subfolders, without names that begin with a dot (temporaries). Sorted, each file once
/// whatever names lead to it. What cannot be found or listed is added to `skipped`.
[[nodiscard]] std::vector<std::filesystem::path> find_result_files(
    const std::vector<std::filesystem::path>& paths, std::vector<SkippedFile>& skipped);

}  // namespace batchscope
