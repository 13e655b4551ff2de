#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace batchscope {

enum class Language { english, korean };

/// "en" or "ko", as in --language and the lang attribute of HTML.
[[nodiscard]] std::string_view code_of(Language language);
/// Throws Error (configuration) for anything else.
[[nodiscard]] Language language_of(const std::string& code);

/// The texts of the report in the reader's language. The English text is the key, a format string
/// of fmt: phrases("{} of {} runs", 3, 5). A translation may use the values in another order, "{1}
/// ... {0}". A text without a translation stays English (tests/analysis/language/phrases_test.cpp
/// finds those).
class Phrases {
  public:
    explicit Phrases(Language language) : language_(language) {}

    template <class... Values>
    [[nodiscard]] std::string operator()(std::string_view english, const Values&... values) const {
        return fmt::format(fmt::runtime(translated(english)), values...);
    }
    /// A text that comes from elsewhere, a result file say: no format string.
    [[nodiscard]] std::string text(std::string_view english) const {
        return std::string{translated(english)};
    }
    [[nodiscard]] Language language() const { return language_; }

  private:
    [[nodiscard]] std::string_view translated(std::string_view english) const;

    Language language_;
};

/// Texts of another language by the English ones.
using Translations = std::map<std::string, std::string, std::less<>>;

/// The text of analysis/language/korean.yaml.
extern const char* const korean_yaml;

/// The translations of a YAML map. Throws Error (configuration), beginning with the line, for a
/// text given twice and for what is no text.
[[nodiscard]] Translations read_translations(const std::string& text, const std::string& source);

/// Those of korean_yaml, which is read at the first call.
[[nodiscard]] const Translations& korean_translations();

}  // namespace batchscope
