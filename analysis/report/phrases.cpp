#include "analysis/report/phrases.hpp"

#include <unordered_map>

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
    static const auto korean = [] {
        std::unordered_map<std::string_view, std::string_view> texts;
        for (const auto& [key, text] : korean_translations()) {
            texts.emplace(key, text);
        }
        return texts;
    }();
    const auto found = korean.find(english);
    return found == korean.end() ? english : found->second;
}

}  // namespace batchscope
