#include "analysis/language/phrases.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "analysis/runs/sharpness.hpp"
#include "analysis/runs/standing.hpp"
#include "core/error.hpp"
#include "core/file_io.hpp"

namespace batchscope::tests_of_phrases {
namespace {

namespace fs = std::filesystem;

/// The string literal, or several beside each other, at the beginning of `text`; empty if there is
/// none.
std::string literals_at(std::string_view text) {
    std::string joined;
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
        if (!text.starts_with('"')) {
            return joined;
        }
        std::size_t end = 1;
        while (end < text.size() && text[end] != '"') {
            end += text[end] == '\\' ? 2U : 1U;
        }
        joined += text.substr(1, end - 1);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// Every text that a source file asks Phrases for.
std::set<std::string> phrases_in(const fs::path& file) {
    const std::string text = read_text_file(file);
    std::set<std::string> found;
    for (const std::string_view call : {"phrases(", "phrases_("}) {
        for (std::size_t at = text.find(call); at != std::string::npos;
             at = text.find(call, at + 1)) {
            if (const std::string literal =
                    literals_at(std::string_view(text).substr(at + call.size()));
                !literal.empty()) {
                found.insert(literal);
            }
        }
    }
    return found;
}

std::set<std::string> all_phrases() {
    std::set<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(ANALYSIS_FOLDER)) {
        if (entry.path().extension() == ".cpp") {
            all.merge(phrases_in(entry.path()));
        }
    }
    // Texts that come from elsewhere.
    for (const Standing standing :
         {Standing::counted, Standing::collapsed, Standing::diverged, Standing::out_of_memory,
          Standing::failed, Standing::interrupted, Standing::stopped, Standing::in_progress,
          Standing::without_metrics, Standing::without_its_target}) {
        all.insert(to_string(standing));
    }
    for (const SharpnessMetric& metric : metrics_of_every_table()) {
        all.insert({metric.heading, metric.error_heading, metric.title, metric.table});
    }
    all.merge(std::set<std::string>{"test", "validation", "SVG and PNG", "SVG"});
    // Of the names of claims' numbers.
    all.merge(std::set<std::string>{
        "small", "medium", "large", "matched gap", "seconds", "examples", "lowest validation loss",
        "step loss variance", "slope", "loss rise", "slope at start", "slope at middle",
        "slope at end", "slope of top eigenvalue", "slope of keskar full",
        "slope of keskar subspace", "slope of adaptive sharpness"});
    all.erase("");
    return all;
}

/// Of each value its number and format, "0:.6g", sorted: a translation may change their order.
std::multiset<std::string> placeholders(const std::string& text) {
    static const std::regex placeholder(R"(\{(\d*)(:[^}]*)?\})");
    std::multiset<std::string> found;
    int next = 0;
    for (auto match = std::sregex_iterator(text.begin(), text.end(), placeholder);
         match != std::sregex_iterator(); ++match) {
        const std::string number = (*match)[1].str();
        found.insert((number.empty() ? std::to_string(next) : number) + (*match)[2].str());
        ++next;
    }
    return found;
}

TEST(Phrases, TheTestFindsThem) {
    const std::set<std::string> all = all_phrases();
    EXPECT_GT(all.size(), 200U);
    EXPECT_TRUE(all.contains("no difference that matters {}"));
    EXPECT_EQ(literals_at("\"a \"\n   \"\\\"b\", x)"), "a \\\"b");
}

TEST(Phrases, EachHasAKoreanText) {
    for (const std::string& english : all_phrases()) {
        EXPECT_TRUE(korean_translations().contains(english)) << "no Korean text: " << english;
    }
}

/// Every text that the measures write into result files, or may.
std::set<std::string> texts_of_measures() {
    std::set<std::string> texts;
    for (const auto& entry : fs::directory_iterator(MEASURES_FOLDER)) {
        const std::string source = read_text_file(entry.path());
        for (std::size_t at = source.find('"'); at != std::string::npos;) {
            const std::string literal = literals_at(std::string_view(source).substr(at));
            texts.insert(literal);
            at = source.find('"', source.find('"', at + 1) + 1);
        }
    }
    return texts;
}

TEST(Phrases, NoKoreanTextIsOfNoUse) {
    std::set<std::string> all = all_phrases();
    all.merge(texts_of_measures());
    for (const auto& [english, korean] : korean_translations()) {
        EXPECT_TRUE(all.contains(english) || english == "unknown") << english;
    }
}

TEST(Phrases, KoreanTextsHaveTheSameValuesInTheSameFormat) {
    for (const auto& [english, korean] : korean_translations()) {
        EXPECT_EQ(placeholders(english), placeholders(korean)) << english << "\n" << korean;
    }
}

TEST(Phrases, TranslatesAndPutsValuesInTheOrderOfTheLanguage) {
    EXPECT_EQ(Phrases(Language::english)("{} {}", 3, "x"), "3 x");
    EXPECT_EQ(Phrases(Language::korean)("{} {}", 3, "x"), "x 3개");
    EXPECT_EQ(Phrases(Language::korean)("no such text {}", 3), "no such text 3");
}

TEST(Phrases, RefuseATranslationGivenTwiceAndWhatIsNoText) {
    const auto failure = [](const std::string& text) -> std::string {
        try {
            (void)read_translations(text, "korean.yaml");
        } catch (const Error& error) {
            return error.problem();
        }
        return "no error";
    };
    EXPECT_EQ(failure("\"a {}\": \"{} b\"\n\n\"a {}\": c"),
              "korean.yaml:3: a {}: given twice, first at korean.yaml:1");
    EXPECT_EQ(failure("a: [b]"), "korean.yaml:1: a: one value belongs here");
    EXPECT_EQ(failure("a: b\nc: ''"), "korean.yaml:2: c: is empty or holds control characters");
}

}  // namespace
}  // namespace batchscope::tests_of_phrases
