#include "config/yaml_document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <sstream>

#include "core/error.hpp"

namespace batchscope {

namespace {

/// Passes over a document and keeps where it began.
class DocumentStart : public YAML::EventHandler {
  public:
    [[nodiscard]] const YAML::Mark& mark() const noexcept { return mark_; }

    void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

  private:
    YAML::Mark mark_ = YAML::Mark::null_mark();
};

Error second_document_error(const YamlOrigin& origin, const YAML::Mark& mark) {
    if (!origin.has_lines) {
        return configuration_error(fmt::format("{}: more than one value", origin.name),
                                   "give one value, or a list in brackets such as [32,64]");
    }
    return configuration_error(
        fmt::format("{}: a second YAML document begins here", origin.at(mark)),
        "keep one document: remove '---' or '...', and indent top-level keys alike");
}

}  // namespace

std::string YamlOrigin::at(const YAML::Mark& mark) const {
    return has_lines && mark.line >= 0 ? fmt::format("{}:{}", name, mark.line + 1) : name;
}

YAML::Node parse_yaml_document(const std::string& text, const YamlOrigin& origin) {
    try {
        // Not YAML::LoadAll: on some broken files it finds empty documents without end (yaml-cpp
        // 0.7).
        std::istringstream stream{text};
        YAML::Parser parser{stream};
        DocumentStart start;
        if (!parser.HandleNextDocument(start)) {
            return YAML::Node{YAML::NodeType::Undefined};
        }
        if (parser.HandleNextDocument(start)) {
            throw second_document_error(origin, start.mark());
        }
        return YAML::Load(text);
    } catch (const YAML::Exception& error) {
        throw configuration_error(
            fmt::format("{}: not valid YAML: {}", origin.at(error.mark), error.msg),
            "check the indentation (spaces, no tabs), brackets, quotes and colons near there");
    }
}

}  // namespace batchscope
