#pragma once

#include <exception>
#include <string>

namespace batchscope {

/// The message of any exception, in one or two lines.
[[nodiscard]] std::string failure_text(const std::exception_ptr& failure) noexcept;

}  // namespace batchscope
