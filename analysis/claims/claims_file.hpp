#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/claims/claim.hpp"

namespace batchscope {

/// The text of analysis/claims/claims.yaml, which documents the format: what claims are decided
/// where the user gives no file, and what to copy for a file of one's own.
extern const char* const default_claims_yaml;

/// The claims of a YAML text, in its order. `source` names it in messages. Throws Error
/// (configuration), beginning with file:line and the path of the key, for what is no YAML, unknown,
/// repeated, missing and useless keys, wrong types, values out of range, unknown kinds, ids given
/// twice and groups of batch sizes that overlap or are out of order.
[[nodiscard]] std::vector<Claim> read_claims(const std::string& text,
                                             const std::filesystem::path& source);

/// The claims of a file. Throws Error (configuration) where it cannot be read, and as above.
[[nodiscard]] std::vector<Claim> read_claims_file(const std::filesystem::path& file);

/// The claims C1 to C10.
[[nodiscard]] const std::vector<Claim>& default_claims();

}  // namespace batchscope
