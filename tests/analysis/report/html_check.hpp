#pragma once

#include <string>
#include <string_view>

namespace batchscope {

/// What is wrong with a page by the rules that our page must keep to be read alike by every
/// browser: elements are closed in the order they were opened, attributes are quoted, text has no
/// bare '&' or '<', ids are unique and links lead to one of them, nothing outside is referred to
/// and there is no script. Empty if nothing is.
[[nodiscard]] std::string html_problem(std::string_view html);

}  // namespace batchscope
