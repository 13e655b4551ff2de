#pragma once

#include <algorithm>
#include <array>
#include <boost/preprocessor/seq/for_each.hpp>
#include <boost/preprocessor/stringize.hpp>
#include <boost/preprocessor/variadic/to_seq.hpp>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// One description of an enumeration or a struct serves all that must know its parts: the words of
/// configurations, result files, summary.json and messages, the fields that are written to JSON or
/// saved in a checkpoint. A part that is left out of the description of an enumeration is a warning
/// of the compiler.
namespace batchscope {

/// Stands for a type in calls that look a description up.
template <class Described>
struct Type {};

/// In the namespace of the enumeration, after it: BATCHSCOPE_DESCRIBE_ENUM(Verdict, better, worse)
/// gives word_of(Verdict::better) == "better" and enumerators_of(Type<Verdict>{}) in this order.
// NOLINTBEGIN(cppcoreguidelines-macro-usage): only the preprocessor knows a name as text.
#define BATCHSCOPE_CASE_OF_WORD(_, Enumeration, enumerator) \
    case Enumeration::enumerator:                           \
        return BOOST_PP_STRINGIZE(enumerator);
#define BATCHSCOPE_ENUMERATOR(_, Enumeration, enumerator) Enumeration::enumerator,
#define BATCHSCOPE_DESCRIBE_ENUM(Enumeration, ...)                                          \
    [[nodiscard, maybe_unused]] constexpr const char* word_of(Enumeration value) {          \
        switch (value) {                                                                    \
            BOOST_PP_SEQ_FOR_EACH(BATCHSCOPE_CASE_OF_WORD, Enumeration,                     \
                                  BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__))                    \
        }                                                                                   \
        throw std::logic_error("a value of " #Enumeration " without a name");               \
    }                                                                                       \
    [[nodiscard]] constexpr auto enumerators_of(::batchscope::Type<Enumeration> /*type*/) { \
        return std::array{BOOST_PP_SEQ_FOR_EACH(BATCHSCOPE_ENUMERATOR, Enumeration,         \
                                                BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__))};    \
    }

/// The same of a struct: BATCHSCOPE_DESCRIBE_STRUCT(Estimate, n, mean) makes
/// visit_fields(Type<Estimate>{}, visit) call visit("n", &Estimate::n), then the next.
#define BATCHSCOPE_VISIT_FIELD(_, Struct, field) visit(BOOST_PP_STRINGIZE(field), &Struct::field);
#define BATCHSCOPE_DESCRIBE_STRUCT(Struct, ...)                                              \
    template <class Visitor>                                                                 \
    constexpr void visit_fields(::batchscope::Type<Struct> /*type*/, const Visitor& visit) { \
        BOOST_PP_SEQ_FOR_EACH(BATCHSCOPE_VISIT_FIELD, Struct,                                \
                              BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__))                         \
    }
// NOLINTEND(cppcoreguidelines-macro-usage)

template <class Enumeration>
concept DescribedEnum = std::is_enum_v<Enumeration> && requires {
    enumerators_of(Type<Enumeration>{});
};

template <class Struct>
concept DescribedStruct = std::is_class_v<Struct> && requires {
    visit_fields(Type<Struct>{}, [](const char*, auto) {});
};

template <DescribedEnum Enumeration>
[[nodiscard]] std::string to_string(Enumeration value) {
    return word_of(value);
}

/// All words of the enumeration, in its order.
template <DescribedEnum Enumeration>
[[nodiscard]] std::vector<std::string> words_of() {
    std::vector<std::string> words;
    for (const Enumeration value : enumerators_of(Type<Enumeration>{})) {
        words.emplace_back(word_of(value));
    }
    return words;
}

/// The value with this word; none for any other text.
template <DescribedEnum Enumeration>
[[nodiscard]] constexpr std::optional<Enumeration> enumerator_named(std::string_view word) {
    for (const Enumeration value : enumerators_of(Type<Enumeration>{})) {
        if (word == word_of(value)) {
            return value;
        }
    }
    return std::nullopt;
}

/// Calls visit(name, value) for each field of `object` in the order of its description.
template <class Struct, class Visitor>
requires DescribedStruct<std::remove_const_t<Struct>>
constexpr void visit_values(Struct& object, const Visitor& visit) {
    visit_fields(Type<std::remove_const_t<Struct>>{},
                 [&](const char* name, auto field) { visit(name, object.*field); });
}

}  // namespace batchscope
