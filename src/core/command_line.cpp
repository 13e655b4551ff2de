#include "core/command_line.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/nearest_name.hpp"

namespace batchscope {

namespace po = boost::program_options;

po::variables_map parse_command_line(const po::options_description& options, int argc,
                                     const char* const* argv, const po::options_description& hidden,
                                     const po::positional_options_description& positional) {
    po::options_description all;
    all.add(options).add(hidden);
    po::variables_map values;
    try {
        // No abbreviations: --out for --output would hide a misspelt option.
        const auto style =
            po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(argc, argv)
                      .options(all)
                      .positional(positional)
                      .style(style)
                      .run(),
                  values);
        po::notify(values);
    } catch (const po::unknown_option& error) {
        std::vector<std::string> names;
        for (const auto& option : options.options()) {
            names.push_back("--" + option->long_name());
        }
        const std::string nearest = nearest_name(error.get_option_name(), names);
        throw configuration_error(
            fmt::format("unknown option {}", error.get_option_name()),
            nearest.empty() ? "see --help"
                            : fmt::format("did you mean {}? (all options: --help)", nearest));
    } catch (const po::error& error) {
        throw configuration_error(error.what(), "see --help");
    }
    return values;
}

}  // namespace batchscope
