#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace batchscope {

enum class Language { english, korean };

/// "en" or "ko", as in --language and the lang attribute of HTML.
[[nodiscard]] std::string_view code_of(Language language);
/// Throws Error (configuration) for anything else.
[[nodiscard]] Language language_of(const std::string& code);

/// The texts of the report in the reader's language. The English text is the key, a format string
/// of fmt: phrases("{} of {} runs", 3, 5). A translation may use the values in another order, "{1}
/// ... {0}". A text without a translation stays English (tests/analysis/report/phrases_test.cpp
/// finds those).
class Phrases {
  public:
    explicit Phrases(Language language) : language_(language) {}

    template <class... Values>
    [[nodiscard]] std::string operator()(std::string_view english, const Values&... values) const {
        return fmt::format(fmt::runtime(translated(english)), values...);
    }
    [[nodiscard]] Language language() const { return language_; }

  private:
    [[nodiscard]] std::string_view translated(std::string_view english) const;

    Language language_;
};

/// All English texts that have a Korean one, with it.
struct Translation {
    std::string_view english;
    std::string_view korean;
};
[[nodiscard]] const std::vector<Translation>& korean_translations();

}  // namespace batchscope
