#include "html_check.hpp"

#include <gtest/gtest.h>

namespace batchscope::tests_of_html_check {
namespace {

std::string problem(const std::string& body) {
    return html_problem("<!DOCTYPE html>\n<html><body>" + body + "</body></html>");
}

TEST(HtmlCheck, AcceptsWhatIsWellFormed) {
    EXPECT_EQ(problem("<p id=\"a\">1 &lt; 2<br>x</p><a href=\"#a\">y</a><svg><g x=\"1\"/></svg>"),
              "");
}

TEST(HtmlCheck, FindsWhatIsNot) {
    EXPECT_NE(problem("<p>"), "");
    EXPECT_NE(problem("<p></b>"), "");
    EXPECT_NE(problem("a & b"), "");
    EXPECT_NE(problem("1 < 2"), "");
    EXPECT_NE(problem("<p id=\"a\"></p><p id=\"a\"></p>"), "");
    EXPECT_NE(problem("<a href=\"#a\">x</a>"), "");
    EXPECT_NE(problem("<a href=\"https://example.org\">x</a>"), "");
    EXPECT_NE(problem("<script>1</script>"), "");
    EXPECT_NE(problem("<p onclick=\"x\">1</p>"), "");
    EXPECT_NE(problem("<p title=\"a\"b\">1</p>"), "");
    EXPECT_NE(problem("\x01"), "");
    EXPECT_NE(html_problem("<html></html>"), "");
}

}  // namespace
}  // namespace batchscope::tests_of_html_check
