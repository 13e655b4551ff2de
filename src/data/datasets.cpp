#include "data/datasets.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "core/error.hpp"
#include "data/cifar.hpp"
#include "data/gaussians.hpp"
#include "data/idx.hpp"
#include "data/linear_regression.hpp"

namespace batchscope {

namespace {

void check_directory(const DatasetKind& kind, const DataSettings& settings) {
    std::error_code ignored;
    if (settings.directory.empty() || !std::filesystem::is_directory(settings.directory, ignored)) {
        throw data_error(
            fmt::format("data.directory: expected a folder with the files of {}, found no folder "
                        "\"{}\"",
                        kind.name, settings.directory),
            kind.remedy_without_files);
    }
}

}  // namespace

const std::vector<DatasetKind>& datasets() {
    static const std::vector<DatasetKind> all{
        fashion_mnist(),      //
        mnist(),              //
        cifar_10(),           //
        cifar_100(),          //
        linear_regression(),  //
        gaussians(),
    };
    return all;
}

Dataset load_dataset(const DataSettings& settings) {
    const DatasetKind& kind = component_named(datasets(), settings.name, "data.name");
    if (kind.in_files) {
        check_directory(kind, settings);
    }
    return kind.load(settings);
}

}  // namespace batchscope
