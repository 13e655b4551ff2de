#include "results/hdf5_handles.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace batchscope {

namespace {

struct StackSummary {
    std::string innermost;
    int error_number = 0;
};

herr_t summarise(unsigned /*position*/, const H5E_error2_t* entry, void* destination) {
    auto& summary = *static_cast<StackSummary*>(destination);
    const std::string_view text = entry->desc == nullptr ? "" : entry->desc;
    if (summary.innermost.empty()) {
        summary.innermost = text;
    }
    // The POSIX driver writes "errno = 28, error message = '...'" into its entry.
    constexpr std::string_view key = "errno = ";
    if (const auto at = text.find(key); at != std::string_view::npos) {
        const char* begin = text.data() + at + key.size();
        std::from_chars(begin, text.data() + text.size(), summary.error_number);
    }
    return 0;
}

}  // namespace

std::unique_lock<std::recursive_mutex> hdf5_for_this_thread() {
    static std::recursive_mutex mutex;
    return std::unique_lock(mutex);
}

void silence_hdf5() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

hid_t hdf5_check(hid_t result, const std::string& action) {
    if (result < 0) {
        StackSummary summary;
        H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, summarise, &summary);
        H5Eclear2(H5E_DEFAULT);
        throw Hdf5Failure(fmt::format("cannot {}: {}", action, summary.innermost),
                          summary.error_number);
    }
    return result;
}

Hdf5Handle utf8_text_type() {
    Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make the text type");
    hdf5_check(H5Tset_size(type, H5T_VARIABLE), "make the text type");
    hdf5_check(H5Tset_cset(type, H5T_CSET_UTF8), "make the text type");
    return type;
}

}  // namespace batchscope
