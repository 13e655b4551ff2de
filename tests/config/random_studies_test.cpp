#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "config/canonical_form.hpp"
#include "config/grid.hpp"
#include "config/schema.hpp"
#include "core/error.hpp"
#include "study/study_schema.hpp"

/// Studies with random keys and values, right and wrong: each is refused as a wrong configuration
/// or reads back from its resolved form, whole and point by point.
namespace batchscope::tests_of_random_studies {
namespace {

class RandomStudy {
  public:
    explicit RandomStudy(std::uint32_t seed) : generator_(seed) {}

    /// About six keys of the schema as overrides; about one value in thirty is nonsense.
    std::vector<Override> overrides() {
        std::vector<Override> chosen;
        for (const Key& key : study_schema().keys()) {
            if (key.path != "study" && below(10) == 0) {
                // A list where none may be is refused: now and then, or no study would be left.
                const bool as_axis = below(key.may_be_axis ? 4 : 30) == 0;
                chosen.push_back({key.path, as_axis ? axis(key) : value(key)});
            }
        }
        return chosen;
    }

  private:
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(generator_() % bound);
    }

    std::string axis(const Key& key) {
        std::vector<std::string> values;
        for (std::uint32_t i = 0; i <= below(3); ++i) {
            values.push_back(value(key));
        }
        return fmt::format("[{}]", fmt::join(values, ", "));
    }

    std::string value(const Key& key) {
        if (below(30) == 0) {
            const std::vector<std::string> nonsense{"x",     "[]", "{}",    "~",
                                                    "1e999", "-1", "[[1]]", "''"};
            return nonsense[below(static_cast<std::uint32_t>(nonsense.size()))];
        }
        switch (key.kind) {
            case ValueKind::boolean:
                return below(2) == 0 ? "true" : "false";
            case ValueKind::automatic_integer:
            case ValueKind::integer:
                return fmt::format("{}", below(4) * 32);
            case ValueKind::number:
                // From the lowest on that the key takes, where that is above 0.
                return fmt::format("{}", std::max(0.0, key.range.lowest) + below(5) / 5.0);
            case ValueKind::choice:
                return key.choices[below(static_cast<std::uint32_t>(key.choices.size()))];
            case ValueKind::text:
                return below(2) == 0 ? "/data" : "'a: b # c'";
            case ValueKind::integer_list:
                return below(3) == 0 ? "[]" : fmt::format("[{}, 7]", 1 + below(9));
            case ValueKind::number_list:
                return fmt::format("[{}, 12.5]", 1 + below(9));
            case ValueKind::choice_list: {
                const auto count = static_cast<std::uint32_t>(key.choices.size());
                return fmt::format("[{}, {}]", key.choices[below(count)],
                                   key.choices[below(count)]);
            }
        }
        return {};
    }

    std::mt19937 generator_;
};

TEST(RandomStudies, AreRefusedOrReadBackFromTheirResolvedForm) {
    int accepted = 0;
    int refused = 0;
    for (std::uint32_t seed = 0; seed < 3000; ++seed) {
        const std::vector<Override> overrides = RandomStudy{seed}.overrides();
        Study study;
        try {
            study = parse_study(study_schema(), "{}", "a.yaml", overrides);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::configuration) << error.what();
            ++refused;
            continue;
        }
        ++accepted;
        const Study again = parse_study(study_schema(), study.resolved_yaml, "b.yaml");
        EXPECT_EQ(again.resolved_yaml, study.resolved_yaml);
        ASSERT_EQ(again.points.size(), study.points.size()) << study.resolved_yaml;
        for (std::size_t i = 0; i < study.points.size(); ++i) {
            const GridPoint& point = study.points[i];
            EXPECT_EQ(again.points[i].name, point.name);
            EXPECT_EQ(again.points[i].configuration_hash, point.configuration_hash);
            const GridPoint alone =
                parse_study(study_schema(), point.resolved_yaml, "c.yaml").points.at(0);
            EXPECT_EQ(alone.configuration_hash, point.configuration_hash) << point.resolved_yaml;
            EXPECT_EQ(configuration_differences(study_schema(), alone.settings, point.settings),
                      std::vector<std::string>{});
        }
    }
    EXPECT_GT(accepted, 100);
    EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace batchscope::tests_of_random_studies
