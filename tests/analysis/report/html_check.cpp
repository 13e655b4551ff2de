#include "html_check.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace batchscope {

namespace {

const std::set<std::string_view> void_elements{"meta", "br", "link", "img", "hr", "input"};

class HtmlReader {
  public:
    explicit HtmlReader(std::string_view html) : rest_(html) {}

    std::string problem() {
        if (!take("<!DOCTYPE html>")) {
            return "no document type";
        }
        while (!rest_.empty() && problem_.empty()) {
            if (take("<!--")) {
                skip_past("-->");
            } else if (take("</")) {
                close();
            } else if (take("<")) {
                open();
            } else {
                text();
            }
        }
        if (problem_.empty() && !open_.empty()) {
            problem_ = fmt::format("<{}> is not closed", open_.back());
        }
        for (const std::string& link : links_) {
            if (problem_.empty() && !ids_.contains(link)) {
                problem_ = fmt::format("no element has the id {}", link);
            }
        }
        return problem_;
    }

  private:
    bool take(std::string_view start) {
        if (!rest_.starts_with(start)) {
            return false;
        }
        rest_.remove_prefix(start.size());
        return true;
    }

    std::string_view skip_past(std::string_view end) {
        const std::size_t at = rest_.find(end);
        if (at == std::string_view::npos) {
            fail(fmt::format("no {} after {}", end, rest_.substr(0, 40)));
            return {};
        }
        const std::string_view skipped = rest_.substr(0, at);
        rest_.remove_prefix(at + end.size());
        return skipped;
    }

    void fail(const std::string& problem) {
        if (problem_.empty()) {
            problem_ = problem;
        }
    }

    void check_text(std::string_view text) {
        for (std::size_t at = text.find('&'); at != std::string_view::npos;
             at = text.find('&', at + 1)) {
            const std::string_view after = text.substr(at + 1, 8);
            const bool is_entity = after.starts_with("amp;") || after.starts_with("lt;") ||
                                   after.starts_with("gt;") || after.starts_with("quot;") ||
                                   after.starts_with("apos;") || after.starts_with("#");
            if (!is_entity) {
                fail(fmt::format("a bare & in {}", text.substr(0, 60)));
            }
        }
        for (const char c : text) {
            if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
                fail("a control character");
            }
        }
    }

    void text() {
        const std::size_t end = std::min(rest_.find('<'), rest_.size());
        const std::string_view content = rest_.substr(0, end);
        if (open_.empty() && content.find_first_not_of("\n \t") != std::string_view::npos) {
            fail("text outside of the document");
        }
        check_text(content);
        rest_.remove_prefix(end);
    }

    void close() {
        const std::string_view name = skip_past(">");
        if (open_.empty() || open_.back() != name) {
            fail(fmt::format("</{}> closes <{}>", name, open_.empty() ? "" : open_.back()));
            return;
        }
        open_.pop_back();
    }

    void open() {
        const std::size_t end = rest_.find_first_of(" \n/>");
        const std::string_view name = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end, rest_.size()));
        if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                                   "UVWXYZ0123456789") != std::string_view::npos) {
            fail(fmt::format("a bare < before {}", rest_.substr(0, 40)));
        }
        if (name == "script" || name == "link" || name == "img" || name == "iframe") {
            fail(fmt::format("<{}> has no place here", name));
        }
        bool is_closed = void_elements.contains(name);
        while (problem_.empty()) {
            rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
            if (take("/>")) {
                is_closed = true;
                break;
            }
            if (take(">")) {
                break;
            }
            attribute();
        }
        if (name == "style") {
            skip_past("</style>");
        } else if (!is_closed) {
            open_.emplace_back(name);
        }
    }

    void attribute() {
        const std::string_view name = skip_past("=\"");
        if (name.find_first_of("<>'\" ") != std::string_view::npos) {
            fail(fmt::format("an attribute without a value: {}", name.substr(0, 40)));
        }
        const std::string_view value = skip_past("\"");
        check_text(value);
        if (name == "id" && !ids_.emplace(value).second) {
            fail(fmt::format("two elements have the id {}", value));
        }
        if (name.starts_with("on") || name == "src" || name == "srcset") {
            fail(fmt::format("the attribute {} has no place here", name));
        }
        if (name == "href" || name == "xlink:href") {
            if (!value.starts_with("#")) {
                fail(fmt::format("a link to the outside: {}", value));
            } else {
                links_.emplace_back(value.substr(1));
            }
        }
    }

    std::string_view rest_;
    std::string problem_;
    std::vector<std::string> open_;
    std::set<std::string> ids_;
    std::vector<std::string> links_;
};

}  // namespace

std::string html_problem(std::string_view html) {
    return HtmlReader(html).problem();
}

}  // namespace batchscope
