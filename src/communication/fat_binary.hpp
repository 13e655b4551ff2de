#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace batchscope {

/// Where the running program has loaded the library whose file name starts with `name`; empty if it
/// has not.
[[nodiscard]] std::filesystem::path loaded_library_path(const std::string& name);

/// GPU architectures ("sm_70", ascending) that an ELF library holds machine code for, read from the
/// headers in its section .nv_fatbin. Empty when there is none or the layout is not the known one:
/// then nobody may conclude that an architecture is missing.
[[nodiscard]] std::vector<std::string> fat_binary_architectures(
    const std::filesystem::path& library);

/// Whether code for `architectures` runs on a GPU of architecture `wanted` ("sm_70"): one of the
/// same major version and no higher minor one is there. True where the list is empty, since nothing
/// is known then.
[[nodiscard]] bool architecture_is_served(const std::string& wanted,
                                          const std::vector<std::string>& architectures);

}  // namespace batchscope
