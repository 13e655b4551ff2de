#include "analysis/language/phrases.hpp"

#include "config/yaml_reader.hpp"
#include "core/error.hpp"

namespace batchscope {

std::string_view code_of(Language language) {
    return language == Language::korean ? "ko" : "en";
}

Language language_of(const std::string& code) {
    for (const Language language : {Language::english, Language::korean}) {
        if (code == code_of(language)) {
            return language;
        }
    }
    throw configuration_error(fmt::format("--language is {}, which is not known", code),
                              "give en or ko");
}

std::string_view Phrases::translated(std::string_view english) const {
    if (language_ == Language::english) {
        return english;
    }
    const Translations& korean = korean_translations();
    const auto found = korean.find(english);
    return found == korean.end() ? english : std::string_view(found->second);
}

Translations read_translations(const std::string& text, const std::string& source) {
    const std::string remedy = "write '\"English text\": \"its translation\"'";
    Translations translations;
    visit_entries(top_level_map(text, {.name = source, .has_lines = true}, remedy, remedy),
                  [&](const std::string& english, const YamlPlace& translation) {
                      translations.emplace(english, text_of(translation));
                  });
    return translations;
}

const Translations& korean_translations() {
    static const Translations korean = read_translations(korean_yaml, "korean.yaml");
    return korean;
}

}  // namespace batchscope
