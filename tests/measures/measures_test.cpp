#include "measures/measures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "measures/sharpness_measurement.hpp"

namespace batchscope::tests_of_measures {
namespace {

/// What /sharpness holds where all measures are made.
SharpnessRecord everything() {
    SharpnessSettings settings;
    settings.measures = names_of(measures());
    return sharpness_description(settings, {{}, {0, 1}}, {5, 6});
}

const SharpnessColumn* column_named(const SharpnessRecord& record, const std::string& name) {
    const auto found =
        std::find_if(record.columns.begin(), record.columns.end(),
                     [&](const SharpnessColumn& column) { return column.name == name; });
    return found == record.columns.end() ? nullptr : &*found;
}

TEST(Measures, SayWhatTheyAreAndHaveNamesOfTheirOwn) {
    std::set<std::string> names;
    for (const MeasureKind& kind : measures()) {
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_FALSE(kind.meaning.empty()) << kind.name;
        EXPECT_FALSE(kind.columns.empty()) << kind.name;
        EXPECT_TRUE(kind.make) << kind.name;
        for (const ComponentKey& key : kind.keys) {
            EXPECT_FALSE(key.meaning.empty()) << key.path;
        }
    }
}

TEST(Measures, DescribeEveryColumnAndItsDimensionsOnce) {
    const SharpnessRecord record = everything();
    std::set<std::string> dimensions;
    for (const SharpnessDimension& dimension : record.dimensions) {
        EXPECT_FALSE(dimension.long_name.empty()) << dimension.name;
        EXPECT_TRUE(dimensions.insert(dimension.name).second) << dimension.name;
        EXPECT_TRUE(record.scales.contains(dimension.name)) << dimension.name;
    }
    std::set<std::string> names = dimensions;
    names.insert({"epoch", "step"});
    for (const SharpnessColumn& column : record.columns) {
        EXPECT_TRUE(names.insert(column.name).second) << column.name << " occurs twice";
        EXPECT_FALSE(column.units.empty() || column.long_name.empty()) << column.name;
        for (const std::string& dimension : column.dimensions) {
            EXPECT_TRUE(dimensions.contains(dimension)) << column.name << ": " << dimension;
        }
    }
}

// A reader finds error bars and certificates by these names.
TEST(Measures, NameColumnsThatExistAsErrorsAndCertificates) {
    const SharpnessRecord record = everything();
    std::set<std::string> headlines;
    for (const SharpnessColumn& column : record.columns) {
        for (const std::string& other : {column.error_of, column.certified_by, column.refuted_by}) {
            EXPECT_TRUE(other.empty() || column_named(record, other) != nullptr)
                << column.name << " names " << other;
        }
        if (!column.headline.name.empty()) {
            EXPECT_TRUE(headlines.insert(column.headline.name).second) << column.headline.name;
        }
    }
    EXPECT_TRUE(headlines.contains("top_eigenvalue"));
}

TEST(Measures, OfAnUnknownNameAreRefusedWithTheNearest) {
    SharpnessSettings settings;
    settings.measures = {"eigenvalue"};
    try {
        (void)sharpness_description(settings, {{}, {0}}, {0});
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_EQ(error.remedy(), "did you mean eigenvalues?");
    }
}

}  // namespace
}  // namespace batchscope::tests_of_measures
