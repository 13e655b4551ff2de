#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>

namespace batchscope {

/// Parses a command line; abbreviations of options are refused. `hidden` options are accepted but
/// never suggested: names for `positional` arguments. Throws Error (configuration) for an unknown
/// option, with the nearest valid name, and for missing or wrong values.
[[nodiscard]] boost::program_options::variables_map parse_command_line(
    const boost::program_options::options_description& options, int argc, const char* const* argv,
    const boost::program_options::options_description& hidden = {},
    const boost::program_options::positional_options_description& positional = {});

}  // namespace batchscope
