#include "core/host_name.hpp"

#include <unistd.h>

#include <array>

namespace batchscope {

std::string host_name() {
    std::array<char, 256> buffer{};
    if (::gethostname(buffer.data(), buffer.size() - 1) != 0) {
        return "unknown";
    }
    const std::string name = buffer.data();
    return name.substr(0, name.find('.'));
}

}  // namespace batchscope
