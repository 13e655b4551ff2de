#include "analysis/report/html.hpp"

#include <fmt/format.h>

#include <kainjow/mustache.hpp>
#include <set>
#include <string_view>

#include "analysis/charts/svg.hpp"
#include "analysis/charts/text_measure.hpp"
#include "analysis/report/wording.hpp"
#include "core/error.hpp"
#include "page_template.hpp"

namespace batchscope {

namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;
using kainjow::mustache::object;
using kainjow::mustache::partial;
using Items = kainjow::mustache::list;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// Text of a result file may be anything; the page is UTF-8. Numbers stay with what belongs to
/// them.
data verbatim(std::string text) {
    replace_all(text, "± ", "±\u00A0");
    replace_all(text, " %", "\u00A0%");
    replace_all(text, "p = ", "p\u00A0=\u00A0");
    replace_all(text, "p < ", "p\u00A0<\u00A0");
    return data(printable_text(text));
}

/// Text of the report itself, whose numbers have the minus sign.
data text_of(const std::string& text) {
    return verbatim(with_minus_signs(text));
}

/// Texts as a list of objects with one member.
Items texts_of(const std::vector<std::string>& texts) {
    Items items;
    for (const std::string& text : texts) {
        items.push_back(object{{"text", text_of(text)}});
    }
    return items;
}

/// What stands under a heading are files with what they said of themselves.
Items items_of(const List& shown) {
    Items items;
    for (const std::string& item : shown.items) {
        items.push_back(object{{"text", shown.heading.empty() ? text_of(item) : verbatim(item)}});
    }
    return items;
}

/// Letters, digits, '-' and '_' of a name, the rest as '_', not too long for a file.
std::string file_name_of(const std::string& text) {
    constexpr std::size_t longest = 60;
    std::string name;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '_';
        name += is_plain ? c : c == ' ' ? '-' : '_';
    }
    name = name.substr(0, longest);
    name.erase(name.find_last_not_of("-_") + 1);
    return name.empty() ? "study" : name;
}

/// Puts plain data into the template; collects the charts on its way.
class HtmlWriter {
  public:
    explicit HtmlWriter(const Phrases& phrases) : phrases_(phrases) {}

    data table_data(const Table& table) const {
        Items rows;
        for (const std::vector<Cell>& row : table.rows) {
            Items cells;
            for (std::size_t i = 0; i < row.size(); ++i) {
                object cell{{"text", text_of(row[i].text)},
                            {"is_first", data(i == 0)},
                            {"kind", text_of(row[i].kind)},
                            {"verdict", data(false)}};
                if (!row[i].verdict.empty()) {
                    cell["verdict"] = text_of(row[i].verdict);
                }
                cells.push_back(cell);
            }
            rows.push_back(object{{"cells", cells}});
        }
        return object{{"caption", text_of(table.caption)},
                      {"columns", texts_of(table.header)},
                      {"rows", rows},
                      {"is_text", data(table.is_text)}};
    }

    data chart_data(const std::string& study, const NamedChart& chart) {
        std::string name = file_name_of(study) + "-" + file_name_of(chart.name);
        for (int number = 2; !names_.insert(name).second; ++number) {
            name = fmt::format("{}-{}-{}", file_name_of(study), file_name_of(chart.name), number);
        }
        const SvgChart svg = render_svg(
            chart.chart,
            {.id_prefix = fmt::format("chart{}", names_.size()), .title = false, .caption = false});
        charts_.push_back({name, chart.chart});
        data hidden(false);
        if (svg.hidden_values > 0) {
            hidden = text_of(
                phrases_("{} values lie beyond the axes of this chart.", svg.hidden_values));
        }
        return object{{"chart_title", text_of(chart.chart.title)},
                      {"drawing", data(svg.text)},
                      {"caption", text_of(chart.chart.caption)},
                      {"hidden", hidden}};
    }

    /// Every kind of block is named in each: what an object lacks, the template takes from around
    /// it.
    data block_data(const std::string& study, const Block& block) {
        object value{{"paragraph", data(false)},
                     {"table", data(false)},
                     {"list", data(false)},
                     {"definitions", data(false)},
                     {"charts", data(false)}};
        if (const auto* text = std::get_if<Paragraph>(&block)) {
            value["paragraph"] = object{{"text", text_of(text->text)}};
        } else if (const auto* table = std::get_if<Table>(&block)) {
            value["table"] = table_data(*table);
        } else if (const auto* items = std::get_if<List>(&block)) {
            value["list"] =
                object{{"subject", text_of(items->heading)}, {"items", items_of(*items)}};
        } else if (const auto* terms = std::get_if<Definitions>(&block)) {
            Items definitions;
            for (const auto& [term, meaning] : terms->definitions) {
                definitions.push_back(object{{"term", text_of(term)}, {"text", text_of(meaning)}});
            }
            value["definitions"] = object{{"items", definitions}};
        } else if (const auto* charts = std::get_if<Charts>(&block)) {
            Items drawn;
            for (const NamedChart& chart : charts->charts) {
                drawn.push_back(chart_data(study, chart));
            }
            value["charts"] = object{{"items", drawn}};
        }
        return value;
    }

    data section_data(const std::string& study, const std::string& id_prefix,
                      const Section& section) {
        Items blocks;
        for (const Block& block : section.blocks) {
            blocks.push_back(block_data(study, block));
        }
        return object{{"id", data(id_prefix + section.id)},
                      {"heading", text_of(section.heading)},
                      {"blocks", blocks}};
    }

    data study_data(const StudyDocument& study, std::size_t number, bool with_sentences_in_index) {
        const std::string id = fmt::format("study{}", number);
        Items answers;
        Items all_sentences;
        for (const RecipeVerdicts& answer : study.answers) {
            Items sentences;
            for (const Sentence& sentence : answer.sentences) {
                sentences.push_back(
                    object{{"text", text_of(sentence.text)}, {"kind", text_of(sentence.kind)}});
                all_sentences.push_back(sentences.back());
            }
            object value{{"recipe", data(false)},
                         {"sentences", sentences},
                         {"table", table_data(answer.table)},
                         {"chart", data(false)}};
            if (!answer.heading.empty()) {
                value["recipe"] = text_of(answer.heading);
            }
            if (answer.forest) {
                value["chart"] = chart_data(study.name, *answer.forest);
            }
            answers.push_back(value);
        }
        Items sections;
        for (const Section& section : study.sections) {
            sections.push_back(section_data(study.name, id + "-", section));
        }
        return object{{"id", data(id)},
                      {"name", text_of(study.name)},
                      {"summary", text_of(study.summary)},
                      {"health", text_of(study.health)},
                      {"warning", study.warning.empty() ? data(false) : text_of(study.warning)},
                      {"overview", table_data(study.overview)},
                      {"advice", texts_of(study.advice)},
                      {"sentences", with_sentences_in_index ? data(all_sentences) : data(false)},
                      {"answers", answers},
                      {"sections", sections}};
    }

    std::vector<NamedChart> take_charts() { return std::move(charts_); }

  private:
    const Phrases& phrases_;
    std::set<std::string> names_;
    std::vector<NamedChart> charts_;
};

data part(const std::string& text) {
    return data(partial([&text] { return text; }));
}

}  // namespace

HtmlPage render_html(const Document& document, const Phrases& phrases) {
    HtmlWriter writer(phrases);
    const bool is_several = document.studies.size() != 1;
    Items studies;
    for (std::size_t i = 0; i < document.studies.size(); ++i) {
        studies.push_back(writer.study_data(document.studies[i], i + 1, is_several));
    }
    Items closing;
    for (const Section& section : document.closing) {
        closing.push_back(writer.section_data({}, {}, section));
    }
    const object values{{"language", data(std::string(code_of(phrases.language())))},
                        {"title", text_of(document.title)},
                        {"health", text_of(document.health)},
                        {"style", data(page_template::style)},
                        {"is_several", data(is_several)},
                        {"studies", studies},
                        {"closing", closing},
                        {"studies_label", text_of(phrases("Studies"))},
                        {"sections_label", text_of(phrases("Sections"))},
                        {"made_by", text_of(document.made_by)},
                        {"page_blocks", part(page_template::blocks)},
                        {"page_table", part(page_template::table)},
                        {"page_chart", part(page_template::chart)}};
    mustache page(page_template::page);
    std::string html = page.render(data(values));
    if (!page.is_valid()) {
        throw run_time_error("the template of report.html is damaged: " + page.error_message(),
                             "build the program again");
    }
    return {std::move(html), writer.take_charts()};
}

}  // namespace batchscope
