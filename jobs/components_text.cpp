#include "components_text.hpp"

#include <fmt/format.h>

#include <vector>

namespace batchscope {

namespace {

template <class Described>
std::string family_text(const std::string& key, const std::vector<Described>& components) {
    std::string text = fmt::format("  {}:\n", key);
    for (const Described& component : components) {
        text += fmt::format("    {:<24}  {}\n", component.name, component.meaning);
    }
    return text;
}

}  // namespace

std::string components_text(const Schema& schema) {
    const Components& all = schema.components();
    return "What a study can name:\n" + family_text("data.name", all.datasets) +
           family_text("model.name", all.networks) +
           family_text("training.optimizer.name", all.optimizers) +
           family_text("sharpness.measures", all.measures);
}

}  // namespace batchscope
